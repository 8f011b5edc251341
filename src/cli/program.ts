/**
 * The commander program, made from the table of commands.
 *
 * Only definitions are loaded here, so `--help` answers at once; a command's code is imported when it
 * runs. Unknown commands and flags are refused with the nearest known one.
 */
import { Argument, Command, Option } from 'commander';
import { takeText, type CommandDefinition, type OptionDefinition } from './command.ts';
import { commandNames } from './command-names.ts';
import { commandTable } from './command-table.ts';
import { spellCommands } from './how-started.ts';
import type { CommandContext } from './context.ts';
import { renderExitCodes } from './exit-codes.ts';
import { writeNotice, writeOutput } from './terminal.ts';
import { readPackageVersion } from '../app/index.ts';

/** Creates the program; parsing it runs a command or throws `CommanderError`. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('rlpa')
    .description(
      'Teaches a chat language model to know the person it talks to, by reinforcement learning.',
    )
    .version(readPackageVersion())
    .option('--debug', 'print the stack of an error')
    .exitOverride()
    .configureOutput({ writeOut: writeOutput, writeErr: writeNotice })
    .addHelpText('after', `\nBegin with:\n  ${context.rlpa} demo\n\n${renderExitCodes()}\n`);
  for (const definition of commandTable) addCommand(program, definition, context);
  return program;
}

/** Refuses an empty value, whatever the flag then makes of it. */
function afterText(
  parse: OptionDefinition['parse'] = (text) => text,
): (text: string, previous: unknown) => unknown {
  return (text, previous) => parse(takeText(text), previous);
}

function addCommand(
  program: Command,
  definition: CommandDefinition,
  context: CommandContext,
): void {
  const command = program
    .command(definition.name)
    .summary(definition.summary)
    .description(definition.description)
    .option('--debug', 'print the stack of an error')
    .showHelpAfterError(`(${context.rlpa} ${definition.name} --help shows every flag)`)
    .addHelpText(
      'after',
      `\nExample:\n  ${spellCommands(definition.example, context.rlpa, commandNames)}\n`,
    );
  for (const { name, description, choices } of definition.arguments ?? []) {
    const argument = new Argument(name, description).argParser(takeText);
    command.addArgument(choices === undefined ? argument : argument.choices([...choices]));
  }
  for (const { flags, description, parse, choices, isRequired } of definition.options) {
    const option = new Option(flags, description);
    if (parse !== undefined || option.required) option.argParser(afterText(parse));
    if (choices !== undefined) option.choices([...choices]);
    if (isRequired === true) option.makeOptionMandatory();
    command.addOption(option);
  }
  command.action(async (...values: unknown[]) => {
    const names = (definition.arguments ?? []).map(({ name }) => name.replace(/[<>[\]]/gu, ''));
    const given = Object.fromEntries(names.map((name, index) => [name, values[index]]));
    const run = await definition.load();
    await run({ ...command.opts(), ...given }, context);
  });
}
