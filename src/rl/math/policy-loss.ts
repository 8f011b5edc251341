/**
 * The clipped surrogate and the clipped value loss as plain functions with their gradients.
 *
 * These are the reference that tests hold the engine's graphs against; training itself runs
 * through the backend. Both are weighted means over tokens.
 *
 *   surrogate = -min(ratio * A, clip(ratio, 1 - e, 1 + e) * A),  ratio = exp(current - behaviour)
 *   value     = 0.5 * max((V - R)^2, (Vold + clip(V - Vold, -e, e) - R)^2)
 *
 * Source: Schulman et al. 2017, arXiv 1707.06347, equation 7; value clipping as in its reference code.
 */

export type LossWithGradient = {
  readonly loss: number;
  /** d(loss) / d(input), token by token. */
  readonly gradient: Float64Array;
};

export type PolicyLoss = LossWithGradient & {
  /** Share of tokens (by weight) whose clipped branch is the active one. */
  readonly clipFraction: number;
};

export type PolicyLossInput = {
  readonly currentLogprobs: ArrayLike<number>;
  readonly behaviorLogprobs: ArrayLike<number>;
  readonly advantages: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  readonly clipEpsilon: number;
};

/** Computes the clipped surrogate and its gradient with respect to `currentLogprobs`. */
export function computePolicyLoss(input: PolicyLossInput): PolicyLoss {
  const { currentLogprobs, behaviorLogprobs, advantages, weights, clipEpsilon } = input;
  const scale = inverseTotal(weights);
  const gradient = new Float64Array(currentLogprobs.length);
  let loss = 0;
  let clipped = 0;
  for (let index = 0; index < gradient.length; index += 1) {
    const weight = weights[index]! * scale;
    if (weight === 0) continue;
    const advantage = advantages[index]!;
    const probRatio = Math.exp(currentLogprobs[index]! - behaviorLogprobs[index]!);
    const limited = Math.min(Math.max(probRatio, 1 - clipEpsilon), 1 + clipEpsilon);
    if (limited * advantage < probRatio * advantage) {
      loss -= weight * limited * advantage;
      clipped += weight;
    } else {
      loss -= weight * probRatio * advantage;
      gradient[index] = -weight * probRatio * advantage;
    }
  }
  return { loss, gradient, clipFraction: clipped };
}

export type ValueLossInput = {
  readonly values: ArrayLike<number>;
  readonly oldValues: ArrayLike<number>;
  readonly returns: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  /** Largest rewarded change of a value; 0 switches clipping off. */
  readonly valueClip: number;
};

/** Computes the value loss and its gradient with respect to `values`. */
export function computeValueLoss(input: ValueLossInput): LossWithGradient {
  const { values, oldValues, returns, weights, valueClip } = input;
  const scale = inverseTotal(weights);
  const gradient = new Float64Array(values.length);
  let loss = 0;
  for (let index = 0; index < gradient.length; index += 1) {
    const weight = weights[index]! * scale;
    if (weight === 0) continue;
    const error = values[index]! - returns[index]!;
    const change = values[index]! - oldValues[index]!;
    const isBeyond = valueClip > 0 && Math.abs(change) > valueClip;
    const clippedError = oldValues[index]! + Math.sign(change) * valueClip - returns[index]!;
    if (isBeyond && clippedError ** 2 > error ** 2) {
      loss += 0.5 * weight * clippedError ** 2;
    } else {
      loss += 0.5 * weight * error ** 2;
      gradient[index] = weight * error;
    }
  }
  return { loss, gradient };
}

function inverseTotal(weights: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < weights.length; index += 1) total += weights[index]!;
  return total === 0 ? 0 : 1 / total;
}
