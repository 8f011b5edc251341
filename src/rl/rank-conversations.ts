/** Conversations of a group by what they earned in all, for algorithms that choose whole conversations. */
import type { Episode } from '../env/index.ts';
import { rankRewards, type RewardWeights } from './reward-weights.ts';
import { nameGroup } from './trajectory.ts';

export type RankedConversation = {
  readonly episode: Episode;
  /** Sum of all paid rewards, undiscounted. */
  readonly total: number;
};

type Ranking = readonly [best: RankedConversation, ...others: RankedConversation[]];

/**
 * Ranks the conversations of each group, best first, the earlier of equal ones first. Left out are
 * those that broke off and those with an output that nobody judged: their sums cannot be compared.
 */
export function rankConversations(
  episodes: readonly Episode[],
  rewardWeights: RewardWeights,
): Ranking[] {
  const groups = new Map<string, RankedConversation[]>();
  for (const episode of episodes) {
    const total = episode.turns.reduce(
      (sum, { rewards }) => sum + rankRewards(rewards, rewardWeights),
      0,
    );
    if (episode.error !== null || !Number.isFinite(total)) continue;
    const name = nameGroup(episode);
    groups.set(name, [...(groups.get(name) ?? []), { episode, total }]);
  }
  return [...groups.values()].map((group) => {
    const [best, ...others] = group.sort((a, b) => b.total - a.total);
    return [best!, ...others];
  });
}
