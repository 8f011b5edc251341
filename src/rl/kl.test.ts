/**
 * KL to the reference, in the loss and in the reward, against a policy over two tokens solved by hand.
 *
 * With logits (x, 0), p = sigmoid(x) and a reference q:
 *   KL(p || q)           = p ln(p / q) + (1 - p) ln((1 - p) / (1 - q))
 *   its derivative in x  = p (1 - p) (ln(p / q) - ln((1 - p) / (1 - q)))
 *   that of KL(q || p)   = p - q
 */
import { describe, expect, it } from 'vitest';
import { chargeKl } from './kl-reward.ts';
import { computeKlLoss } from './math/index.ts';
import { createTableEpisode, createTableTurn, tableTokenizer } from './testing/table-world.ts';
import { createTrajectory } from './trajectory.ts';

const log = Math.log;

/** Value and derivative in x of the loss over a batch that holds each token as often as it is drawn. */
function solve(
  policy: number,
  behavior: number,
  reference: number,
): { loss: number; slope: number } {
  const first = behavior * 4;
  const isFirst = Array.from({ length: 4 }, (_, index) => index < first);
  const logOf = (p: number): number[] => isFirst.map((each) => log(each ? p : 1 - p));
  const { loss, gradient } = computeKlLoss({
    currentLogprobs: logOf(policy),
    behaviorLogprobs: logOf(behavior),
    referenceLogprobs: logOf(reference),
    weights: [1, 1, 1, 1],
  });
  // d(log-probability of a token) / dx = [it is the first] - p
  const slope = gradient.reduce(
    (sum, value, index) => sum + value * (Number(isFirst[index]) - policy),
    0,
  );
  return { loss, slope };
}

describe('KL as a term of the loss', () => {
  it('has the gradient of KL(policy || reference), not of the other way round', () => {
    const { loss, slope } = solve(0.75, 0.75, 0.5);
    expect(loss).toBeCloseTo(0.75 * log(1.5) + 0.25 * log(0.5), 12);
    expect(slope).toBeCloseTo(0.1875 * log(3), 12);
    expect(Math.abs(slope - 0.25)).toBeGreaterThan(0.04);
  });

  it('keeps both when the policy has moved away from the one that sampled', () => {
    for (const behavior of [0.25, 0.5]) {
      const { loss, slope } = solve(0.75, behavior, 0.25);
      expect(loss).toBeCloseTo(0.5 * log(3), 12);
      expect(slope).toBeCloseTo(0.1875 * 2 * log(3), 12);
    }
  });
});

describe('KL as part of the reward', () => {
  const output = '<profile> good </profile> <response> good </response>';
  const turn = createTableTurn(0, {
    output,
    profileReward: 1,
    responseReward: null,
    behaviorLogprobs: tableTokenizer.encode(output).map(() => log(0.75)),
  });
  const trajectory = createTrajectory(createTableEpisode([turn]), tableTokenizer, {
    rewardWeights: { profile: 1, response: 1 },
    rewardPlacement: 'earned',
  });
  const reference = [{ logprobs: new Float32Array(trajectory.ids.length).fill(log(0.5)) }];
  const [charged] = chargeKl([trajectory], reference, 0.1);
  const cost = 0.1 * log(1.5);

  it('takes k1 off what every written token earns, and off nothing else', () => {
    trajectory.ids.forEach((_, index) => {
      const paid = trajectory.tokenRewards[index]! - charged!.tokenRewards[index]!;
      expect(paid).toBeCloseTo(trajectory.writtenMask[index] === 1 ? cost : 0, 6);
    });
  });

  it('charges the block and the reply their own tokens, and leaves what is masked unknown', () => {
    expect(charged!.turnRewards).toEqual([{ block: expect.closeTo(1 - 3 * cost, 6), end: null }]);
  });
});
