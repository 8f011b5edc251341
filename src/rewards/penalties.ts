/**
 * What may be taken off a reward: for what a profile wrongly keeps, and for how a reply uses it.
 *
 * Each measure is pure and lies in [0, 1]; the weights decide what it costs, and every measure is
 * logged at weight 0 too. Profile measures come off the profile reward, reply measures off the
 * response reward. Before anything is disclosed an empty profile costs nothing.
 */
import { hasItem, type Profile } from '../profile/index.ts';

/** Names of the measures; the version of all rewards changes with their meaning. */
export const penaltyNames = [
  'wrong_items',
  'stale_items',
  'false_recalls',
  'over_personalisation',
  'length',
] as const;

export type PenaltyName = (typeof penaltyNames)[number];

export type PenaltyWeights = Readonly<Record<PenaltyName, number>>;

export const defaultPenaltyWeights: PenaltyWeights = {
  wrong_items: 0,
  stale_items: 0,
  false_recalls: 0,
  over_personalisation: 0.5,
  length: 0,
};

/** Words of a reply that cost nothing; twice as many cost the whole weight. */
export const freeWords = 40;

/** Uses of the profile beyond need that cost the whole weight. */
export const fullOveruse = 2;

export type PenaltyCase = {
  readonly profileAfter: Profile;
  /** What the block says it relies on; nothing where it is left out. */
  readonly recalls?: Profile;
  /** How many items of a profile hold, by the world's own matching. */
  readonly countMatches: (inferred: Profile, truth: Profile) => number;
  readonly disclosedProfile: Profile;
  /** Items that held once and were taken back by the user. */
  readonly supersededProfile: Profile;
  /** Mentions of known items that neither the message nor a request calls for. */
  readonly overuse: number;
  /** Words of the reply. */
  readonly words: number;
};

/** Measures one turn. Range of each: [0, 1]. */
export function measurePenalties(turn: PenaltyCase): Readonly<Record<PenaltyName, number>> {
  const { profileAfter, recalls = [], countMatches } = turn;
  const kept = Math.max(profileAfter.length, 1);
  const right = countMatches(profileAfter, turn.disclosedProfile);
  // What still holds is matched first: a new item that resembles the one it replaced is not stale.
  const everTold = [...turn.disclosedProfile, ...turn.supersededProfile];
  return {
    wrong_items: (profileAfter.length - right) / kept,
    stale_items: (countMatches(profileAfter, everTold) - right) / kept,
    false_recalls:
      recalls.filter((item) => !hasItem(profileAfter, item)).length / Math.max(recalls.length, 1),
    ...measureReplyPenalties(turn),
  };
}

/** Measures the part that comes off the response reward. Range of each: [0, 1]. */
export function measureReplyPenalties({
  overuse,
  words,
}: Pick<PenaltyCase, 'overuse' | 'words'>): Readonly<
  Record<'over_personalisation' | 'length', number>
> {
  return {
    over_personalisation: Math.min(1, overuse / fullOveruse),
    length: Math.min(1, Math.max(0, words - freeWords) / freeWords),
  };
}
