/** Policies: the backend that samples and trains them, and how one is opened, kept in files and asked. */
export type {
  AdamSettings,
  BackendCapabilities,
  BackendInfo,
  ForwardBackwardResult,
  SampledToken,
  SampleOptions,
  SampleRequest,
  SampleResult,
  ScoreOptions,
  TokenScores,
  TrainingBackend,
  TrainingDatum,
  TrainingLoss,
} from './backend.ts';
export { checkSampleRequest, checkSequences, type TokenLimits } from './check-input.ts';
export { createChatPolicy, type ChatPolicyOptions } from './chat-policy.ts';
export { EmbeddedBackend, type EmbeddedOptions } from './embedded/embedded-backend.ts';
export type { DecodeBits } from './embedded/embedded-backend.ts';
export type { GraphLayout } from './embedded/run-plan.ts';
export { createWorkerBackend, type WorkerOptions } from './embedded/worker-backend.ts';
export { parseModelConfig, type BaseName, type ModelConfig } from './files/index.ts';
export { scoreIds, type IdScores } from './score-ids.ts';
export type { FrozenBits } from './weights/frozen-weights.ts';
export { writtenPackings, type WrittenPacking } from './files/index.ts';
export { exportMergedFolder, exportMergedGguf, type MergedPlace } from './weights/merge-adapter.ts';
export type { LoraSettings } from './weights/lora.ts';
export { listModelShapes, type ValueHeadKind, type ParameterShapes } from './weights/parameters.ts';
export {
  loadPolicyWeights,
  type ModelSource,
  type PolicyOptions,
  type PolicyWeights,
} from './weights/policy-weights.ts';
export type { BlockLimits } from './runners/block-runner.ts';
