/**
 * The steps of a conversation that are credited apart: a turn's profile block, then its reply.
 *
 * The block earns the profile reward, the reply the response reward. A turn that is paid as a whole
 * (malformed, or both rewards on its end), or whose tokens are to share one advantage, is one segment.
 */
import { addRewards } from './reward-weights.ts';
import type { AdvantageLevel } from './settings.ts';
import type { Trajectory } from './trajectory.ts';

export type Segment = {
  /** Index of its first token, and of the one after its last. */
  readonly start: number;
  readonly end: number;
  /** All that was paid for it; null is masked. */
  readonly reward: number | null;
  /** Whether time passes between it and the next one; none does between a block and its reply. */
  readonly endsTurn: boolean;
};

/** Lists the segments in order. A turn in which nothing was written has none. */
export function listSegments(trajectory: Trajectory, level: AdvantageLevel): Segment[] {
  const { turnStarts, turnEnds, blockEnds, turnRewards, arePaidApart } = trajectory;
  return turnStarts.flatMap((start, turn) => {
    const end = turnEnds[turn]!;
    const rewards = turnRewards[turn]!;
    if (start === end) return [];
    if (level !== 'token' || !arePaidApart[turn]!) {
      return [{ start, end, reward: addRewards(rewards.block, rewards.end), endsTurn: true }];
    }
    const border = blockEnds[turn]! + 1;
    return [
      { start, end: border, reward: rewards.block, endsTurn: false },
      { start: border, end, reward: rewards.end, endsTurn: true },
    ];
  });
}
