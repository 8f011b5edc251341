/** Pages of runs and comparisons: composed as HTML files, or served while a run goes on. */
export {
  composeComparisonReport,
  isComparison,
  loadComparisonData,
  type ComparisonData,
} from './comparison/index.ts';
export {
  describeEpisodes,
  type EpisodeSource,
  type EpisodeView,
  type TurnView,
} from './episode-view.ts';
export { type Finding, type Tone } from './finding.ts';
export {
  composeTalkPage,
  describeTalk,
  describeChoice,
  findTypical,
  pairTalks,
  renderPairText,
  type KeptItem,
  type Talk,
  type TalkPair,
  type TalkTurn,
  type TextOptions,
  type TalkEnd,
  type TalkPageOptions,
} from './learnt/index.ts';
export {
  groups,
  loadEpisodes,
  loadHeldOutTalks,
  loadRun,
  type Group,
  type HeldOutScores,
  type HeldOutTalks,
  type RunData,
  type ByGroup,
  type GroupTalks,
  type AbsentFile,
} from './load/index.ts';
export { markKept, type Mark, type MarkedItem } from './mark-turn.ts';
export { composeReport, pageLimits } from './report.ts';
export {
  createReportApp,
  listRuns,
  serveReport,
  type ReportServer,
  type RunOverview,
  type ServeOptions,
  type ReportAppOptions,
} from './serve/index.ts';
export { judgeRun } from './verdict.ts';
export type { KeyFigure } from './key-figures.ts';
export type { PageOptions } from './page.ts';
