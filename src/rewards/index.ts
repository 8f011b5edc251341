export {
  type CriterionName,
  criterionNames,
  type IsSameItem,
  type ItemMatcher,
  type Judge,
  type JudgeCase,
  type ProfileScore,
  type Verdict,
} from './types.ts';
export { computeProfileScore, scoreFromCounts } from './profile-score.ts';
export {
  defaultPenaltyWeights,
  freeWords,
  fullOveruse,
  measurePenalties,
  measureReplyPenalties,
  type PenaltyCase,
  type PenaltyName,
  penaltyNames,
  type PenaltyWeights,
} from './penalties.ts';
export {
  computeGainReward,
  computeErrorReward,
  computeWriteReward,
  countWrites,
  perWriteWeights,
  type WriteCase,
  type WriteCounts,
} from './profile-reward.ts';
export { computeAuthorsProfileReward, renderAuthorsProfile } from './authors.ts';
export { computeAlignment } from './response-reward.ts';
export {
  combineRewards,
  defaultRewardSettings,
  describeRewards,
  type ProfileRewardName,
  profileRewardNames,
  type ReplyMeasures,
  type RewardCase,
  type RewardSettings,
  type RewardsOfTurn,
  rewardVersion,
  scoreMalformed,
  scoreTurnRewards,
  scoreUnmatched,
} from './turn-rewards.ts';
export {
  computeItemOverlap,
  isSameItem,
  matchItems,
  scoreTextProfile,
  textMatchThreshold,
  wordMatcher,
} from './text-matching.ts';
export {
  composeJudgePrompt,
  createModelJudge,
  type ModelJudgeOptions,
  modelJudgeVersion,
} from './model-judge.ts';
export {
  composeMatchPrompt,
  createModelMatcher,
  type ModelMatcherOptions,
  modelMatcherVersion,
  readMatches,
} from './model-matching.ts';
export {
  computeCosine,
  createEmbeddingMatcher,
  type EmbeddingMatcherOptions,
  embeddingMatcherVersion,
} from './embedding-matching.ts';
export { listObjects, readVerdict, type ReadVerdict, readYesNo } from './verdict-text.ts';
