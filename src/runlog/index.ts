export { hashStart } from './file-marks.ts';
export type { Checkpoint, SaveCheckpointInput } from './checkpoints.ts';
export { readJsonLines, type JsonLinesFormat } from './json-lines.ts';
export { openRun, type OpenRunOptions } from './open-run.ts';
export {
  checkFolderKind,
  inspectFolder,
  markFolder,
  OwnedFolder,
  type FolderContent,
} from './owned-folder.ts';
export type { IterationRecord } from './records.ts';
export {
  compareSettings,
  isRunConfig,
  readRunConfig,
  type RunSettings,
  type SettingDifference,
  type RunConfig,
} from './run-config.ts';
export { RunDirectory } from './run-directory.ts';
export { findSealedProblem, isSealed, removeSealed, seal } from './sealed-folder.ts';
export { readEpisodesFile, readEpisodesName, SavedRun, sumTrainingSeconds } from './saved-run.ts';
export type { LogMarks } from './logs.ts';
export { lockFolder, type FolderLock } from './folder-lock.ts';
export type { FolderKind } from './folder-manifest.ts';
