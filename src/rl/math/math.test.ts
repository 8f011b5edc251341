/**
 * Golden numbers (test/fixtures/qwen2-tiny/rl_reference.json: an independent PyTorch
 * implementation, float32) and the properties the maths must keep whatever the numbers.
 */
import * as fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computeDpoLoss,
  computeExplainedVariance,
  computeGae,
  computeGroupAdvantages,
  computeKlLoss,
  computeMeanKl,
  computePolicyLoss,
  computeTokenKl,
  computeTurnReturns,
  computeValueLoss,
  normaliseAdvantages,
} from './index.ts';

type Rows = readonly (readonly number[])[];
type Reference = {
  readonly clip: number;
  readonly old_logprobs: Rows;
  readonly new_logprobs: Rows;
  readonly ref_logprobs: Rows;
  readonly advantages: Rows;
  readonly mask: Rows;
  readonly policy_loss: number;
  readonly policy_grad: Rows;
  readonly old_values: Rows;
  readonly new_values: Rows;
  readonly returns: Rows;
  readonly value_loss: number;
  readonly value_grad: Rows;
  readonly kl_k1: number;
  readonly kl_k3: number;
  readonly gae: {
    readonly rewards: Rows;
    readonly values: Rows;
    readonly gamma: number;
    readonly lam: number;
    readonly advantages: Rows;
  };
  readonly dpo: {
    readonly beta: number;
    readonly policy_chosen: readonly number[];
    readonly policy_rejected: readonly number[];
    readonly ref_chosen: readonly number[];
    readonly ref_rejected: readonly number[];
    readonly losses: readonly number[];
  };
};

const fixture = new URL('../../../test/fixtures/qwen2-tiny/rl_reference.json', import.meta.url);
const reference = JSON.parse(fs.readFileSync(fixture, 'utf8')) as Reference;

function expectClose(
  actual: ArrayLike<number>,
  expected: readonly number[],
  tolerance = 1e-5,
): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => {
    expect(Math.abs(actual[index]! - value)).toBeLessThan(tolerance);
  });
}

describe('the maths agrees with an independent implementation', () => {
  const weights = reference.mask.flat();

  it('on the clipped surrogate and its gradient', () => {
    const result = computePolicyLoss({
      currentLogprobs: reference.new_logprobs.flat(),
      behaviorLogprobs: reference.old_logprobs.flat(),
      advantages: reference.advantages.flat(),
      weights,
      clipEpsilon: reference.clip,
    });
    expect(Math.abs(result.loss - reference.policy_loss)).toBeLessThan(1e-6);
    expectClose(result.gradient, reference.policy_grad.flat(), 1e-6);
  });

  it('on the clipped value loss and its gradient', () => {
    const result = computeValueLoss({
      values: reference.new_values.flat(),
      oldValues: reference.old_values.flat(),
      returns: reference.returns.flat(),
      weights,
      valueClip: reference.clip,
    });
    expect(Math.abs(result.loss - reference.value_loss)).toBeLessThan(1e-5);
    expectClose(result.gradient, reference.value_grad.flat(), 1e-6);
  });

  it('on the k1 and k3 estimates of the divergence', () => {
    const policy = reference.new_logprobs.flat();
    const other = reference.ref_logprobs.flat();
    expect(computeMeanKl(policy, other, weights, 'k1')).toBeCloseTo(reference.kl_k1, 6);
    expect(computeMeanKl(policy, other, weights, 'k3')).toBeCloseTo(reference.kl_k3, 6);
  });

  it('on advantages', () => {
    const { rewards, values, gamma, lam, advantages } = reference.gae;
    rewards.forEach((row, index) => {
      const length = reference.mask[index]!.filter((weight) => weight > 0).length;
      const result = computeGae({
        rewards: row.slice(0, length),
        values: values[index]!.slice(0, length),
        discounts: gamma,
        lambdas: lam,
      });
      expectClose(result.advantages, advantages[index]!.slice(0, length));
    });
  });

  it('on the preference loss', () => {
    const { dpo } = reference;
    const result = computeDpoLoss({
      chosenLogprobs: dpo.policy_chosen,
      rejectedLogprobs: dpo.policy_rejected,
      referenceChosenLogprobs: dpo.ref_chosen,
      referenceRejectedLogprobs: dpo.ref_rejected,
      beta: dpo.beta,
    });
    expectClose(result.losses, dpo.losses, 1e-6);
  });
});

const seed = 20250505;
const real = fc.double({ min: -5, max: 5, noNaN: true });
const logprob = fc.double({ min: -8, max: 0, noNaN: true });

describe('properties', () => {
  it('GAE with lambda 1 and discount 1 equals the return minus the value', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(real, real), { minLength: 1, maxLength: 30 }), (steps) => {
        const rewards = steps.map(([reward]) => reward);
        const values = steps.map(([, value]) => value);
        const { advantages } = computeGae({ rewards, values, discounts: 1, lambdas: 1 });
        const returns = computeTurnReturns(rewards, 1);
        returns.forEach((value, index) => {
          expect(advantages[index]).toBeCloseTo(value - values[index]!, 8);
        });
      }),
      { seed },
    );
  });

  it('a discount of 0 at a border hides everything behind it', () => {
    fc.assert(
      fc.property(fc.array(real, { minLength: 4, maxLength: 4 }), real, (rewards, change) => {
        const input = { values: [1, 2, 3, 4], discounts: [1, 0, 1, 1], lambdas: 0.95 };
        const before = computeGae({ ...input, rewards });
        const after = computeGae({
          ...input,
          rewards: rewards.map((reward, index) => (index === 3 ? reward + change : reward)),
        });
        expect(after.advantages.slice(0, 2)).toEqual(before.advantages.slice(0, 2));
      }),
      { seed },
    );
  });

  it('a constant list of discounts, or of lambdas, equals the scalar', () => {
    const input = { rewards: [1, 0, 2], values: [0.5, 0.1, -0.3] };
    const steps = { discounts: [0.7, 0.7, 0.7], lambdas: [0.9, 0.9, 0.9] };
    const scalars = computeGae({ ...input, discounts: 0.7, lambdas: 0.9 });
    expect(computeGae({ ...input, ...steps })).toEqual(scalars);
  });

  it('group advantages sum to 0 and ignore a shift of all rewards', () => {
    fc.assert(
      fc.property(fc.array(real, { minLength: 2, maxLength: 16 }), real, (returns, shift) => {
        fc.pre(Math.max(...returns) - Math.min(...returns) > 1e-3);
        for (const scale of ['deviation', 'none'] as const) {
          const advantages = computeGroupAdvantages(returns, scale);
          expect(advantages.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
          const shifted = computeGroupAdvantages(
            returns.map((value) => value + shift),
            scale,
          );
          shifted.forEach((value, index) => expect(value).toBeCloseTo(advantages[index]!, 4));
        }
      }),
      { seed },
    );
  });

  it('normalised advantages have mean 0 and deviation 1, and a constant list gives zeros', () => {
    const normalised = normaliseAdvantages([1, 2, 3, 4]);
    expect(normalised.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10);
    expect(normalised.reduce((sum, value) => sum + value * value, 0) / 4).toBeCloseTo(1, 6);
    expect([...normaliseAdvantages([3, 3, 3])]).toEqual([0, 0, 0]);
  });

  it('k2 and k3 are never negative, and every estimate is 0 for equal policies', () => {
    fc.assert(
      fc.property(logprob, logprob, (policy, other) => {
        expect(computeTokenKl(policy, other, 'k2')).toBeGreaterThanOrEqual(0);
        expect(computeTokenKl(policy, other, 'k3')).toBeGreaterThanOrEqual(0);
        for (const estimator of ['k1', 'k2', 'k3'] as const) {
          expect(computeTokenKl(policy, policy, estimator)).toBeCloseTo(0, 12);
        }
      }),
      { seed },
    );
  });

  it('gradients equal central differences away from the kinks', () => {
    const step = 1e-5;
    fc.assert(
      fc.property(logprob, logprob, real, real, (current, behavior, advantage, target) => {
        const ratio = Math.exp(current - behavior);
        fc.pre(Math.abs(ratio - 0.8) > 1e-2 && Math.abs(ratio - 1.2) > 1e-2 && ratio < 50);
        fc.pre(Math.abs(Math.abs(advantage - target) - 0.2) > 1e-2);
        const surrogate = (value: number): ReturnType<typeof computePolicyLoss> =>
          computePolicyLoss({
            currentLogprobs: [value],
            behaviorLogprobs: [behavior],
            advantages: [advantage],
            weights: [1],
            clipEpsilon: 0.2,
          });
        const numeric =
          (surrogate(current + step).loss - surrogate(current - step).loss) / (2 * step);
        expect(surrogate(current).gradient[0]).toBeCloseTo(numeric, 4);
        const kl = (value: number): ReturnType<typeof computeKlLoss> =>
          computeKlLoss({
            currentLogprobs: [value],
            behaviorLogprobs: [behavior],
            referenceLogprobs: [target - 5],
            weights: [1],
          });
        const klScale = Math.max(1, ratio);
        const klNumeric = (kl(current + step).loss - kl(current - step).loss) / (2 * step);
        expect(kl(current).gradient[0]! / klScale).toBeCloseTo(klNumeric / klScale, 4);
      }),
      { seed },
    );
  });

  it('tokens of weight 0 have no gradient, whatever stands there', () => {
    const result = computePolicyLoss({
      currentLogprobs: [-1, Number.NaN],
      behaviorLogprobs: [-1.1, 0],
      advantages: [1, 9],
      weights: [1, 0],
      clipEpsilon: 0.2,
    });
    expect(result.gradient[1]).toBe(0);
    expect(result.loss).toBeCloseTo(-Math.exp(0.1), 10);
  });

  it('explained variance is 1 for perfect, 0 for constant predictions, NaN without spread', () => {
    expect(computeExplainedVariance([1, 2, 3], [1, 2, 3])).toBe(1);
    expect(computeExplainedVariance([5, 5, 5], [1, 2, 3])).toBeCloseTo(0, 12);
    expect(computeExplainedVariance([1, 2], [4, 4])).toBeNaN();
  });
});
