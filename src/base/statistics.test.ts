import { describe, expect, it } from 'vitest';
import { computeDifference } from './index.ts';

describe('the difference of two means', () => {
  it('has the interval of Welch', () => {
    // Variances 1 and 25 over 3 values each: standard error sqrt(26 / 3) = 2.9439, freedom
    // (1/3 + 25/3)^2 / ((1/3)^2 / 2 + (25/3)^2 / 2) = 2.15974, where t(0.975) = 4.01162 (by numerical integration).
    const { mean, halfWidth } = computeDifference([1, 2, 3], [5, 10, 15]);
    expect(mean).toBe(8);
    expect(halfWidth / Math.sqrt(26 / 3)).toBeCloseTo(4.01162, 4);
  });

  it('equals the pooled interval where sizes and variances agree', () => {
    // Freedom 4, t(0.975, 4) = 2.7764.
    const { halfWidth } = computeDifference([1, 2, 3], [11, 12, 13]);
    expect(halfWidth).toBeCloseTo(2.7764 * Math.sqrt(2 / 3), 4);
  });

  it('has none below two values, and one of no width where nothing varies', () => {
    expect(computeDifference([1], [2, 3]).halfWidth).toBeNaN();
    expect(computeDifference([1, 1], [2, 2])).toEqual({ mean: 1, halfWidth: 0, n: 2 });
  });
});
