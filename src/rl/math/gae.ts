/**
 * Generalised advantage estimation with one discount per step.
 *
 * A conversation is one sequence of policy tokens in which most steps cost no time (discount 1
 * inside a turn) and the border between two turns is discounted, so the discount is a number per
 * step rather than a constant.
 *
 *   delta[i] = reward[i] + discount[i] * value[i + 1] - value[i]
 *   advantage[i] = delta[i] + discount[i] * lambda * advantage[i + 1]
 *   return[i] = advantage[i] + value[i]
 *
 * Source: Schulman et al. 2016, arXiv 1506.02438, equation 16. Deviation: discount per step.
 */
import { invariant } from '../../base/index.ts';

export type GaeInput = {
  /** Reward received on step i. */
  readonly rewards: ArrayLike<number>;
  /** Predicted return before step i. */
  readonly values: ArrayLike<number>;
  /** Discount between step i and step i + 1; one number stands for all steps. */
  readonly discounts: number | ArrayLike<number>;
  readonly gaeLambda: number;
  /**
   * True where the step's reward is not known: its expected value, value[i] - discount[i] * value[i + 1],
   * stands in, so delta[i] = 0. Default: all are known.
   */
  readonly isMasked?: ArrayLike<boolean>;
  /** Value after the last step; 0 when the sequence ended by itself. */
  readonly bootstrapValue?: number;
};

export type GaeResult = { readonly advantages: Float64Array; readonly returns: Float64Array };

/** Computes advantages and value targets of one sequence of steps. */
export function computeGae(input: GaeInput): GaeResult {
  const { rewards, values, discounts, gaeLambda, isMasked, bootstrapValue = 0 } = input;
  const length = rewards.length;
  invariant(values.length === length, 'rewards and values differ in length');
  const advantages = new Float64Array(length);
  const returns = new Float64Array(length);
  let nextAdvantage = 0;
  let nextValue = bootstrapValue;
  for (let index = length - 1; index >= 0; index -= 1) {
    const discount = typeof discounts === 'number' ? discounts : discounts[index]!;
    const value = values[index]!;
    const delta = isMasked?.[index] === true ? 0 : rewards[index]! + discount * nextValue - value;
    nextAdvantage = delta + discount * gaeLambda * nextAdvantage;
    nextValue = value;
    advantages[index] = nextAdvantage;
    returns[index] = nextAdvantage + value;
  }
  return { advantages, returns };
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
