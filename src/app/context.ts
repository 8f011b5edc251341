/**
 * What a command may touch of the outside: results, log, progress, interruption.
 *
 * Results go to standard output, everything else to standard error, so that `--json` can be piped.
 */
import { systemClock, type Clock } from '../base/index.ts';
import { createProgress, type Progress } from './progress.ts';

export type CommandContext = {
  /** The arguments as typed, for records. */
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Writes a result to standard output; a line break is added. */
  readonly print: (text: string) => void;
  /** Writes a line to standard error. */
  readonly log: (text: string) => void;
  readonly progress: Progress;
  readonly input: NodeJS.ReadStream;
  /** A person is typing, rather than a pipe. */
  readonly isInteractive: boolean;
};

/** Creates the context of this process. */
export function createContext(args: readonly string[], signal: AbortSignal): CommandContext {
  const progress = createProgress({
    write: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    columns: () => process.stderr.columns ?? 100,
    clock: systemClock,
  });
  return {
    args,
    signal,
    clock: systemClock,
    print: (text) => {
      progress.end();
      process.stdout.write(`${text}\n`);
    },
    log: (text) => {
      progress.end();
      process.stderr.write(`${text}\n`);
    },
    progress,
    input: process.stdin,
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  };
}
