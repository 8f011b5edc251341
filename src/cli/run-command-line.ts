/**
 * One run of the command line, from arguments to exit code.
 *
 * Owns what belongs to the process: signals, broken pipes, the last word on an error. The first
 * Ctrl-C asks the command to stop, and to save where it has something to save; the second ends the
 * process at once. Leaving waits for what was written to standard output, because a pipe takes it
 * asynchronously.
 */
import { commandTable } from './command-table.ts';
import { createCommandContext } from './context.ts';
import { describeFailure } from './failure.ts';
import { createProgram } from './program.ts';

/** Runs one command line and ends the process. */
export async function runCommandLine(args: readonly string[]): Promise<never> {
  const interruption = new AbortController();
  watchSignals(interruption, describeStop(args));
  watchOutput();
  const context = createCommandContext(args, interruption.signal);
  try {
    const program = createProgram(context);
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: 'user' });
    return await leave(0);
  } catch (error) {
    context.endProgress();
    const { text, exitCode } = describeFailure(error, {
      isDebug: args.includes('--debug'),
      isInterrupted: interruption.signal.aborted,
    });
    process.stderr.write(text);
    return await leave(exitCode);
  }
}

function describeStop(args: readonly string[]): string {
  const name = args.find((arg) => !arg.startsWith('-'));
  const command = commandTable.find((each) => each.name === name);
  const resumes = command?.options?.some(({ flags }) => flags === '--resume') ?? false;
  const how = resumes ? '--resume with the same --out goes on' : 'the same command goes on';
  const what = command?.savesOnStop ? `Stopping; what is done is saved, and ${how}.` : 'Stopping.';
  return `\n${what} Press Ctrl-C again to stop at once.\n`;
}

function watchSignals(interruption: AbortController, notice: string): void {
  const stop = (exitCode: number): void => {
    if (interruption.signal.aborted) process.exit(exitCode);
    process.stderr.write(notice);
    interruption.abort();
  };
  process.on('SIGINT', () => stop(130));
  process.on('SIGTERM', () => stop(143));
}

/** A reader that closed its end (`| head`) wants no more; that is no failure. */
function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.stderr.on('error', () => process.exit(1));
}

async function leave(exitCode: number): Promise<never> {
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.exit(exitCode);
}
