/**
 * One run of the command line, from arguments to exit code.
 *
 * Owns what belongs to the process: signals, outputs that break, the last word on an error, whoever
 * threw it. The first Ctrl-C asks the command to stop, and to save where it has something to save;
 * the second ends the process at once. Leaving waits for what was written to standard output, because
 * a pipe takes it asynchronously.
 */
import { DataError } from '../base/index.ts';
import { commandTable } from './command-table.ts';
import { createCommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { describeFailure } from './failure.ts';
import { createProgram } from './program.ts';
import { writeNotice } from './terminal.ts';

/** Runs one command line and ends the process. */
export async function runCommandLine(args: readonly string[]): Promise<never> {
  const interruption = new AbortController();
  const context = createCommandContext(args, interruption.signal);
  const fail = (error: unknown): number => {
    context.endProgress();
    const { text, exitCode } = describeFailure(error, {
      isDebug: args.includes('--debug'),
      isInterrupted: interruption.signal.aborted,
      rlpa: context.rlpa,
    });
    writeNotice(text);
    return exitCode;
  };
  const stop = createStop(interruption, describeStop(args));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('uncaughtException', (error) => process.exit(fail(error)));
  process.on('beforeExit', () => process.exit(fail(new Error('The work ended before its end.'))));
  watchOutput(fail, stop);
  try {
    const program = createProgram(context);
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: 'user' });
    return await leave(exitCodes.done.code);
  } catch (error) {
    return await leave(fail(error));
  }
}

function describeStop(args: readonly string[]): string {
  const name = args.find((arg) => !arg.startsWith('-'));
  const command = commandTable.find((each) => each.name === name);
  const resumes = command?.options?.some(({ flags }) => flags === '--resume') ?? false;
  const how = `the same command${resumes ? ' with --resume' : ''} goes on`;
  const what = command?.savesOnStop ? `Stopping; what is done is saved, and ${how}.` : 'Stopping.';
  return `\n${what} Press Ctrl-C again to stop at once.\n`;
}

function createStop(interruption: AbortController, notice: string): () => void {
  return () => {
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted.code);
    interruption.abort();
    writeNotice(notice);
  };
}

/**
 * A reader that closed its end (`| head`) wants no more results, and that is no failure; any other
 * fault of standard output is. When nobody reads the notices any more, the work stops as with Ctrl-C;
 * when they cannot be written, it goes on without them.
 */
function watchOutput(fail: (error: unknown) => number, stop: () => void): void {
  const isClosed = ({ code }: NodeJS.ErrnoException): boolean => code === 'EPIPE';
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(isClosed(error) ? exitCodes.done.code : fail(describeOutputFailure(error)));
  });
  process.stderr.once('error', (error: NodeJS.ErrnoException) => {
    process.stderr.on('error', () => undefined);
    if (isClosed(error)) stop();
  });
}

function describeOutputFailure(cause: NodeJS.ErrnoException): DataError {
  return new DataError('output_failed', `Could not write to standard output: ${cause.message}`, {
    hint: 'Free some space, or send the output elsewhere.',
    cause,
  });
}

async function leave(exitCode: number): Promise<never> {
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.exit(exitCode);
}
