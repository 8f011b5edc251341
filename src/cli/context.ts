/**
 * What a command may touch of the outside: that of `app`, results, the terminal.
 *
 * Results go to standard output, everything else to standard error, so that `--json` can be piped.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { packageRoot, type AppContext } from '../app/index.ts';
import { systemClock } from '../base/index.ts';
import { commandNames } from './command-names.ts';
import { describeStart, spellCommands } from './how-started.ts';
import { createProgress } from './progress.ts';
import { writeNotice, writeOutput } from './terminal.ts';

export type CommandContext = AppContext & {
  /** Writes a result to standard output; a line break is added. */
  readonly print: (text: string) => void;
  /** Writes a piece of a result as it comes, without a line break. */
  readonly write: (text: string) => void;
  /** Ends a line of progress, so that other text can follow. */
  readonly endProgress: () => void;
  /** What a person types in place of `rlpa` to start this program again. */
  readonly rlpa: string;
  readonly input: NodeJS.ReadStream;
  /** A person is typing, rather than a pipe. */
  readonly isInteractive: boolean;
};

/** Creates the context of this process. */
export function createCommandContext(args: readonly string[], signal: AbortSignal): CommandContext {
  const progress = createProgress({
    write: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    columns: () => process.stderr.columns ?? 100,
    clock: systemClock,
  });
  const rlpa = describeStart({
    script: process.argv[1] ?? '',
    cwd: process.cwd(),
    environment: process.env,
  });
  return {
    signal,
    clock: systemClock,
    log: (text) => {
      progress.end();
      writeNotice(`${spellCommands(text, rlpa, commandNames)}\n`);
    },
    onProgress: progress.show,
    environment: process.env,
    command: ['rlpa', ...args].join(' '),
    get record() {
      return { git: readGitRevision(), node: process.version };
    },
    print: (text) => {
      progress.end();
      writeOutput(`${text}\n`);
    },
    write: (text) => {
      progress.end();
      writeOutput(text);
    },
    endProgress: progress.end,
    rlpa,
    input: process.stdin,
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  };
}

/** Revision of a clone; null for an installed package. */
function readGitRevision(): string | null {
  if (!fs.existsSync(path.join(packageRoot, '.git'))) return null;
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: packageRoot,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
