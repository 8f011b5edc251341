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
