/**
 * One turn's rewards under given settings: the single place where terms are chosen and logged.
 *
 * Values are before weighting, which is the trainer's. Every variant that costs nothing is logged under `parts`, whichever one is paid.
 */
import type { Profile, ProfileChange, ProfileSchema } from '../profile/index.ts';
import { computeAuthorsProfileReward, renderAuthorsProfile } from './authors.ts';
import {
  defaultPenaltyWeights,
  measurePenalties,
  measureReplyPenalties,
  penaltyNames,
} from './penalties.ts';
import type { PenaltyCase, PenaltyName, PenaltyWeights } from './penalties.ts';
import {
  computeErrorReward,
  computeGainReward,
  computeWriteReward,
  countWrites,
  perWriteWeights,
} from './profile-reward.ts';
import { computeProfileScore } from './profile-score.ts';

export const profileRewardNames = [
  'per_write',
  'per_error',
  'f1_disclosed',
  'f1_full',
  'f1_gain',
  'authors',
] as const;

export type ProfileRewardName = (typeof profileRewardNames)[number];

/** Which profile reward is paid, and what penalties cost; the weights of the two sums belong to the trainer. */
export type RewardSettings = {
  readonly profile: ProfileRewardName;
  readonly penalties: PenaltyWeights;
};

export const defaultRewardSettings: RewardSettings = {
  profile: 'per_write',
  penalties: defaultPenaltyWeights,
};

/** Changes whenever the same turn would be rewarded differently. */
export const rewardVersion = 4;

/** Names what is paid, with its version, for the record. */
export function describeRewards({ profile, penalties }: RewardSettings): string {
  const costs = penaltyNames
    .filter((name) => penalties[name] > 0)
    .map((name) => ` - ${penalties[name]} ${name}`);
  return `rewards/${rewardVersion}: ${profile} + alignment${costs.join('')}`;
}

/** What a reward may look at. */
export type RewardCase = {
  readonly formatProblem: string | null;
  readonly changes: readonly ProfileChange[];
  readonly recalls?: Profile;
  readonly profileBefore: Profile;
  readonly profileAfter: Profile;
  readonly disclosedProfile: Profile;
  readonly trueProfile: Profile;
  readonly supersededProfile?: Profile;
  /** What this message told, and what it ended; nothing where they are left out. */
  readonly told?: Profile;
  readonly ended?: Profile;
  readonly alignment: number | null;
};

/** What the world measured of the reply, for the penalties. */
export type ReplyMeasures = Pick<PenaltyCase, 'overuse' | 'words'>;

export type RewardsOfTurn = {
  readonly profile: number | null;
  readonly response: number | null;
  readonly parts: Readonly<Record<string, number>>;
};

/**
 * Scores one turn. Malformed output: response 0, profile 0, or -0.5 where writes are counted, and no further
 * penalty. A masked verdict leaves `response` null.
 */
export function scoreTurnRewards(
  turn: RewardCase,
  schema: ProfileSchema,
  settings: RewardSettings,
  reply: ReplyMeasures = { overuse: 0, words: 0 },
): RewardsOfTurn {
  if (turn.formatProblem !== null) return scoreMalformed(settings);
  const countMatches = (inferred: Profile, truth: Profile): number =>
    computeProfileScore(inferred, truth).matched;
  return combineRewards(turn, profileParts(turn, schema), countMatches, settings, reply);
}

/** Takes the penalties off: shared by slots and free text. */
export function combineRewards(
  turn: RewardCase,
  parts: Readonly<Record<ProfileRewardName, number>> & Readonly<Record<string, number>>,
  countMatches: PenaltyCase['countMatches'],
  settings: RewardSettings,
  reply: ReplyMeasures,
): RewardsOfTurn {
  const { supersededProfile = [], alignment } = turn;
  const measures = measurePenalties({ ...turn, ...reply, supersededProfile, countMatches });
  const cost = (name: PenaltyName): number => settings.penalties[name] * measures[name];
  return {
    profile:
      parts[settings.profile] - cost('wrong_items') - cost('stale_items') - cost('false_recalls'),
    response: payResponse(alignment, measures, settings),
    parts: { ...parts, malformed: 0, ...measures },
  };
}

/** What a turn earns whose items could not be matched: its profile reward is masked, never 0. */
export function scoreUnmatched(
  turn: RewardCase,
  settings: RewardSettings,
  reply: ReplyMeasures,
): RewardsOfTurn {
  if (turn.formatProblem !== null) return scoreMalformed(settings);
  const measures = measureReplyPenalties(reply);
  return {
    profile: null,
    response: payResponse(turn.alignment, measures, settings),
    parts: { malformed: 0, ...measures },
  };
}

function payResponse(
  alignment: number | null,
  measures: ReturnType<typeof measureReplyPenalties>,
  { penalties }: RewardSettings,
): number | null {
  if (alignment === null) return null;
  const { over_personalisation, length } = measures;
  return (
    alignment - penalties.over_personalisation * over_personalisation - penalties.length * length
  );
}

/** What a malformed output earns. */
export function scoreMalformed(settings: RewardSettings): RewardsOfTurn {
  const parts: Record<ProfileRewardName, number> & Record<string, number> = {
    per_write: perWriteWeights.malformed,
    per_error: perWriteWeights.malformed,
    f1_disclosed: 0,
    f1_full: 0,
    f1_gain: 0,
    authors: 0,
    malformed: 1,
  };
  return { profile: parts[settings.profile], response: 0, parts };
}

type Parts = Record<ProfileRewardName, number> & Record<string, number>;

function profileParts(turn: RewardCase, schema: ProfileSchema): Parts {
  const counts = countWrites(
    {
      before: turn.profileBefore,
      after: turn.profileAfter,
      changes: turn.changes,
      recalls: turn.recalls ?? [],
      truth: turn.disclosedProfile,
      told: turn.told ?? [],
      ended: turn.ended ?? [],
    },
    schema,
  );
  return {
    per_write: computeWriteReward(counts),
    per_error: computeErrorReward(counts),
    f1_disclosed: computeProfileScore(turn.profileAfter, turn.disclosedProfile).f1,
    f1_full: computeProfileScore(turn.profileAfter, turn.trueProfile).f1,
    f1_gain: computeGainReward(turn.profileBefore, turn.profileAfter, turn.disclosedProfile),
    authors: computeAuthorsProfileReward(renderAuthorsProfile(turn.profileAfter), turn.trueProfile),
    writes_right: counts.right,
    writes_wrong: counts.wrong,
    writes_lost: counts.lost,
    writes_redundant: counts.redundant,
    writes_missed: counts.missed,
  };
}
