import { describe, expect, it } from 'vitest';
import type { Profile, ProfileSchema } from '../profile/index.ts';
import {
  computeAlignment,
  defaultRewardSettings,
  describeRewards,
  scoreTurnRewards,
} from './index.ts';
import type { CriterionName, PenaltyWeights, RewardCase, RewardsOfTurn, Verdict } from './index.ts';

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
/** The same weight for each. */
const mapPenalties = (weight: number): PenaltyWeights => ({
  wrong_items: weight,
  stale_items: weight,
  false_recalls: weight,
  over_personalisation: weight,
  length: weight,
});
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
    const scored = scoreTurnRewards(turn, schema, {
      ...defaultRewardSettings,
      profile: 'authors',
    });
    expect(scored.profile).toBeCloseTo(2 / 3, 12);
    expect(scored.response).toBe(1);
    expect(scored.parts).toMatchObject({ per_write: 0.5, f1_disclosed: 1, f1_gain: 1 });
    expect(scored.parts['authors']).toBe(scored.profile);
  });

  it('take penalties off the reward they belong to, and log them at weight 0 too', () => {
    const kept = [
      { slot: 'a', value: 'old' },
      { slot: 'b', value: 'y' },
    ];
    const stale: RewardCase = {
      ...turn,
      profileAfter: kept,
      disclosedProfile: [{ slot: 'a', value: 'x' }, kept[1]!],
      supersededProfile: [kept[0]!],
    };
    const reply = { overuse: 1, words: 60 };
    const free = mapPenalties(0);
    const score = (penalties: PenaltyWeights): RewardsOfTurn =>
      scoreTurnRewards(stale, schema, { profile: 'f1_disclosed', penalties }, reply);
    const measures = {
      wrong_items: 0.5,
      stale_items: 0.5,
      false_recalls: 0,
      over_personalisation: 0.5,
      length: 0.5,
    };
    expect(score(free)).toMatchObject({ profile: 0.5, response: 1, parts: measures });
    expect(score({ ...free, wrong_items: 0.2, stale_items: 0.4 }).profile).toBeCloseTo(0.2, 12);
    expect(score({ ...free, over_personalisation: 0.5, length: 1 }).response).toBe(0.25);
    const masked = scoreTurnRewards({ ...stale, alignment: null }, schema, defaultRewardSettings);
    expect(masked.response).toBeNull();
  });

  it('charge for relying on what is not noted, which an output may say without telling the person', () => {
    const noted = { slot: 'a', value: 'x' };
    const claimed = { slot: 'b', value: 'made up' };
    const score = (recalls: Profile): RewardsOfTurn =>
      scoreTurnRewards(
        { ...turn, profileAfter: [noted], disclosedProfile: [noted], recalls },
        schema,
        {
          profile: 'f1_disclosed',
          penalties: { ...mapPenalties(0), false_recalls: 0.5 },
        },
      );
    expect(score([]).profile).toBe(1);
    expect(score([noted])).toMatchObject({ profile: 1, parts: { false_recalls: 0 } });
    expect(score([noted, claimed])).toMatchObject({ profile: 0.75, parts: { false_recalls: 0.5 } });
    expect(score([claimed]).profile).toBe(0.5);
  });

  it('cost nothing before anything was disclosed', () => {
    const silent = { ...turn, changes: [], profileAfter: [], disclosedProfile: [] };
    const penalties = mapPenalties(1);
    const scored = scoreTurnRewards(silent, schema, { profile: 'per_write', penalties });
    expect(scored).toMatchObject({ profile: 0, response: 1 });
  });

  it('are named with their version', () => {
    expect(describeRewards(defaultRewardSettings)).toBe(
      'rewards/4: per_write + alignment - 0.5 over_personalisation',
    );
  });
});
