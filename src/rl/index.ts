export { computeTokenCredits, type CreditSettings, type TokenCredit } from './advantages.ts';
export {
  type AlgorithmName,
  algorithmNames,
  comparesGroups,
  isOffline,
  normalisesAdvantages,
  usesCritic,
} from './algorithms.ts';
export { createCollector } from './collect.ts';
export { listPairs, type PreferencePair, runDpo } from './dpo.ts';
export { countGeneratedTokens, describeEpisodes } from './episode-metrics.ts';
export { createIterationRandom, listTrainedFamilies, planIteration } from './iteration-plans.ts';
export {
  computeLearningRate,
  createAdamSettings,
  type RunPosition,
  type RateSettings,
} from './learning-rate.ts';
export {
  computeDpoLoss,
  computeExplainedVariance,
  computeGae,
  computeGroupAdvantages,
  computeKlLoss,
  computeLeaveOneOut,
  computeMeanKl,
  computePolicyLoss,
  computeTokenKl,
  computeTurnReturns,
  computeValueLoss,
  type DpoInput,
  type DpoResult,
  type GaeInput,
  type GaeResult,
  type KlEstimator,
  type KlLossInput,
  type LossWithGradient,
  normaliseAdvantages,
  type PolicyLoss,
  type PolicyLossInput,
  type ValueLossInput,
} from './math/index.ts';
export { isCollected, isFinished, planIterations, type RunProgress } from './planned-length.ts';
export { type PpoInput, runPpo } from './ppo.ts';
export {
  type AdvantageLevel,
  advantageLevels,
  selectionUnits,
  defaultTrainingSettings,
  type DpoSettings,
  type OfflineSettings,
  type OptimizerSettings,
  type PpoSettings,
  type TrainingOverrides,
  type TrainingSettings,
  type ValidationSettings,
  type SectionName,
} from './settings.ts';
export { listSettingsProblems, settingRanges, type SettingRange } from './settings-checks.ts';
export { listImitated, runSft } from './sft.ts';
export { checkIterations, trainPolicy } from './trainer.ts';
export type {
  CollectRequest,
  EpisodeCollector,
  ReportPhase,
  TrainerState,
  TrainingPhase,
  TrainingProgress,
  TrainPolicyInput,
  ValidationRecord,
} from './training-types.ts';
export {
  createAlternativeTrajectory,
  createChain,
  createTrajectories,
  createTrajectory,
  findBlockEnd,
  type LeftOut,
  listLearntTokens,
  listPolicyTokens,
  type PlacedRewards,
  type Trajectory,
  type TrajectorySettings,
} from './trajectory.ts';
export { computeTrajectoryGae, type GaeSettings } from './trajectory-gae.ts';
export { type UpdateInput, updatePolicy, type UpdateResult } from './update.ts';
export { findBest, isValidationDue, restoreBest, validatePolicy } from './validation.ts';
export {
  computeWarmStartRate,
  defaultWarmStartSettings,
  runWarmStart,
  type WarmStartInput,
  type WarmStartProgress,
  type WarmStartSettings,
  type WarmStartState,
} from './warm-start.ts';
export {
  type Demonstration,
  encodeDemonstration,
  type EncodeOptions,
  type SupervisedSequence,
} from './warm-start-data.ts';
export { resolveTrainingSettings } from './resolve-settings.ts';
export type { UpdateTools } from './make-update.ts';
export type { RewardWeights } from './reward-weights.ts';
