/**
 * KL to the reference as part of the reward: k1 of every token, in nats, is taken off what it earns.
 *
 * As in the authors' released code (OpenRLHF). Unlike the loss term it reaches earlier tokens through
 * their returns, so the gradient is that of the divergence of whole outputs.
 */
import type { TokenScores } from '../policy/index.ts';
import type { PlacedRewards, Trajectory } from './trajectory.ts';

/** Charges `klCoef` times the divergence to the rewards, token by token and turn by turn. */
export function chargeKl(
  trajectories: readonly Trajectory[],
  reference: readonly Pick<TokenScores, 'logprobs'>[],
  klCoef: number,
): Trajectory[] {
  return trajectories.map((trajectory, row) => {
    const costs = Float64Array.from(trajectory.ids, (_, index) => {
      const kl = trajectory.behaviorLogprobs[index]! - reference[row]!.logprobs[index]!;
      return trajectory.writtenMask[index] === 0 ? 0 : klCoef * kl;
    });
    return {
      ...trajectory,
      tokenRewards: trajectory.tokenRewards.map((reward, index) => reward - costs[index]!),
      turnRewards: trajectory.turnRewards.map((rewards, turn) =>
        chargeTurn(rewards, costs, trajectory, turn),
      ),
    };
  });
}

function chargeTurn(
  { block, end }: PlacedRewards,
  costs: Float64Array,
  { turnStarts, turnEnds, blockEnds }: Trajectory,
  turn: number,
): PlacedRewards {
  const blockEnd = blockEnds[turn]! < 0 ? turnStarts[turn]! : blockEnds[turn]! + 1;
  const sum = (from: number, to: number): number =>
    costs.subarray(from, to).reduce((total, cost) => total + cost, 0);
  return {
    block: block === null ? null : block - sum(turnStarts[turn]!, blockEnd),
    end: end === null ? null : end - sum(blockEnd, turnEnds[turn]!),
  };
}
