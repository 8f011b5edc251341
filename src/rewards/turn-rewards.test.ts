import { describe, expect, it } from 'vitest';
import type { ProfileSchema } from '../profile/index.ts';
import { computeAlignment, defaultRewardSettings, scoreTurnRewards } from './index.ts';
import type { CriterionName, RewardCase, Verdict } from './index.ts';

const schema: ProfileSchema = {
  name: 'test',
  version: 1,
  slots: [{ name: 'a', kind: 'fact', multiple: false }],
};
const turn: RewardCase = {
  formatProblem: null,
  changes: [{ kind: 'set', item: { slot: 'a', value: 'x' } }],
  profileBefore: [],
  profileAfter: [{ slot: 'a', value: 'x' }],
  disclosedProfile: [{ slot: 'a', value: 'x' }],
  trueProfile: [{ slot: 'a', value: 'x' }],
  alignment: 1,
};
const verdict = (failed: CriterionName | null): Verdict => {
  const one = (name: CriterionName): 0 | 1 => (name === failed ? 0 : 1);
  return {
    criteria: {
      naturalness: one('naturalness'),
      relevance: one('relevance'),
      logic: one('logic'),
      engagement: one('engagement'),
      informativeness: one('informativeness'),
    },
    reasons: [],
  };
};

describe('turn rewards', () => {
  it('multiply the criteria: one failure gives 0', () => {
    expect(computeAlignment(verdict(null))).toBe(1);
    expect(computeAlignment(verdict('logic'))).toBe(0);
  });

  it('mask a missing verdict and never score it 0', () => {
    expect(computeAlignment(null)).toBeNull();
    const masked = scoreTurnRewards({ ...turn, alignment: null }, schema, defaultRewardSettings);
    expect(masked.response).toBeNull();
    expect(masked.profile).toBe(0.5);
  });

  it('give a malformed output nothing for the reply and a penalty for the profile', () => {
    const malformed = { ...turn, formatProblem: 'no tags' };
    const scored = scoreTurnRewards(malformed, schema, defaultRewardSettings);
    expect(scored).toMatchObject({ profile: -0.5, response: 0, parts: { malformed: 1 } });
  });

  it('follow the settings and log every variant', () => {
    const scored = scoreTurnRewards(turn, schema, { profile: 'authors' });
    expect(scored.profile).toBeCloseTo(2 / 3, 12);
    expect(scored.response).toBe(1);
    expect(scored.parts).toMatchObject({ per_write: 0.5, f1_disclosed: 1, f1_gain: 1 });
    expect(scored.parts['authors']).toBe(scored.profile);
  });
});
