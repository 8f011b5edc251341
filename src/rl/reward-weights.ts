/**
 * What the two rewards of a turn are worth to the trainer.
 *
 * A reward without a verdict is null, before weighting and after: nobody knows what it would have
 * been, so it is never paid as 0. With weight 0 it is not paid at all, and 0 whatever it is.
 */
import type { Turn } from '../env/index.ts';

export type RewardWeights = { readonly profile: number; readonly response: number };

/** Weighted rewards of a turn; null where a paid one is masked. */
export type PaidRewards = {
  readonly profile: number | null;
  readonly response: number | null;
  /** Their sum; null where either is. */
  readonly total: number | null;
};

/** The rewards of a turn as they are paid. */
export function weighRewards(
  { profile, response }: Pick<Turn['rewards'], 'profile' | 'response'>,
  weights: RewardWeights,
): PaidRewards {
  const paid = {
    profile: weigh(profile, weights.profile),
    response: weigh(response, weights.response),
  };
  return { ...paid, total: addRewards(paid.profile, paid.response) };
}

function weigh(reward: number | null, weight: number): number | null {
  if (weight === 0) return 0;
  return reward === null ? null : reward * weight;
}

/** Sum of two rewards; unknown where either is. */
export function addRewards(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** Rank of an output among alternatives; one whose paid reward is missing comes last, whatever the others earned. */
export function rankRewards(
  rewards: Pick<Turn['rewards'], 'profile' | 'response'>,
  weights: RewardWeights,
): number {
  return weighRewards(rewards, weights).total ?? Number.NEGATIVE_INFINITY;
}
