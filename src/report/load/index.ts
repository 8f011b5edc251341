export { listAbsentFiles, type AbsentFile } from './absent-files.ts';
export {
  groups,
  loadHeldOutScores,
  loadHeldOutTalks,
  type ByGroup,
  type Group,
  type GroupTalks,
  type HeldOutScores,
  type HeldOutTalks,
} from './held-out.ts';
export { loadEpisodes, loadRun, nameOf, stampRun, type RunData } from './load-run.ts';
