/** The search of an arm's settings: what is tried, who decides, and what is kept. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listChoices, searchArm, type Choice, type SearchInput } from './arm-search.ts';
import { checkArm } from './arm-runs.ts';
import { loadComparison } from './comparison-file.ts';
import { resolveSettings } from '../settings/resolve.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-search-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const rate = 'optimizer.learningRate';

/** A search whose tries score as the table says, by iteration. */
function prepare(name: string, scores: Readonly<Record<number, readonly (number | null)[]>>) {
  const directory = path.join(root, name);
  const trained: Choice[] = [];
  const train: SearchInput['train'] = (choice, out) => {
    trained.push(choice);
    const records = scores[choice[rate]!]!.map((score, index) => ({
      ...{ iteration: index + 1, score, format_rate: 1 },
      ...{ alignment: score, profile_f1_disclosed: score },
    }));
    fs.mkdirSync(out, { recursive: true });
    fs.writeFileSync(path.join(out, 'validation.json'), JSON.stringify(records));
    return Promise.resolve();
  };
  const grid = { [rate]: Object.keys(scores).map(Number) };
  return {
    directory,
    trained,
    input: { arm: 'sft', seed: 1, grid, directory, settings: { turns: 10 }, train },
  };
}

describe('the search of an arm', () => {
  it('tries every combination', () => {
    expect(listChoices({ a: [1, 2], b: [3, 4] })).toEqual([
      { a: 1, b: 3 },
      { a: 1, b: 4 },
      { a: 2, b: 3 },
      { a: 2, b: 4 },
    ]);
  });

  it('takes the best iteration of each try, and the best try of all', async () => {
    const { directory, trained, input } = prepare('best', {
      0.1: [0.5, 0.4],
      0.2: [0.3, 0.7, 0.6],
    });
    const search = await searchArm(input);
    expect(trained).toHaveLength(2);
    expect(search.tried.map(({ score, iteration }) => [score, iteration])).toEqual([
      [0.5, 1],
      [0.7, 2],
    ]);
    expect(search.chosen).toEqual({ [rate]: 0.2 });
    expect(fs.readdirSync(directory).sort()).toEqual([
      'sft-search.json',
      'sft-seed-1',
      'sft-try-1',
    ]);
  });

  it('is made once: other seeds, and the same command again, read what was found', async () => {
    const { directory, trained, input } = prepare('once', { 0.1: [0.5], 0.2: [0.4] });
    const search = await searchArm(input);
    expect(await searchArm({ ...input, seed: 2 })).toEqual(search);
    expect(await searchArm(input)).toEqual(search);
    expect(trained).toHaveLength(2);
    expect(fs.existsSync(path.join(directory, 'sft-seed-2'))).toBe(false);
  });

  it('gives the winner its place also where it was interrupted before', async () => {
    const { directory, input } = prepare('interrupted', { 0.1: [0.5], 0.2: [0.4] });
    await searchArm(input);
    fs.renameSync(path.join(directory, 'sft-seed-1'), path.join(directory, 'sft-try-1'));
    await searchArm(input);
    expect(fs.existsSync(path.join(directory, 'sft-seed-1'))).toBe(true);
  });

  it('refuses what was found with other settings, or by trying something else', async () => {
    const { input } = prepare('changed', { 0.1: [0.5], 0.2: [0.4] });
    await searchArm(input);
    await expect(searchArm({ ...input, settings: { turns: 9 } })).rejects.toThrow(
      /with other turns/u,
    );
    const grid = { [rate]: [0.1, 0.3] };
    await expect(searchArm({ ...input, grid })).rejects.toMatchObject({ code: 'search_differs' });
  });

  it('refuses to choose where no try could be scored', async () => {
    const { input } = prepare('unscored', { 0.1: [null], 0.2: [null] });
    await expect(searchArm(input)).rejects.toMatchObject({ code: 'search_unscored' });
  });
});

describe('the comparisons that come with the package', () => {
  const check = (name: string, set: readonly string[] = []): void => {
    const comparison = loadComparison(name);
    for (const arm of Object.keys(comparison.arms)) {
      checkArm({
        comparison,
        arm,
        seed: 1,
        source: { flags: { set } },
        parts: {},
        directory: root,
      });
    }
  };

  it('have arms that can be trained, whatever a search tries', () => {
    check('algorithms');
    check('families');
    expect(() => check('algorithms', ['validation.users=0'])).toThrow(/nobody judges/u);
  });

  it('give each baseline a search of its own rate and epochs, on people nobody is tested on', () => {
    const { arms } = loadComparison('algorithms');
    for (const name of ['sft', 'dpo']) {
      const { search, settings } = arms[name]!;
      expect(search![rate]!.length).toBeGreaterThan(2);
      expect(settings['validation']).toMatchObject({ users: 64 });
    }
  });

  it('give each baseline several epochs, and at least the compute of PPO on the same tokens', () => {
    const { arms, preset } = loadComparison('algorithms');
    const { ppo } = resolveSettings({ preset }).settings;
    for (const name of ['sft', 'dpo']) {
      const { search, settings } = arms[name]!;
      const { candidates, offline, validation } = settings as {
        readonly candidates: number;
        readonly offline: { readonly epochs: number };
        readonly validation: { readonly every: number };
      };
      expect(offline.epochs / validation.every).toBeGreaterThan(3);
      // Its budget buys a conversation where PPO has as many as there are candidates.
      const passes = (offline.epochs * listChoices(search!).length) / candidates;
      expect(passes).toBeGreaterThanOrEqual(ppo.epochs);
    }
  });

  it('leave no family out whose users the base was warmed up on', () => {
    const { arms } = loadComparison('families');
    const leaving = Object.values(arms).filter(({ leavesOut }) => leavesOut !== undefined);
    expect(leaving).toHaveLength(6);
    for (const { settings, leavesOut } of leaving) {
      const { families, warmStart } = settings as {
        families: string[];
        warmStart?: { families: string[] };
      };
      const { family, against } = leavesOut!;
      const demonstrated = warmStart?.families ?? ['direct'];
      expect(families).not.toContain(family);
      expect(demonstrated).not.toContain(family);
      const other = arms[against]!.settings as { families: string[]; warmStart?: unknown };
      expect(other.families).toContain(family);
      expect(other.warmStart).toEqual(warmStart);
    }
  });
});
