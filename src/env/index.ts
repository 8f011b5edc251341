export type { Assistant, AssistantTurn, Situation } from './assistant.ts';
export { createDemonstratorAssistant, writeInMode } from './demonstrator.ts';
export type { Demonstrator, ScriptedAssistant } from './demonstrator.ts';
export { createModelAssistant } from './model-assistant.ts';
export type { ModelAssistantOptions } from './model-assistant.ts';
export { meanOf } from './means.ts';
export { summarizeNeeds } from './needs-figures.ts';
export type { NeedsFigures } from './needs-figures.ts';
export { planEpisodes } from './plans.ts';
export type { PlanOptions } from './plans.ts';
export { createPromptedAssistant } from './prompted-assistant.ts';
export type { PromptedAssistantOptions } from './prompted-assistant.ts';
export { episodeSchema } from './episode-schema.ts';
export { compareJudgements, rescoreEpisode } from './rescore.ts';
export type { RescoreComparison, Rescorer } from './rescore.ts';
export { runDemonstrations } from './run-demonstrations.ts';
export type { DemonstrationOptions } from './run-demonstrations.ts';
export { runEpisodes } from './run-episodes.ts';
export type { EpisodeOptions, EpisodeProgress } from './run-episodes.ts';
export type { RankRewards } from './conversation.ts';
export {
  firstLateTurn,
  listLateTurns,
  meanOverTurns,
  readProfileFigure,
  summarizeEpisodes,
} from './summary.ts';
export type { EpisodeSummary, ProfileFigure } from './summary.ts';
export type {
  Alternative,
  Episode,
  EpisodePlan,
  Split,
  Turn,
  TurnRewards,
  TurnScores,
  UnscoredTurn,
} from './types.ts';
export type { World } from './world.ts';
