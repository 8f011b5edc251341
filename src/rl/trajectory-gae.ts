/**
 * GAE along a conversation, token by token or with turns as steps.
 *
 * A step whose reward is masked has no temporal difference: the reward is taken to be what the critic
 * expects, V[i] - d V[i + 1], so that what came before it is neither paid nor charged for it.
 */
import { addRewards } from './reward-weights.ts';
import { computeGae, type GaeResult } from './math/index.ts';
import { listPolicyTokens, type Trajectory } from './trajectory.ts';

/**
 * Runs GAE over the policy's tokens of the conversation, in order, skipping context tokens.
 * Shape: both results have one entry per token of the conversation, 0 on context tokens.
 */
export function computeTrajectoryGae(
  trajectory: Trajectory,
  valueEstimates: ArrayLike<number>,
  gaeLambda: number,
): GaeResult {
  const indices = listPolicyTokens(trajectory);
  const steps = computeGae({
    rewards: indices.map((index) => trajectory.tokenRewards[index]!),
    values: indices.map((index) => valueEstimates[index]!),
    discounts: indices.map((index) => trajectory.discounts[index]!),
    isMasked: indices.map((index) => trajectory.maskedTokens[index] === 1),
    gaeLambda,
  });
  const advantages = new Float64Array(trajectory.ids.length);
  const returns = new Float64Array(trajectory.ids.length);
  indices.forEach((index, step) => {
    advantages[index] = steps.advantages[step]!;
    returns[index] = steps.returns[step]!;
  });
  return { advantages, returns };
}

/**
 * Runs GAE with whole turns as steps: a turn's value estimate is the one at its first token, its
 * reward is all it earned, and each of its tokens gets the turn's advantage and value target.
 * Shape: as `computeTrajectoryGae`. Source: the multi-turn form of GAE over utterances.
 */
export function computeTurnGae(
  trajectory: Trajectory,
  valueEstimates: ArrayLike<number>,
  gaeLambda: number,
): GaeResult {
  const { turnStarts, turnEnds, turnRewards, discounts } = trajectory;
  const rewards = turnRewards.map(({ block, end }) => addRewards(block, end));
  const steps = computeGae({
    rewards: rewards.map((reward) => reward ?? 0),
    values: turnStarts.map((start) => valueEstimates[start]!),
    discounts: turnEnds.map((end) => discounts[end - 1]!),
    isMasked: rewards.map((reward) => reward === null),
    gaeLambda,
  });
  const advantages = new Float64Array(trajectory.ids.length);
  const returns = new Float64Array(trajectory.ids.length);
  turnStarts.forEach((start, turn) => {
    advantages.fill(steps.advantages[turn]!, start, turnEnds[turn]!);
    returns.fill(steps.returns[turn]!, start, turnEnds[turn]!);
  });
  return { advantages, returns };
}
