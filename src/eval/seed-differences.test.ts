/** What may be said of arms that share seeds: by hand where the numbers are few. */
import { describe, expect, it } from 'vitest';
import { compareArms, findBestArms, type ArmRun, type WorldScores } from './index.ts';

const measure = { family: 'warm', metric: 'alignment' } as const;

function createRuns(arm: string, alignments: readonly number[], tokens = 100): ArmRun[] {
  return alignments.map((mean, index) => ({
    arm,
    seed: index + 1,
    tokens,
    seconds: 1,
    families: {
      warm: { late: { alignment: { mean, half_width: 0.01 } } } as unknown as WorldScores,
    },
  }));
}

describe('two arms', () => {
  it('are compared seed by seed: what the seeds share cancels', () => {
    const runs = [...createRuns('a', [0.5, 0.7, 0.9]), ...createRuns('b', [0.4, 0.61, 0.79])];
    const { difference, seeds } = compareArms(runs, { arm: 'a', than: 'b' }, measure);
    // Differences 0.1, 0.09, 0.11: deviation 0.01, t(0.975, 2) = 4.3027.
    expect(seeds).toBe(3);
    expect(difference.mean).toBeCloseTo(0.1, 12);
    expect(difference.half_width).toBeCloseTo((4.3027 * 0.01) / Math.sqrt(3), 5);
  });

  it('get no interval below three seeds', () => {
    const runs = [...createRuns('a', [0.5, 0.7]), ...createRuns('b', [0.4, 0.61, 0.79])];
    const { difference, seeds } = compareArms(runs, { arm: 'a', than: 'b' }, measure);
    expect(seeds).toBe(2);
    expect(difference).toEqual({ mean: expect.closeTo(0.095, 12) as unknown, half_width: null });
  });

  it('use a base that was not trained for every seed', () => {
    const runs = [...createRuns('a', [0.5, 0.7, 0.9]), ...createRuns('base', [0.3], 0)];
    expect(compareArms(runs, { arm: 'a', than: 'base' }, measure)).toMatchObject({
      difference: { mean: expect.closeTo(0.4, 12) as unknown },
      seeds: 3,
    });
    expect(compareArms(runs, { arm: 'a', than: 'gone' }, measure).difference.mean).toBeNull();
  });
});

describe('the best of several arms', () => {
  it('is named where all others are behind it in every seed alike', () => {
    const runs = [
      ...createRuns('a', [0.8, 0.81, 0.82]),
      ...createRuns('b', [0.7, 0.71, 0.73]),
      ...createRuns('c', [0.5, 0.51, 0.52]),
    ];
    expect(findBestArms(runs, ['a', 'b', 'c'], measure)).toEqual(['a']);
  });

  it('stays open where a lead may be chance, and where seeds are few', () => {
    const runs = [...createRuns('a', [0.8, 0.81, 0.9]), ...createRuns('b', [0.7, 0.85, 0.72])];
    expect(findBestArms(runs, ['a', 'b'], measure)).toEqual(['a', 'b']);
    const few = [...createRuns('a', [0.9]), ...createRuns('b', [0.1])];
    expect(findBestArms(few, ['a', 'b'], measure)).toEqual(['a', 'b']);
  });

  it('asks for a wider lead the more arms there are', () => {
    // Leads 0.10, 0.05, 0.15: deviation 0.05. One-sided 5 %: 0.1 - 2.92 * 0.0289 > 0; at a ninth of
    // that: 0.1 - 9.4 * 0.0289 < 0.
    const pair = [...createRuns('a', [0.8, 0.75, 0.85]), ...createRuns('b', [0.7, 0.7, 0.7])];
    expect(findBestArms(pair, ['a', 'b'], measure)).toEqual(['a']);
    const others = Array.from({ length: 8 }, (_, index) => `low ${index}`);
    const many = [...pair, ...others.flatMap((arm) => createRuns(arm, [0.1, 0.1, 0.1]))];
    expect(findBestArms(many, ['a', 'b', ...others], measure)).toEqual(['a', 'b']);
  });

  it('is missed no oftener than promised when all are equal', () => {
    let state = 7;
    const draw = (): number => {
      // Sum of twelve even draws, about normal.
      let sum = 0;
      for (let index = 0; index < 12; index += 1) {
        state = (state * 48271) % 2147483647;
        sum += state / 2147483647;
      }
      return sum - 6;
    };
    const arms = ['a', 'b', 'c', 'd'];
    const trials = 600;
    let missed = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const runs = arms.flatMap((arm) => createRuns(arm, [draw(), draw(), draw()]));
      if (!findBestArms(runs, arms, measure).includes('a')) missed += 1;
    }
    expect(missed / trials).toBeLessThan(0.05);
  });
});
