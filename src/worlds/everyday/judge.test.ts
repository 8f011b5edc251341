/** The judge against labels by hand: on the set it was worked on with, and on one kept apart. */
import { describe, expect, it } from 'vitest';
import { computeAgreement, judgeLabelledReplies } from './testing/labelled-replies.ts';

describe.each([
  ['tuning', 150],
  ['kept-apart', 100],
] as const)('on the labelled replies of %s', (set, least) => {
  it('the judge agrees with at least nine of ten labels', () => {
    const replies = judgeLabelledReplies(set);
    const good = replies.filter(({ isGood }) => isGood).length;
    expect(replies.length).toBeGreaterThanOrEqual(least);
    expect(Math.abs(good / replies.length - 0.5)).toBeLessThan(0.05);
    expect(computeAgreement(replies)).toBeGreaterThanOrEqual(0.9);
  });
});
