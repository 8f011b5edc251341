import { describe, expect, it } from 'vitest';
import { computeWaitMs, parseRetryAfter } from './waits.ts';

const now = '2026-01-01T00:00:00Z';

describe('Retry-After', () => {
  it.each<[string, number]>([
    ['0', 0],
    ['7', 7000],
    [' 2.5 ', 2500],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
  ])('"%s" is %d milliseconds', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });

  it.each([null, '', 'soon', '-1', '5 minutes', '2026-01-01T00:00:05Z', 'Thursday'])(
    '%s says nothing',
    (header) => {
      expect(parseRetryAfter(header, now)).toBeNull();
    },
  );
});

describe('waits', () => {
  const limits = { firstWaitSeconds: 1, longestWaitSeconds: 20 };

  it('double with each try, within a quarter, up to the longest', () => {
    for (const [attempt, middle] of [
      [1, 1000],
      [2, 2000],
      [4, 8000],
    ] as const) {
      const wait = computeWaitMs(attempt, limits, 'a request');
      expect(wait).toBeGreaterThanOrEqual(0.75 * middle);
      expect(wait).toBeLessThanOrEqual(1.25 * middle);
    }
    expect(computeWaitMs(30, limits, 'a request')).toBe(20_000);
  });

  it('differ from request to request and repeat for one', () => {
    expect(computeWaitMs(1, limits, 'a')).not.toBe(computeWaitMs(1, limits, 'b'));
    expect(computeWaitMs(1, limits, 'a')).toBe(computeWaitMs(1, limits, 'a'));
  });
});
