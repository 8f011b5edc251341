/** A third world is one folder: it is trained, measured and talked in through the public functions. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as app from '../../src/app/index.ts';
import type { GroupFloors } from '../../src/app/index.ts';
import type { Floor, WorldScores } from '../../src/eval/index.ts';
import { composeComparisonReport, composeReport } from '../../src/report/index.ts';
import { createScratch, root } from '../e2e/command-line.ts';
import { world } from './colours.ts';
import { scripts, world as scripted } from './scripted-colours.ts';

/** A worker thread runs built JavaScript, so the build is opened here; its types are the source's. */
const built = pathToFileURL(path.join(root, 'dist', 'app', 'index.js'));
const { compare, evaluate, openChat, renderSummary, rescore, simulate, train } = (await import(
  built.href
)) as typeof app;

const settings = {
  iterations: 2,
  episodesPerIteration: 8,
  turns: 2,
  checkpointEvery: 1,
  ppo: { minibatchEpisodes: 4 },
  engine: { threads: 1 },
  warmStart: {
    tokens: 30_000,
    denseEpisodes: 200,
    dialogueEpisodes: 50,
    denseTurns: [1, 2],
    dialogueTurns: 4,
    model: { hiddenSize: 32, intermediateSize: 64, headCount: 2, kvHeadCount: 1 },
  },
};

let out: string;
beforeAll(async () => {
  out = path.join(createScratch(), 'run');
  await train({ out, world, settings });
});
afterAll(() => fs.rmSync(path.dirname(out), { recursive: true }));

describe('a world of one folder', () => {
  it('takes at most 80 lines', () => {
    const text = fs.readFileSync(path.join(import.meta.dirname, 'colours.ts'), 'utf8');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(80);
  });

  it('leaves a run that is measured and talked to like any other', async () => {
    const { trained } = await evaluate({
      policy: out,
      world,
      settings: { evaluation: { users: 4, turns: 2 }, engine: { threads: 1 } },
    });
    expect(trained.format_rate).toBeGreaterThan(0.5);
    const chat = await openChat({ policy: out, world, settings: { engine: { threads: 1 } } });
    expect(await chat.say('i love green')).toMatchObject({ report: { memory: 'used' } });
    await chat.correct('colour', 'red');
    expect(await chat.profile()).toMatchObject([{ slot: 'colour', value: 'red' }]);
    await chat.close();
    const talks = [];
    for await (const talk of simulate({ policy: out, world, turns: 2 })) talks.push(talk.world);
    expect(talks).toEqual(['colours']);
  });

  it('is asked for where a run is opened without it', async () => {
    await expect(openChat({ policy: out })).rejects.toMatchObject({
      code: 'unknown_world',
      hint: expect.stringContaining('--plugin') as string,
    });
  });

  it('is judged anew with its own reward, and with another one only where that is said', async () => {
    const again = await rescore({ run: out, out: `${out}-again`, world });
    expect(again.profile_reward.after).toBe(again.profile_reward.before);
    const reward = { name: 'always/1', score: () => ({ response: 1 }) };
    const paid = await rescore({ run: out, out: `${out}-paid`, world, reward });
    expect(paid.rewards.after).toEqual(['always/1 over colours/1']);
  });
});

describe('a world that lists scripts', () => {
  const evaluation = { users: 4, turns: 2, beforeAndAfter: true };

  it('places a policy among them, on the same people', async () => {
    const { trained, floors } = await evaluate({
      policy: out,
      world: scripted,
      settings: { evaluation: { users: 4, turns: 2 }, engine: { threads: 1 } },
    });
    expect(floors?.trained.map(({ name }) => name)).toEqual(scripts.map(({ name }) => name));
    const [nothing, , goal] = floors!.trained.map(({ alignment }) => alignment ?? Number.NaN);
    const way = (trained.whole!.alignment.mean! - nothing!) / (goal! - nothing!);
    expect(trained.scale?.of_the_way_to_right_question).toBeCloseTo(way);
    const plain = await evaluate({ policy: out, world, settings: { engine: { threads: 1 } } });
    expect(plain.floors).toBeNull();
    expect(plain.trained).not.toHaveProperty('scale');
  });

  it('measures them once a run, and its summary, its page and its table have the scale', async () => {
    const own = `${out}-scripted`;
    const more = { ...settings, evaluation, policy: { model: path.join(out, 'base') } };
    const { summary } = await train({ out: own, world: scripted, settings: more });
    const file = path.join(own, 'evaluation', 'floors.json');
    const kept = JSON.parse(fs.readFileSync(file, 'utf8')) as GroupFloors;
    const readSummary = (): { floors: Floor[]; scale: unknown; rlpa: { trained: WorldScores } } =>
      JSON.parse(fs.readFileSync(path.join(own, 'summary.json'), 'utf8')) as never;
    const { floors, scale, rlpa } = readSummary();
    expect(floors).toEqual(kept.trained);
    expect(scale).toEqual({
      base: expect.any(Number) as number,
      rlpa: rlpa.trained.scale?.of_the_way_to_right_question,
    });
    expect(renderSummary(summary!)).toMatch(/remembers_nothing[^]*right_question[^]*oracle/u);
    expect(await composeReport(own, { refreshSeconds: null })).toContain('Among scripts');

    const [first, ...rest] = kept.trained;
    const marked = [{ ...first!, summary: 'as it was kept' }, ...rest];
    fs.writeFileSync(file, JSON.stringify({ trained: marked }));
    const { policy } = more;
    await train({ out: own, world: scripted, resume: true, settings: { policy } });
    expect(readSummary().floors).toEqual(marked);
  });
});

describe('a comparison in a world that lists scripts', () => {
  it('measures them once for all arms and seeds, and places every arm', async () => {
    const directory = `${out}-arms`;
    const arms = { base: { title: 'the base', settings: {}, isBase: true } };
    const { engine } = settings;
    const own = {
      ...{ engine, policy: { model: path.join(out, 'base') } },
      evaluation: { users: 4, turns: 2 },
    };
    const comparison = {
      title: 'scripts',
      preset: 'tiny',
      settings: {},
      families: ['plain'],
      arms,
    };
    const asked = { comparison, out: directory, world: scripted, settings: own };
    const { arms: summaries, runs } = await compare(asked);
    const kept = fs.readdirSync(directory).filter((name) => name.startsWith('floors-'));
    expect(kept).toHaveLength(1);
    const way = runs[0]!.families['plain']!.scale!.of_the_way_to_right_question;
    expect(way).toBeTypeOf('number');
    expect(summaries[0]!.families['plain']!.of_the_way_to_right_question!.mean).toBe(way);
    expect(await compare(asked)).toMatchObject({ runs });
    expect(await composeComparisonReport(directory)).toContain('of the way to the right question');
  });
});

describe("a reward of one's own", () => {
  it('stands in the record of its run, which is gone on with and measured with it alone', async () => {
    const reward = { name: 'one/1', score: () => ({ response: 1, parts: { one: 1 } }) };
    const own = `${out}-own`;
    const more = { ...settings, policy: { model: path.join(out, 'base') } };
    const { metrics } = await train({ out: own, world, reward, settings: more });
    expect(metrics.at(-1)?.['reward_part/one']).toBe(1);
    await expect(train({ out: own, world, resume: true })).rejects.toMatchObject({
      code: 'part_missing',
    });
    await expect(evaluate({ policy: own, world })).rejects.toMatchObject({ code: 'part_missing' });
    const chat = await openChat({ policy: own, world, settings: { engine: { threads: 1 } } });
    await chat.close();
    await expect(rescore({ run: own, out: `${out}-none`, world })).rejects.toMatchObject({
      code: 'part_missing',
    });
  });
});
