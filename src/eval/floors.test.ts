/** The scale that scripts make, the table of it, and scores of versions that had none. */
import { describe, expect, it } from 'vitest';
import { computeScale, renderFloors, worldScoresSchema, type Floor } from './index.ts';

const floors = [
  { name: 'remembers_nothing', alignment: 0.2 },
  { name: 'right_question', alignment: 0.6 },
  { name: 'oracle', alignment: 1 },
];

describe('the scale', () => {
  it('begins at the script that remembers nothing and may be left at both ends', () => {
    const at = (alignment: number): (number | null)[] => {
      const scale = computeScale(floors, alignment);
      return [scale.of_the_way_to_right_question, scale.of_the_way_to_oracle];
    };
    expect(at(0.2)).toEqual([0, 0]);
    expect(at(0.6)[0]).toBeCloseTo(1);
    expect(at(0.6)[1]).toBeCloseTo(0.5);
    expect(at(1)[0]).toBeCloseTo(2);
    expect(at(0)[1]).toBeCloseTo(-0.25);
  });

  it('is unknown without its scripts, without an alignment, and where the goal is not above', () => {
    const unknown = { of_the_way_to_right_question: null, of_the_way_to_oracle: null };
    expect(computeScale([], 0.5)).toEqual(unknown);
    expect(computeScale(floors, null)).toEqual(unknown);
    expect(computeScale(floors.slice(0, 1), 0.5)).toEqual(unknown);
    const level = floors.map(({ name }) => ({ name, alignment: 0.4 }));
    expect(computeScale(level, 0.5)).toEqual(unknown);
  });
});

describe('the table', () => {
  const rows = floors.map(({ name, alignment }): Floor => ({
    ...{ name, alignment, alignment_half_width: 0.01, summary: `does ${name}` },
    ...computeScale(floors, alignment),
    ...{ profile_f1_disclosed: 0.5, needs_asked_rate: null, other_questions: null, figures: {} },
  }));

  it('has scripts and policies with the lowest first, and where each stands', () => {
    const interval = { mean: 0.4, half_width: 0.02 };
    const whole = {
      alignment: interval,
      profile_f1_disclosed: interval,
      profile_f1_full: interval,
    };
    const scores = { whole, scale: computeScale(floors, 0.4) };
    const lines = renderFloors(rows.toReversed(), [{ name: 'mine', scores }]).split('\n');
    expect(lines.slice(4).map((line) => line.split(/ {2,}/u)[0])).toEqual([
      'remembers_nothing',
      '> mine',
      'right_question',
      'oracle',
    ]);
    expect(lines[5]).toMatch(/0\.400 ± 0\.020\s+0\.50\s+0\.25\s+0\.400$/u);
    expect(lines[4]).toMatch(/0\.200 ± 0\.010 .* does remembers_nothing$/u);
  });

  it('puts a policy of an earlier version, whose whole conversations nobody averaged, below all', () => {
    expect(renderFloors(rows, [{ name: 'old', scores: {} }]).split('\n')[4]).toMatch(/^> old +-/u);
  });
});

describe('kept scores', () => {
  const interval = { mean: 0.5, half_width: null };
  const late = { profile_f1_disclosed: interval, profile_f1_full: interval, alignment: interval };
  const old = {
    ...{ profile_f1_disclosed: [], profile_f1_full: [], alignment: [] },
    ...{ format_rate: 1, tokens_per_turn: null, users: 1, seconds: 1 },
    ...{ decoding: 'greedy', temperature: 0, late },
    diagnostics: { disclosed_items: [], profile_block_words: null },
  };

  it('are read with and without whole conversations, scale and figures', () => {
    expect(worldScoresSchema.parse(old)).toEqual(old);
    const now = {
      ...old,
      whole: late,
      scale: computeScale(floors, 0.5),
      diagnostics: {
        ...old.diagnostics,
        ...{ figures: { current: 0.5 }, needs_asked_rate: 0.5, other_questions: null },
      },
    };
    expect(worldScoresSchema.parse(now)).toEqual(now);
  });

  it('are refused where the scale is no number', () => {
    const wrong = { ...old, scale: { of_the_way_to_right_question: 'far' } };
    expect(worldScoresSchema.safeParse(wrong).error?.issues[0]?.path).toContain('scale');
  });
});
