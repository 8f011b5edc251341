import { describe, expect, it } from 'vitest';
import {
  computeLeftOutLoss,
  renderArmMatrix,
  renderArms,
  summarizeArms,
  type ArmRun,
} from './index.ts';
import type { WorldScores } from './index.ts';

function score(alignment: number): WorldScores {
  const interval = { mean: alignment, half_width: 0.01 };
  return {
    late: { alignment: interval, profile_f1_disclosed: interval, profile_f1_full: interval },
    format_rate: 1,
    tokens_per_turn: 20,
    diagnostics: { disclosed_items: [0, 3], profile_block_words: null },
  } as unknown as WorldScores;
}

const run = (
  arm: string,
  seed: number,
  alignment: number,
  leavesOut?: ArmRun['leavesOut'],
): ArmRun => ({
  ...(leavesOut === undefined ? {} : { leavesOut }),
  arm,
  seed,
  tokens: 100 * seed,
  seconds: 1,
  families: { warm: score(alignment), cold: score(alignment - 0.2) },
});

describe('a comparison of arms', () => {
  const titles = new Map([
    ['base', 'the base'],
    ['ppo', 'PPO'],
    ['dpo', 'DPO'],
  ]);
  const runs = [run('ppo', 3, 0.9), run('base', 1, 0.4), run('ppo', 1, 0.7), run('ppo', 2, 0.8)];
  const summaries = summarizeArms(runs, titles);

  it('takes means over seeds, with Student-t intervals where there are several', () => {
    expect(summaries.map(({ arm, seeds }) => [arm, seeds])).toEqual([
      ['base', [1]],
      ['ppo', [1, 2, 3]],
    ]);
    const { alignment, profile_block_words } = summaries[1]!.families['warm']!;
    expect(alignment!.mean).toBeCloseTo(0.8, 12);
    // t(0.975, 2) = 4.3027, deviation 0.1, three values
    expect(alignment!.half_width).toBeCloseTo((4.3027 * 0.1) / Math.sqrt(3), 4);
    expect(profile_block_words).toEqual({ mean: null, half_width: null });
    expect(summaries[0]!.families['warm']!.alignment).toEqual({ mean: 0.4, half_width: null });
    expect(summaries[1]!.tokens).toBe(200);
  });

  it('takes what whole conversations, scale and needs say, where they were measured', () => {
    const known = {
      ...score(0.5),
      whole: { alignment: { mean: 0.7, half_width: 0.1 } },
      scale: { of_the_way_to_right_question: 0.9, of_the_way_to_oracle: 0.5 },
      diagnostics: { ...score(0.5).diagnostics, needs_asked_rate: 0.6, other_questions: 0.2 },
    } as unknown as WorldScores;
    const placed = { ...run('ppo', 1, 0.5), families: { warm: known, cold: score(0.5) } };
    const [arm] = summarizeArms([placed], titles);
    expect(arm!.families['warm']).toMatchObject({
      alignment_all_turns: { mean: 0.7 },
      of_the_way_to_right_question: { mean: 0.9 },
      needs_asked_rate: { mean: 0.6 },
      other_questions: { mean: 0.2 },
    });
    expect(arm!.families['cold']?.of_the_way_to_right_question?.mean).toBeNull();
    expect(renderArms([arm!], 'warm')).toMatch(/all turns +of the way[^]*0\.700 +0\.900/u);
    expect(renderArms([arm!], 'cold')).not.toContain('of the way');
  });

  it('renders a table a family, and a matrix of arms by families', () => {
    const table = renderArms(summaries, 'cold').split('\n');
    expect(table[2]).toMatch(/^the base +1 +0\.200 .* 3\.0 +1\.000 +20\.0$/u);
    expect(table[3]).toMatch(/^PPO +3 +0\.600 ± 0\.248/u);
    expect(renderArmMatrix(summaries, 'alignment')).toMatch(
      /PPO +0\.800 ± 0\.248 +0\.600 ± 0\.248/u,
    );
  });

  it('sets an arm that leaves a family out against the arm it names, seed by seed', () => {
    const without = (family: string, against = 'all'): ArmRun['leavesOut'] => ({ family, against });
    const arms = [
      run('all', 1, 0.8),
      run('all', 2, 0.9),
      run('all from another base', 1, 0.8),
      run('no cold', 1, 0.7, without('cold')),
      run('no cold', 2, 0.6, without('cold')),
      run('no warm', 1, 0.75, without('warm', 'all from another base')),
      run('without-nobody', 1, 0.1),
    ];
    const loss = computeLeftOutLoss(arms, 'alignment')!;
    expect(Object.keys(loss.families)).toEqual(['cold', 'warm']);
    expect(loss.families['cold']!.mean).toBeCloseTo(0.2, 12);
    expect(loss.families['warm']).toEqual({ mean: expect.closeTo(0.05, 12), half_width: null });
    // Only seed 1 has both families: (0.1 + 0.05) / 2.
    expect(loss.mean).toEqual({ mean: expect.closeTo(0.075, 12), half_width: null });
    expect(computeLeftOutLoss(runs, 'alignment')).toBeNull();
  });
});
