export { checkContent, type ContentOrigin } from './check-content.ts';
export {
  AbortedError,
  BudgetError,
  CheckpointError,
  ConfigError,
  DataError,
  endsWork,
  EngineError,
  type ErrorDetails,
  type ErrorOptions,
  invariant,
  JudgeError,
  ProfileError,
  ProviderError,
  RlpaError,
  RolloutError,
  ShapeError,
  StoreError,
  throwIfAborted,
  UnsupportedOpError,
} from './errors.ts';
export { createRandom, hashText, nameByHash, RandomSource, type RandomState } from './random.ts';
export {
  appendFile,
  describeWriteFailure,
  flushFile,
  makeFolder,
  temporaryPattern,
  truncateFile,
  writeFileAtomic,
  writePartsAtomic,
} from './files.ts';
export {
  describeUnreadable,
  type FileLine,
  listFolder,
  lookAt,
  lookBehind,
  readJsonFile,
  readLines,
  type ReadOptions,
  readTextFile,
} from './read-files.ts';
export { type Clock, nextTimestamp, readProcessorMs, systemClock } from './clock.ts';
export {
  computeDifference,
  computeInterval,
  computeMean,
  computeStandardDeviation,
  type Interval,
} from './statistics.ts';
export { describeFound, describeIssues, type Issue } from './issues.ts';
export { TimeLimit, type TimeLimitOptions } from './time-limit.ts';
export { countEdits, findLikely, findNearest } from './nearest.ts';
export { isLoopback, isMeantFor, parseHost } from './hosts.ts';
export { formatHost, highestPort, listen, type ListenAddress } from './listen.ts';
export { withWeightsFile } from './weights-file.ts';
