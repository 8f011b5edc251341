/** What a turn earns in free text, by meaning and not by spelling. */
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../profile/index.ts';
import { defaultRewardSettings, type IsSameItem } from '../../rewards/index.ts';
import { scoreTextTurnRewards } from './text-turn-rewards.ts';
import { freeTextSchema } from './schema.ts';

const profile = (...items: string[]): Profile => items.map((value) => ({ slot: 'item', value }));
const truth = profile('is a nurse', 'likes tea');

const pay = (kept: Profile, isSame?: IsSameItem): number | null =>
  scoreTextTurnRewards(
    {
      formatProblem: null,
      changes: [],
      profileBefore: [],
      profileAfter: kept,
      disclosedProfile: truth,
      trueProfile: truth,
      alignment: 1,
    },
    freeTextSchema,
    { ...defaultRewardSettings, profile: 'authors' },
    { overuse: 0, words: 0 },
    isSame,
  ).profile;

describe('the authors formula in free text', () => {
  it('pays for "nurse" where "is a nurse" is true', () => {
    expect(pay(profile('nurse', 'likes tea'))).toBe(pay(truth));
    expect(pay(profile('nurse'))).toBeCloseTo((2 * 1) / (2 + 2), 12);
    expect(pay(profile('baker'))).toBe(0);
  });

  it('pays for what the matcher says is the same', () => {
    const isSame: IsSameItem = (inferred, true_) =>
      inferred === 'looks after patients' && true_ === 'is a nurse';
    expect(pay(profile('looks after patients'), isSame)).toBeCloseTo(0.5, 12);
  });

  it('keeps its defects: facts on one line pay above 1', () => {
    expect(pay(profile('is a nurse, likes tea'))).toBeCloseTo((2 * 2) / (2 + 2), 12);
    expect(pay(truth)).toBeCloseTo((2 * 2) / (3 + 2), 12);
  });
});
