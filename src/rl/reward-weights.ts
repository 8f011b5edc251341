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
