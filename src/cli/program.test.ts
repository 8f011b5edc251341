/** An empty value, which an unset variable of the shell leaves behind, is refused by every flag. */
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandTable } from './command-table.ts';
import { createCommandContext } from './context.ts';
import { createProgram } from './program.ts';

const takesValue = (flags: string): boolean => /[<[]/u.test(flags);

/** Required flags and arguments of a command, so that nothing else is wrong. */
function fillIn({ arguments: names = [], options }: (typeof commandTable)[number]): string[] {
  const given = names.map(({ choices }) => choices?.[0] ?? 'x');
  const required = options.filter(({ isRequired }) => isRequired === true);
  return [...given, ...required.flatMap(({ flags }) => [flags.split(' ')[0] ?? '', 'x'])];
}

async function refuse(args: readonly string[]): Promise<void> {
  const program = createProgram(createCommandContext(args, new AbortController().signal));
  program.commands.forEach((command) =>
    command.exitOverride().configureOutput({ writeErr: () => {} }),
  );
  const attempt = program.parseAsync([...args], { from: 'user' });
  await expect(attempt, args.join(' ')).rejects.toBeInstanceOf(CommanderError);
  await expect(attempt, args.join(' ')).rejects.toMatchObject({
    exitCode: 1,
    code: 'commander.invalidArgument',
  });
}

describe.each(commandTable.map((definition) => [definition.name, definition] as const))(
  'rlpa %s',
  (name, definition) => {
    it('refuses an empty value of every flag and argument', async () => {
      const filled = fillIn(definition);
      for (const { flags } of definition.options.filter(({ flags: each }) => takesValue(each))) {
        const flag = flags.split(/[ ,]/u)[0] ?? '';
        for (const empty of ['', ' ']) await refuse([name, ...filled, flag, empty]);
      }
      for (const index of (definition.arguments ?? []).keys()) {
        await refuse([name, ...filled.with(index, '')]);
      }
    });
  },
);
