import { describe, expect, it } from 'vitest';
import { commandNames } from './command-names.ts';
import { commandTable } from './command-table.ts';
import { describeStart, spellCommands } from './how-started.ts';

const start = (script: string, environment: Record<string, string> = {}): string =>
  describeStart({
    script,
    cwd: '/work',
    environment: { PATH: '/usr/bin:/opt/bin', ...environment },
  });

describe('what a person types to start the program again', () => {
  it.each([
    ['/opt/bin/rlpa', {}, 'rlpa'],
    ['/work/node_modules/.bin/rlpa', { npm_command: 'exec' }, 'npx rlpa'],
    ['/work/node_modules/.bin/rlpa', {}, './node_modules/.bin/rlpa'],
    ['/work/dist/cli/main.js', {}, 'node dist/cli/main.js'],
    ['/work/dist/cli/main.js', { npm_command: 'run-script' }, 'node dist/cli/main.js'],
    ['/else where/dist/cli/main.js', {}, 'node "/else where/dist/cli/main.js"'],
  ])('as %s is found', (script, environment, typed) => {
    expect(start(script, environment)).toBe(typed);
  });

  it('stands in hints in place of rlpa, wherever a command is meant', () => {
    const spell = (text: string): string => spellCommands(text, 'npx rlpa', commandNames);
    expect(spell('Finish it: rlpa train --out x --resume')).toBe(
      'Finish it: npx rlpa train --out x --resume',
    );
    expect(spell('a | rlpa chat && npx rlpa warm-start')).toBe(
      'a | npx rlpa chat && npx rlpa warm-start',
    );
    for (const text of ['the rlpa package', 'runs/rlpa chat', 'rlpa trains']) {
      expect(spell(text)).toBe(text);
    }
  });
});

it('every command has its name in the list', () => {
  expect(commandTable.map(({ name }) => name).sort()).toEqual([...commandNames].sort());
});
