export type { Checkpoint, SaveCheckpointInput } from './checkpoints.ts';
export { readJsonLines, type JsonLinesFormat } from './json-lines.ts';
export { openRun, type OpenRunOptions } from './open-run.ts';
export { checkFolderKind, inspectFolder, markFolder, OwnedFolder } from './owned-folder.ts';
export type { IterationRecord } from './records.ts';
export { isRunConfig, readRunConfig, type RunSettings } from './run-config.ts';
export { RunDirectory } from './run-directory.ts';
export { readEpisodesFile, readEpisodesName, SavedRun, sumTrainingSeconds } from './saved-run.ts';
