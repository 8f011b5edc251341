/** The floors and ceilings of everyday talk: their order, and that the judge reads what they mean. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { planEpisodes, runDemonstrations, summarizeEpisodes } from '../../env/index.ts';
import { createEverydayWorld } from './world.ts';

/** Scores of all scripts, as shares of the way from remembering nothing to the oracle; 12 turns. */
describe('the spread of everyday talk', () => {
  const world = createEverydayWorld();
  const way: Record<string, number> = {};
  const f1: Record<string, number> = {};
  let ceiling = 0;

  beforeAll(async () => {
    const plans = planEpisodes({ world, random: createRandom(1), count: 150, split: 'test' });
    const means: Record<string, number> = {};
    for (const { name, create } of world.scripts) {
      const episodes = await runDemonstrations(plans, { world, turns: 12, createWriter: create });
      const scores = episodes.flatMap(({ turns }) => turns.map(({ alignment }) => alignment ?? 0));
      means[name] = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      f1[name] = summarizeEpisodes(episodes).profile_f1_disclosed.at(-1) ?? 0;
    }
    ceiling = means['oracle']!;
    const floor = means['remembers_nothing']!;
    for (const [name, mean] of Object.entries(means))
      way[name] = (mean - floor) / (ceiling - floor);
  }, 600_000);

  it.each([
    ['echo', -Infinity, -1],
    ['generic', -Infinity, -0.3],
    ['tone_only', 0.1, 0.3],
    ['last_3_turns', 0.2, 0.42],
    ['never_asks', 0.2, 0.42],
    ['always_asks', 0.2, 0.45],
    ['best_blind', 0.33, 0.55],
    ['right_question', 0.5, 0.75],
  ])('puts %s between %d and %d', (name, low, high) => {
    expect(way[name]).toBeGreaterThanOrEqual(low);
    expect(way[name]).toBeLessThanOrEqual(high);
  });

  it('gives the oracle nearly all there is, so what is meant is read', () => {
    expect(ceiling).toBeGreaterThan(0.97);
  });

  it('lets who notes all that is told have it all', () => {
    expect(f1['right_question']).toBe(1);
    expect(f1['remembers_nothing']).toBe(0);
  });
});
