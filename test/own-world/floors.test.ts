/** What scripts get is measured on the people of a policy, in whatever world lists them. */
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureFloors } from '../../src/app/index.ts';
import { evaluateWorld, floorSchema } from '../../src/eval/index.ts';
import { createDemonstratorAssistant } from '../../src/env/index.ts';
import type { OpenedWorld, WorldDefinition } from '../../src/worlds/index.ts';
import { runRlpa } from '../e2e/command-line.ts';
import { world as colours } from './colours.ts';
import { scripts, world } from './scripted-colours.ts';

const evaluation = { users: 12, turns: 4, seed: 5 };
const measure = (): ReturnType<typeof measureFloors> =>
  measureFloors({ world, settings: { evaluation } });

describe('floors of a world', () => {
  it('come in the order of its scripts, with the way each has come', async () => {
    const { floors, families } = await measure();
    expect(families).toEqual({ trained: ['plain'] });
    const { trained } = floors;
    expect(trained.map(({ name }) => name)).toEqual(scripts.map(({ name }) => name));
    const [nothing, guess, , oracle] = trained;
    expect(nothing).toMatchObject({ alignment: 0.25, of_the_way_to_oracle: 0 });
    expect(oracle).toMatchObject({
      alignment: 1,
      alignment_half_width: 0,
      of_the_way_to_oracle: 1,
    });
    expect(guess!.alignment).toBeGreaterThan(0);
    expect(guess!.alignment).toBeLessThan(0.6);
    expect(floorSchema.array().parse(JSON.parse(JSON.stringify(trained)))).toEqual(trained);
  });

  it('are the same again, and change with the seed', async () => {
    const [once, again] = [await measure(), await measure()];
    expect(again).toEqual(once);
    const settings = { evaluation: { ...evaluation, seed: 6 } };
    expect((await measureFloors({ world, settings })).floors).not.toEqual(once.floors);
  });

  it('are of the people, turns and seed of an evaluation', async () => {
    const opened: OpenedWorld[] = [];
    const watched: WorldDefinition = {
      ...world,
      open: (options) => {
        opened.push(world.open(options));
        return opened[0]!;
      },
    };
    const { floors, settings } = await measureFloors({ world: watched, settings: { evaluation } });
    const { scores } = await evaluateWorld({
      world: opened[0]!.world,
      assistant: createDemonstratorAssistant((random) => scripts[1]!.create(random)),
      families: ['plain'],
      ...evaluation,
      decoding: { name: 'greedy', sampling: { maxTokens: 8, temperature: 0 } },
    });
    expect(settings).toMatchObject(evaluation);
    expect(floors.trained[1]?.alignment).toBe(scores.whole?.alignment.mean);
    expect(floors.trained[1]?.profile_f1_disclosed).toBe(scores.whole?.profile_f1_disclosed.mean);
  });

  it('are refused where the world lists no scripts', async () => {
    await expect(measureFloors({ world: colours })).rejects.toMatchObject({
      code: 'scripts_missing',
      message: expect.stringContaining('colours') as string,
    });
  });
});

describe('rlpa floors', () => {
  const run = (file: string, ...more: readonly string[]): ReturnType<typeof runRlpa> => {
    const plugin = path.join(import.meta.dirname, file);
    return runRlpa(['floors', '--plugin', plugin, '--people', '12', '--turns', '4', ...more]);
  };

  it('prints what the function gives: as JSON, or as a table with the lowest first', async () => {
    const { floors } = await measure();
    const { stdout } = await run('scripted-colours.ts', '--seed', '5', '--json');
    const head = { world: 'colours', users: 12, turns: 4, seed: 5 };
    expect(JSON.parse(stdout)).toMatchObject({ ...head, floors: floors.trained });
    const table = await run('scripted-colours.ts');
    expect(table.stdout).toMatch(
      /remembers_nothing +0\.250 ± 0\.000 +0\.00 [^]*right_question[^]*says what is true/u,
    );
    expect(table.stderr).not.toContain('was not trained');
  });

  it('says in one line that a world lists no scripts, and ends with 2', async () => {
    const { stderr, exitCode } = await run('colours.ts');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Expected a world that lists scripts, found none in colours.');
  });
});
