import { describe, expect, it } from 'vitest';
import { listObjects, readVerdict } from './verdict-text.ts';

const size = 200_000;

describe('a judge that writes what never closes', () => {
  it.each([
    ['braces', '{'.repeat(size)],
    ['braces and quotes', '{"a":'.repeat(size / 4)],
    ['nested objects cut off', '{"naturalness":{'.repeat(size / 16)],
    ['blank lines', '\n \n'.repeat(size)],
    ['punctuation behind a name', `naturalness${':!'.repeat(size)}`],
  ])('is read in linear time and gives no verdict: %s', (_, text) => {
    expect(readVerdict(text)).toBeNull();
  });

  it('still finds an object behind a brace that was not meant', () => {
    expect(listObjects('so { here it is: {"a": 1} and {"b": {"c": 2}}')).toEqual([
      { a: 1 },
      { b: { c: 2 } },
    ]);
  });
});
