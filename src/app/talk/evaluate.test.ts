/** Best of n in an evaluation: sampled, and named as what it is. */
import { describe, expect, it } from 'vitest';
import { listDecodings, nameMeasured } from './evaluate.ts';

describe('best of n by reward', () => {
  it('is sampled, where a single output is decoded as the settings say', () => {
    expect(listDecodings(undefined, { decoding: 'greedy', bestOf: 1 })).toEqual(['greedy']);
    expect(listDecodings(undefined, { decoding: 'sampled', bestOf: 1 })).toEqual(['sampled']);
    expect(listDecodings(undefined, { decoding: 'greedy', bestOf: 4 })).toEqual(['sampled']);
    expect(listDecodings('greedy', { decoding: 'sampled', bestOf: 1 })).toEqual(['greedy']);
    expect(listDecodings('better', { decoding: 'greedy', bestOf: 1 })).toEqual([
      'greedy',
      'sampled',
    ]);
  });

  it.each(['greedy', 'better'] as const)('is refused with decoding %s', (decoding) => {
    expect(() => listDecodings(decoding, { decoding: 'greedy', bestOf: 4 })).toThrow(
      'evaluation.bestOf must be 1',
    );
  });

  it('is called an upper bound and no policy', () => {
    expect(nameMeasured('base', 1)).toBe('base');
    expect(nameMeasured('base', 4)).toContain('best of 4 by reward (upper bound of selection');
  });
});
