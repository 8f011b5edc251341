/**
 * What a person is told when a command fails: the message, where, what to do; and the exit code.
 *
 * A stack is for those who ask with --debug.
 */
import { CommanderError } from 'commander';
import { RlpaError } from '../base/index.ts';
import { commandNames } from './command-names.ts';
import { exitCodes } from './exit-codes.ts';
import { spellCommands } from './how-started.ts';
import { describeSystemFailure } from './system-failure.ts';

export type Failure = { readonly text: string; readonly exitCode: number };

export type FailureOptions = {
  readonly isDebug: boolean;
  readonly isInterrupted: boolean;
  /** What a person types in place of `rlpa`. */
  readonly rlpa: string;
};

/** Describes anything thrown. Commander has printed its own message already. */
export function describeFailure(error: unknown, options: FailureOptions): Failure {
  if (error instanceof CommanderError) {
    const { done, usage } = exitCodes;
    return { text: '', exitCode: error.exitCode === 0 ? done.code : usage.code };
  }
  const { message, hint, exitCode } = explain(error, options);
  const lines = [`error: ${message}`];
  if (hint !== undefined) lines.push(`hint: ${spellCommands(hint, options.rlpa, commandNames)}`);
  if (options.isDebug) lines.push(...describeStack(error));
  return { text: `${lines.join('\n')}\n`, exitCode };
}

type Explained = {
  readonly message: string;
  readonly hint: string | undefined;
  readonly exitCode: number;
};

function explain(error: unknown, { isDebug, isInterrupted }: FailureOptions): Explained {
  if (error instanceof RlpaError) return error;
  const known = describeSystemFailure(error) ?? describeMemoryFailure(error);
  if (known !== null) return known;
  const message = error instanceof Error ? error.message : String(error);
  const hint = 'This was not foreseen. Run again with --debug for the stack.';
  const { interrupted, fault } = exitCodes;
  return {
    message,
    hint: isDebug ? undefined : hint,
    exitCode: isInterrupted ? interrupted.code : fault.code,
  };
}

/** What the runtime throws when something does not fit into memory. */
const memoryPattern =
  /^(?:Array buffer allocation failed|Invalid (?:typed )?array length|Invalid string length|Cannot create a string longer)/u;

function describeMemoryFailure(error: unknown): Explained | null {
  if (!(error instanceof Error) || !memoryPattern.test(error.message)) return null;
  return {
    message: `There is not enough memory: ${error.message}.`,
    hint: 'Close other programs, or use a smaller model, fewer conversations or shorter ones.',
    exitCode: exitCodes.fault.code,
  };
}

/** Errors that cause each other are followed so far. */
const longestChain = 10;

function describeStack(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth === longestChain) return [];
  const lines = [error.stack ?? error.name];
  if (error instanceof RlpaError) {
    lines.push(`code: ${error.code}`, `details: ${JSON.stringify(error.details)}`);
  }
  if (error.cause !== undefined) lines.push('caused by:', ...describeStack(error.cause, depth + 1));
  return lines;
}
