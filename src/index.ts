/**
 * The package's front door: what a program needs first. Everything else is in the subpaths (`rlpa/env`, ...).
 *
 * Importing it loads no native code; the engine's library is loaded at the first session.
 */
export {
  compare,
  evaluate,
  openChat,
  rescore,
  score,
  simulate,
  train,
  warmStart,
  type AppContext,
  type Chat,
  type ChatAnswer,
  type CompareOptions,
  type CompareResult,
  type Comparison,
  type EvaluateOptions,
  type Evaluation,
  type OpenChatOptions,
  type PartialSettings,
  type Progress,
  type RescoreOptions,
  type RescoreResult,
  type ScoreOptions,
  type Settings,
  type SimulateOptions,
  type TrainOptions,
  type TrainResult,
  type WarmStartOptions,
} from './app/index.ts';
export {
  defineWorld,
  type OpenedWorld,
  type RewardDefinition,
  type UsersDefinition,
  type WorldDefinition,
  type WorldParts,
} from './worlds/index.ts';
