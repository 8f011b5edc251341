/**
 * The divergence between two policies from log-probabilities of sampled tokens: its value, and a loss.
 *
 * With r = probability under the other policy / probability under the sampling one:
 *   k1 = -log r          unbiased, may be negative
 *   k2 = (log r)^2 / 2   biased, never negative
 *   k3 = r - 1 - log r   unbiased, never negative
 *
 * A good estimate is not a good loss. The mean gradient of k3 is that of KL(other || policy), the
 * other way round, because tokens are drawn from the policy and the draw depends on it too; and from
 * the second epoch on they are drawn from an older policy. The loss here weighs k3 by
 * w = probability under the policy / probability when sampled, and is differentiated through both:
 *   loss     = w k3                                   its mean is KL(policy || other)
 *   gradient = w (log policy - log other)             its mean is the gradient of that
 * Sources: Schulman 2020, "Approximating KL divergence" (joschu.net/blog/kl-approx.html); Tang and
 * Munos 2025, arXiv 2506.09477; DeepSeek-AI 2025, DeepSeek-V3.2, equation 7 (the weighted form).
 */
import type { LossWithGradient } from './policy-loss.ts';

export type KlEstimator = 'k1' | 'k2' | 'k3';

/** Computes one token's estimate, in nats, of KL(policy || other), the token sampled from `policy`. */
export function computeTokenKl(
  policyLogprob: number,
  otherLogprob: number,
  estimator: KlEstimator,
): number {
  const logRatio = otherLogprob - policyLogprob;
  switch (estimator) {
    case 'k1':
      return -logRatio;
    case 'k2':
      return 0.5 * logRatio * logRatio;
    case 'k3':
      return Math.expm1(logRatio) - logRatio;
  }
}

/** Computes the weighted mean of the per-token estimates; 0 when all weights are 0. */
export function computeMeanKl(
  policyLogprobs: ArrayLike<number>,
  otherLogprobs: ArrayLike<number>,
  weights: ArrayLike<number>,
  estimator: KlEstimator,
): number {
  let sum = 0;
  let total = 0;
  for (let index = 0; index < policyLogprobs.length; index += 1) {
    const weight = weights[index]!;
    if (weight === 0) continue;
    sum += weight * computeTokenKl(policyLogprobs[index]!, otherLogprobs[index]!, estimator);
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
}

export type KlLossInput = {
  readonly currentLogprobs: ArrayLike<number>;
  /** As the tokens were sampled. */
  readonly behaviorLogprobs: ArrayLike<number>;
  readonly referenceLogprobs: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
};

/** Computes the loss whose mean is KL(policy || reference) per token, and d(loss) / d(`currentLogprobs`). */
export function computeKlLoss(input: KlLossInput): LossWithGradient {
  const { currentLogprobs, behaviorLogprobs, referenceLogprobs, weights } = input;
  const gradient = new Float64Array(currentLogprobs.length);
  let total = 0;
  let loss = 0;
  for (let index = 0; index < gradient.length; index += 1) total += weights[index]!;
  for (let index = 0; index < gradient.length; index += 1) {
    if (weights[index] === 0) continue;
    const weight = weights[index]! / total;
    const [current, reference] = [currentLogprobs[index]!, referenceLogprobs[index]!];
    const probRatio = Math.exp(current - behaviorLogprobs[index]!);
    loss += weight * probRatio * computeTokenKl(current, reference, 'k3');
    gradient[index] = weight * probRatio * (current - reference);
  }
  return { loss, gradient };
}
