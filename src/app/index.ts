/**
 * What a program calls: training, measuring, chatting, comparing, each in one function.
 *
 * Every function takes its signal, clock, log and progress as options and knows no process and no
 * terminal. Settings have the same names as on the command line (`--print-config` shows them).
 */
export { readProvenance, hashFiles, type Provenance } from './policies/provenance.ts';
export { resolveWarmStart, warmStart, type WarmStartOptions } from './base/warm-start.ts';
export { compare, type CompareOptions, type CompareResult } from './comparison/compare.ts';
export { listComparisons, loadComparison, type Comparison } from './comparison/comparison-file.ts';
export { createContext, type AppContext, type Progress } from './context.ts';
export {
  placeScores,
  recordFloors,
  renderGroupFloors,
  type FloorsRecord,
  type GroupFloors,
  type PlacedScores,
} from './floors/group-floors.ts';
export { exportModel, type ExportOptions } from './library/export-model.ts';
export { describePull, listModels, pull, removeModel } from './library/library.ts';
export { renderLedger } from './models/run-ledger.ts';
export {
  baseFolder,
  listPresets,
  packageRoot,
  readPackageVersion,
  trainedFolder,
} from './package-files.ts';
export {
  rescore,
  type RescoreOptions,
  type RescoreResult,
  type NamesBeforeAndAfter,
} from './rescore/rescore.ts';
export { findTrainedDemo } from './policies/find-demo.ts';
export {
  openChat,
  type Chat,
  type ChatAnswer,
  type OpenChatOptions,
  type SayOptions,
} from './serve/open-chat.ts';
export { serve, type ServeOptions, type Serving } from './serve/serve.ts';
export { serveProfileTools, type ProfileToolsOptions } from './serve/profile-tools.ts';
export {
  highestTemperature,
  type ServedModelOptions,
  type Upstream,
} from './serve/served-model.ts';
export { score, type ScoreOptions } from './score.ts';
export type { ConfigFlags } from './settings/flag-layers.ts';
export {
  listGroups,
  type ByGroup,
  type Group,
  type GroupFamilies,
} from './policies/met-families.ts';
export { renderSettings, renderSettingsJson } from './settings/print.ts';
export {
  resolveSettings,
  type PartialSettings,
  type ResolvedSettings,
  type ResolveOptions,
  type SettingsSource,
  type PartialDeep,
  type SavedSettings,
} from './settings/resolve.ts';
export type { Settings, WorldSettings } from './settings/schema.ts';
export { measurePersonaChat, type PersonaChatResult } from './suites/persona-chat.ts';
export { measurePrefEval, type PrefEvalOptions, type PrefEvalResult } from './suites/prefeval.ts';
export {
  measureRetention,
  type RetentionResult,
  type RetentionScores,
} from './suites/retention.ts';
export {
  measureTalks,
  type TalkRecord,
  type TalksOptions,
  type TalksResult,
} from './suites/talks.ts';
export type { SuiteOptions } from './suites/open-suite.ts';
export { evaluate, type EvaluateOptions, type Evaluation } from './talk/evaluate.ts';
export { measureFloors, type MeasuredFloors } from './talk/measure-floors.ts';
export { simulate, type SimulateOptions } from './talk/simulate.ts';
export type { TalkOptions } from './talk/talk.ts';
export {
  estimateRun,
  renderEstimate,
  type RunEstimate,
  type PhaseEstimate,
  type RoleEstimate,
  type EstimatedSettings,
} from './training/estimate-run.ts';
export type { PolicyMeasure, RunMeasures } from './training/measure-run.ts';
export { train, type TrainOptions, type TrainResult } from './training/train.ts';
export { resolveRunSettings, type TrainingRun } from './training/training-run.ts';
export {
  compareGroups,
  composeSummary,
  recordScale,
  renderScale,
  renderSummary,
  scoresByGroup,
  type TrainingSummary,
} from './training/training-summary.ts';
export type { ConsentFlags, Consent } from './settings/consent.ts';
export type { SourcedSettings, Layer, Sourced } from './settings/layers.ts';
export type { ModelRole } from './settings/model-needs.ts';
export type { ModelLocation } from './policies/open-policy.ts';
export type { OpenedModels, ModelClients } from './models/open-models.ts';
export type { PolicyLocation } from './policies/find-policy.ts';
export { provideModel } from './policies/provide-model.ts';
export type { CachedModel, PullPlan } from '../hub/index.ts';
export type { WrittenPacking } from '../policy/index.ts';
export type { PolicyOrigin } from './policies/origin.ts';
