import { describe, expect, it } from 'vitest';
import { countEdits, findLikely, findNearest } from './nearest.ts';

describe('nearest names', () => {
  it('count inserts, deletes, replacements and swaps as one edit each', () => {
    expect(countEdits('', 'abc')).toBe(3);
    expect(countEdits('seed', 'sed')).toBe(1);
    expect(countEdits('turns', 'tunrs')).toBe(1);
    expect(countEdits('kitten', 'sitting')).toBe(3);
    expect(countEdits('same', 'same')).toBe(0);
  });

  it('are found whatever the case, the first of equals', () => {
    expect(findNearest('CLIPEPSILON', ['klCoef', 'clipEpsilon'])).toBe('clipEpsilon');
    expect(findNearest('x', ['ab', 'cd'])).toBe('ab');
    expect(findNearest('x', [])).toBeNull();
  });

  it('are likely only when few letters differ', () => {
    expect(findLikely('jaz', ['jazz', 'rock'])).toBe('jazz');
    expect(findLikely('quantum', ['jazz', 'rock'])).toBeNull();
    // Compared with nothing, so that it takes no time.
    expect(findLikely('a'.repeat(10_000_000), ['jazz', 'rock'])).toBeNull();
  });
});
