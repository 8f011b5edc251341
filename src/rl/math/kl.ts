/**
 * Estimates of the divergence between two policies from log-probabilities of sampled tokens.
 *
 * With r = probability under the other policy / probability under the sampling one:
 *   k1 = -log r          unbiased, may be negative
 *   k2 = (log r)^2 / 2   biased, never negative
 *   k3 = r - 1 - log r   unbiased, never negative
 *
 * Source: Schulman 2020, "Approximating KL divergence" (joschu.net/blog/kl-approx.html).
 */

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

/** Computes d(estimate) / d(policy log-probability) of one token. */
export function computeTokenKlGradient(
  policyLogprob: number,
  otherLogprob: number,
  estimator: KlEstimator,
): number {
  const logRatio = otherLogprob - policyLogprob;
  switch (estimator) {
    case 'k1':
      return 1;
    case 'k2':
      return -logRatio;
    case 'k3':
      return -Math.expm1(logRatio);
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
