import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { planEpisodes, runDemonstrations } from '../../env/index.ts';
import { createSmallWorld } from './world.ts';

/** Scores of all scripts, as shares of the way from remembering nothing to the oracle; 12 turns. */
describe('the spread of the small world', () => {
  const world = createSmallWorld();
  const way: Record<string, number> = {};

  beforeAll(async () => {
    const plans = planEpisodes({ world, random: createRandom(1), count: 500, split: 'test' });
    const means: Record<string, number> = {};
    for (const { name, create } of world.scripts) {
      const episodes = await runDemonstrations(plans, { world, turns: 12, createWriter: create });
      const scores = episodes.flatMap(({ turns }) => turns.map(({ alignment }) => alignment ?? 0));
      means[name] = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    }
    const [floor, ceiling] = [means['remembers_nothing']!, means['oracle']!];
    for (const [name, mean] of Object.entries(means)) {
      way[name] = (mean - floor) / (ceiling - floor);
    }
  }, 600_000);

  it.each([
    ['echo', -Infinity, -0.3],
    ['generic', -Infinity, 0],
    ['tone_only', 0.15, 0.27],
    ['last_3_turns', 0.2, 0.4],
    ['never_asks', 0.2, 0.4],
    ['always_asks', 0.2, 0.4],
    ['best_blind', 0.35, 0.5],
    ['right_question', 0.55, 0.7],
    ['oracle', 1, 1],
  ])('puts %s between %d and %d', (name, low, high) => {
    expect(way[name]).toBeGreaterThanOrEqual(low);
    expect(way[name]).toBeLessThanOrEqual(high);
  });

  it('stands within 0.03 of the sketch', () => {
    const sketch = {
      tone_only: 0.23,
      last_3_turns: 0.32,
      never_asks: 0.34,
      always_asks: 0.34,
      best_blind: 0.43,
      right_question: 0.6,
    };
    for (const [name, value] of Object.entries(sketch)) {
      expect(Math.abs(way[name]! - value), `${name} ${way[name]}`).toBeLessThan(0.03);
    }
  });
});
