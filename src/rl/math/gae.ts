/**
 * Generalised advantage estimation with a discount and a lambda per step.
 *
 * In a conversation some steps cost no time (from a profile block to its reply) and others do (from a
 * turn to the next), so both are a number per step rather than a constant.
 *
 *   delta[i] = reward[i] + discount[i] * value[i + 1] - value[i]
 *   advantage[i] = delta[i] + discount[i] * lambda[i] * advantage[i + 1]
 *   return[i] = advantage[i] + value[i]
 *
 * Source: Schulman et al. 2016, arXiv 1506.02438, equation 16. Deviation: both per step.
 */
import { invariant } from '../../base/index.ts';

export type GaeInput = {
  /** Reward received on step i. */
  readonly rewards: ArrayLike<number>;
  /** Predicted return before step i. */
  readonly values: ArrayLike<number>;
  /** Discount between step i and step i + 1; one number stands for all steps. */
  readonly discounts: number | ArrayLike<number>;
  /** How much of what the next step's estimate missed is passed on, in [0, 1]; one number for all. */
  readonly lambdas: number | ArrayLike<number>;
  /**
   * True where the step's reward is not known: its expected value, value[i] - discount[i] * value[i + 1],
   * stands in, so delta[i] = 0. Default: all are known.
   */
  readonly isMasked?: ArrayLike<boolean>;
  /** What is still to come after the last step; 0 when the sequence ended by itself. */
  readonly bootstrapValue?: number;
};

export type GaeResult = { readonly advantages: Float64Array; readonly returns: Float64Array };

/** Computes advantages and value targets of one sequence of steps. */
export function computeGae(input: GaeInput): GaeResult {
  const { rewards, values, discounts, lambdas, isMasked, bootstrapValue = 0 } = input;
  const length = rewards.length;
  invariant(values.length === length, 'rewards and values differ in length');
  const advantages = new Float64Array(length);
  const returns = new Float64Array(length);
  let nextAdvantage = 0;
  let nextValue = bootstrapValue;
  for (let index = length - 1; index >= 0; index -= 1) {
    const discount = readStep(discounts, index);
    const value = values[index]!;
    const delta = isMasked?.[index] === true ? 0 : rewards[index]! + discount * nextValue - value;
    nextAdvantage = delta + discount * readStep(lambdas, index) * nextAdvantage;
    nextValue = value;
    advantages[index] = nextAdvantage;
    returns[index] = nextAdvantage + value;
  }
  return { advantages, returns };
}

function readStep(steps: number | ArrayLike<number>, index: number): number {
  return typeof steps === 'number' ? steps : steps[index]!;
}

/**
 * Computes the discounted return of every turn: return[u] = reward[u] + discount * return[u + 1].
 * With discount 0 each turn stands alone, as in the authors' released code.
 */
export function computeTurnReturns(turnRewards: ArrayLike<number>, discount: number): Float64Array {
  const returns = new Float64Array(turnRewards.length);
  let next = 0;
  for (let index = turnRewards.length - 1; index >= 0; index -= 1) {
    next = turnRewards[index]! + discount * next;
    returns[index] = next;
  }
  return returns;
}
