/**
 * One turn's rewards under given settings: the single place where terms are chosen and logged.
 *
 * Values are before weighting, which is the trainer's. Every variant that costs nothing is logged under `parts`, whichever one is paid.
 */
import type { Profile, ProfileChange, ProfileSchema } from '../profile/index.ts';
import { computeAuthorsProfileReward, renderAuthorsProfile } from './authors.ts';
import { computeGainReward, computeWriteReward, countWrites } from './profile-reward.ts';
import { perWriteWeights } from './profile-reward.ts';
import { computeProfileScore } from './profile-score.ts';

export const profileRewardNames = [
  'per_write',
  'f1_disclosed',
  'f1_full',
  'f1_gain',
  'authors',
] as const;

export type ProfileRewardName = (typeof profileRewardNames)[number];

/** Which profile reward is paid; weights belong to the trainer. */
export type RewardSettings = { readonly profile: ProfileRewardName };

export const defaultRewardSettings: RewardSettings = { profile: 'per_write' };

/** What a reward may look at. */
export type RewardCase = {
  readonly formatProblem: string | null;
  readonly changes: readonly ProfileChange[];
  readonly recalls?: Profile;
  readonly profileBefore: Profile;
  readonly profileAfter: Profile;
  readonly disclosedProfile: Profile;
  readonly trueProfile: Profile;
  readonly alignment: number | null;
};

export type RewardsOfTurn = {
  readonly profile: number | null;
  readonly response: number | null;
  readonly parts: Readonly<Record<string, number>>;
};

/**
 * Scores one turn. Malformed output: response 0, profile 0, or -0.5 for `per_write`.
 * A masked verdict leaves `response` null.
 */
export function scoreTurnRewards(
  turn: RewardCase,
  schema: ProfileSchema,
  settings: RewardSettings,
): RewardsOfTurn {
  const malformed = turn.formatProblem !== null;
  const parts = malformed ? malformedParts() : profileParts(turn, schema);
  const response = malformed ? 0 : turn.alignment;
  return {
    profile: parts[settings.profile],
    response,
    parts,
  };
}

type Parts = Record<ProfileRewardName, number> & Record<string, number>;

function malformedParts(): Parts {
  return {
    per_write: perWriteWeights.malformed,
    f1_disclosed: 0,
    f1_full: 0,
    f1_gain: 0,
    authors: 0,
    malformed: 1,
  };
}

function profileParts(turn: RewardCase, schema: ProfileSchema): Parts {
  const counts = countWrites(
    {
      before: turn.profileBefore,
      after: turn.profileAfter,
      changes: turn.changes,
      recalls: turn.recalls ?? [],
      truth: turn.disclosedProfile,
    },
    schema,
  );
  return {
    per_write: computeWriteReward(counts),
    f1_disclosed: computeProfileScore(turn.profileAfter, turn.disclosedProfile).f1,
    f1_full: computeProfileScore(turn.profileAfter, turn.trueProfile).f1,
    f1_gain: computeGainReward(turn.profileBefore, turn.profileAfter, turn.disclosedProfile),
    authors: computeAuthorsProfileReward(renderAuthorsProfile(turn.profileAfter), turn.trueProfile),
    malformed: 0,
    writes_right: counts.right,
    writes_wrong: counts.wrong,
    writes_lost: counts.lost,
    writes_redundant: counts.redundant,
  };
}
