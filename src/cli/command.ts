/** A command as data: what --help shows, and where the code that runs it is loaded from. */
import { InvalidArgumentError } from 'commander';
import type { CommandName } from './command-names.ts';
import type { CommandContext } from './context.ts';

export type OptionDefinition = {
  /** As commander reads it: `--out <dir>`. */
  readonly flags: string;
  readonly description: string;
  readonly parse?: (text: string, previous: unknown) => unknown;
  readonly choices?: readonly string[];
  readonly isRequired?: boolean;
};

/** Runs a command with the options as parsed; arguments come under their names. */
export type CommandRunner = (
  options: Readonly<Record<string, unknown>>,
  context: CommandContext,
) => Promise<void>;

export type CommandDefinition = {
  readonly name: CommandName;
  readonly summary: string;
  readonly description: string;
  /** Positional arguments, as commander reads them. */
  readonly arguments?: readonly {
    readonly name: string;
    readonly description: string;
    readonly choices?: readonly string[];
  }[];
  readonly options: readonly OptionDefinition[];
  /** Where it is stopped, what is done is on disk and the command can go on from there. */
  readonly savesOnStop?: true;
  /** A line that works when pasted. */
  readonly example: string;
  readonly load: () => Promise<CommandRunner>;
};

/** Wraps a runner whose options are those its definition declares. */
export function defineRunner<Options>(
  run: (options: Options, context: CommandContext) => Promise<void>,
): CommandRunner {
  return (options, context) => run(options as Options, context);
}

/** Parses a whole number of at least `least`, and of at most `most`. */
export function wholeNumber(least: number, most = Infinity): (text: string) => number {
  return numberIn({ what: 'a whole number', least, most, isOne: Number.isInteger });
}

/** Parses a number of at least `least`, and of at most `most`. */
export function numberFrom(least: number, most = Infinity): (text: string) => number {
  return numberIn({ what: 'a number', least, most, isOne: Number.isFinite });
}

function numberIn(range: {
  readonly what: string;
  readonly least: number;
  readonly most: number;
  readonly isOne: (value: number) => boolean;
}): (text: string) => number {
  const { what, least, most, isOne } = range;
  const bounds = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && isOne(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected ${what} ${bounds}.`);
  };
}

/** Gathers a flag that may be given several times. */
export function gather(text: string, previous: unknown): readonly string[] {
  return [...((previous as readonly string[] | undefined) ?? []), text];
}

/** Takes a text. An empty one is a variable of the shell that is not set, not something meant. */
export function takeText(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('Expected something, found nothing. Is a shell variable unset?');
}

/** Parses a list: a,b,c. */
export function list(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.map(takeText);
}

/** Parses a list of whole numbers from 0: 1,2,3. */
export function wholeNumbers(text: string): readonly number[] {
  return list(text).map(wholeNumber(0));
}
