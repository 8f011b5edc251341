/**
 * Centring and scaling of advantages, and how well the critic predicts.
 *
 * Group-relative advantages: several tries at one task are compared with each other instead of
 * with a critic. Source: Shao et al. 2024, arXiv 2402.03300, section 4.1 (GRPO).
 */

const minimumDeviation = 1e-8;

/** Shifts and scales to mean 0 and population deviation 1; a constant list becomes zeros. */
export function normaliseAdvantages(values: ArrayLike<number>): Float64Array {
  const count = values.length;
  const normalised = new Float64Array(count);
  if (count === 0) return normalised;
  const { mean, deviation } = describeSpread(values);
  for (let index = 0; index < count; index += 1) {
    normalised[index] = (values[index]! - mean) / (deviation + minimumDeviation);
  }
  return normalised;
}

/**
 * Computes group-relative advantages: return minus the group's mean, divided by its deviation
 * unless `scale` is 'none' (Liu et al. 2025, arXiv 2503.20783, argue for no division).
 */
export function computeGroupAdvantages(
  groupReturns: ArrayLike<number>,
  scale: 'deviation' | 'none' = 'deviation',
): Float64Array {
  if (scale === 'deviation') return normaliseAdvantages(groupReturns);
  const { mean } = describeSpread(groupReturns);
  return Float64Array.from(groupReturns, (value) => value - mean);
}

/**
 * Computes each return minus the mean of the others: an unbiased baseline without a critic.
 * A group of one has nothing to be compared with and gives 0.
 * Source: Ahmadian et al. 2024, arXiv 2402.14740, section 3.1 (RLOO).
 */
export function computeLeaveOneOut(groupReturns: ArrayLike<number>): Float64Array {
  const count = groupReturns.length;
  if (count < 2) return new Float64Array(count);
  const { mean } = describeSpread(groupReturns);
  return Float64Array.from(groupReturns, (value) => ((value - mean) * count) / (count - 1));
}

/**
 * Computes 1 - variance(target - prediction) / variance(target).
 * Range: at most 1; 0 for a constant prediction; NaN when the targets do not vary.
 */
export function computeExplainedVariance(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
): number {
  const residuals = Float64Array.from(targets, (target, index) => target - predictions[index]!);
  const spread = describeSpread(targets).deviation ** 2;
  return spread === 0 ? Number.NaN : 1 - describeSpread(residuals).deviation ** 2 / spread;
}

function describeSpread(values: ArrayLike<number>): { mean: number; deviation: number } {
  const count = values.length;
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += values[index]!;
  const mean = sum / count;
  let squares = 0;
  for (let index = 0; index < count; index += 1) squares += (values[index]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / count) };
}
