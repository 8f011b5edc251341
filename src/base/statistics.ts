/** Means and their intervals, as the tables print them. */
import quantile from '@stdlib/stats-base-dists-t-quantile';

/** Arithmetic mean; NaN for an empty list. */
export function computeMean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Sample standard deviation (n - 1); NaN below two values. */
export function computeStandardDeviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const mean = computeMean(values);
  let sum = 0;
  for (const value of values) sum += (value - mean) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}

export type Interval = { readonly mean: number; readonly halfWidth: number; readonly n: number };

/** Mean with a two-sided Student-t interval; `halfWidth` is NaN below two values. */
export function computeInterval(values: readonly number[], confidence = 0.95): Interval {
  const n = values.length;
  const mean = computeMean(values);
  if (n < 2) return { mean, halfWidth: Number.NaN, n };
  const t = quantile(1 - (1 - confidence) / 2, n - 1);
  return { mean, halfWidth: (t * computeStandardDeviation(values)) / Math.sqrt(n), n };
}

/**
 * Difference `after - before` of two means of independent draws, with Welch's two-sided interval
 * (unequal variances, Welch 1947); `halfWidth` is NaN where either side has fewer than two values,
 * and 0 where neither side varies.
 */
export function computeDifference(
  before: readonly number[],
  after: readonly number[],
  confidence = 0.95,
): Interval {
  const mean = computeMean(after) - computeMean(before);
  const n = Math.min(before.length, after.length);
  const [a, b] = [before, after].map(
    (values) => computeStandardDeviation(values) ** 2 / values.length,
  ) as [number, number];
  const variance = a + b;
  if (!(variance > 0)) return { mean, halfWidth: variance, n };
  const freedom = variance ** 2 / (a ** 2 / (before.length - 1) + b ** 2 / (after.length - 1));
  const t = quantile(1 - (1 - confidence) / 2, freedom);
  return { mean, halfWidth: t * Math.sqrt(variance), n };
}
