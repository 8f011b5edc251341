/** What the two rewards of a turn are worth to the trainer. */
import type { Turn } from '../env/index.ts';

export type RewardWeights = { readonly profile: number; readonly response: number };

/** The rewards of a turn as they are paid; one that is missing pays nothing. */
export function weighRewards(
  { profile, response }: Pick<Turn['rewards'], 'profile' | 'response'>,
  weights: RewardWeights,
): { readonly profile: number; readonly response: number; readonly total: number } {
  const paid = {
    profile: (profile ?? 0) * weights.profile,
    response: (response ?? 0) * weights.response,
  };
  return { ...paid, total: paid.profile + paid.response };
}

/** Rank of an output among alternatives; one whose paid reward is missing comes last, whatever the others earned. */
export function rankRewards(
  rewards: Pick<Turn['rewards'], 'profile' | 'response'>,
  weights: RewardWeights,
): number {
  const isMissing =
    (rewards.profile === null && weights.profile !== 0) ||
    (rewards.response === null && weights.response !== 0);
  return isMissing ? Number.NEGATIVE_INFINITY : weighRewards(rewards, weights).total;
}
