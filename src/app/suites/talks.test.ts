/** When a profile at the end of a written conversation is right. */
import { describe, expect, it } from 'vitest';
import { listWrong } from './talks.ts';

const expected = { city: ['York'], pet: ['cat'] };
const entry = (slot: string, value: string): { slot: string; value: string } => ({ slot, value });

describe('a profile in the end', () => {
  it('is right where each slot holds what is wanted, in whatever words', () => {
    const profile = [entry('city', 'york'), entry('pet', 'a grey cat'), entry('food', 'pizza')];
    expect(listWrong(expected, profile)).toEqual([]);
  });

  it('is wrong where something is missing, or what was taken back still stands', () => {
    expect(listWrong(expected, [entry('city', 'York')])).toEqual(['pet']);
    const both = [entry('city', 'York'), entry('pet', 'cat'), entry('pet', 'dog')];
    expect(listWrong(expected, both)).toEqual(['pet']);
    expect(listWrong(expected, [entry('city', 'Leeds'), entry('pet', 'caterpillar')])).toEqual([
      'city',
      'pet',
    ]);
  });
});
