/**
 * What a person is told when a command fails: the message, where, what to do; and the exit code.
 *
 * Exit codes: 0 done, 1 other, 2 usage or configuration, 3 data or checkpoint, 4 remote model, 130
 * interrupted. A stack is for those who ask with --debug.
 */
import { CommanderError } from 'commander';
import { RlpaError } from '../base/index.ts';

export type Failure = { readonly text: string; readonly exitCode: number };

/** Describes anything thrown. Commander has printed its own message already. */
export function describeFailure(
  error: unknown,
  options: { readonly isDebug: boolean; readonly isInterrupted: boolean },
): Failure {
  if (error instanceof CommanderError) {
    return { text: '', exitCode: error.exitCode === 0 ? 0 : 2 };
  }
  const exitCode = error instanceof RlpaError ? error.exitCode : options.isInterrupted ? 130 : 1;
  const lines = [`error: ${messageOf(error)}`];
  if (error instanceof RlpaError && error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  if (options.isDebug) lines.push(...describeStack(error));
  else if (!(error instanceof RlpaError)) {
    lines.push('hint: This was not foreseen. Run again with --debug for the stack.');
  }
  return { text: `${lines.join('\n')}\n`, exitCode };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function describeStack(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const lines = [error.stack ?? error.name];
  if (error instanceof RlpaError) {
    lines.push(`code: ${error.code}`, `details: ${JSON.stringify(error.details)}`);
  }
  if (error.cause !== undefined) lines.push('caused by:', ...describeStack(error.cause));
  return lines;
}
