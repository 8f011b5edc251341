import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Profile } from '../profile/index.ts';
import { isSameItem, matchItems, scoreTextProfile } from './text-matching.ts';

const profile = (...values: string[]): Profile => values.map((value) => ({ slot: 'item', value }));

describe('matching free-text items', () => {
  it.each([
    ['enjoy hiking', 'enjoys hiking'],
    ['loves to hike', 'enjoys hiking'],
    ['freelance tinsmith', 'is a freelance tinsmith'],
    ['two goats named pepper and ada', 'has two goats named pepper and ada'],
    ['go to the gym', 'goes to the gym'],
    ['34 years old', 'is 34 years old'],
    ['live in my own tower', 'lives in her own tower'],
  ])('takes %s for %s', (first, second) => {
    expect(isSameItem(first, second)).toBe(true);
    expect(isSameItem(second, first)).toBe(true);
  });

  it.each([
    ['34 years old', 'is 43 years old'],
    ['hate hiking', 'enjoys hiking'],
    ['enjoy hiking', 'does not enjoy hiking'],
    ['has a pet goat named ada', 'has a pet crow named ada'],
    ['hiking yoga painting', 'enjoys hiking'],
    ['two sons', 'has three sons'],
    ['is a mother of three grown children', 'is a mother of two grown children'],
    ['is a mother of five young children', 'is a mother of three young children'],
    ['', 'enjoys hiking'],
  ])('does not take %s for %s', (first, second) => {
    expect(isSameItem(first, second)).toBe(false);
  });

  it('finds the largest one-to-one pairing', () => {
    const truth = ['small red boat', 'red boat house'];
    const pairs = matchItems(['red boat house', 'small red boat house'], truth);
    expect([...pairs].sort()).toEqual([0, 1]);
  });

  it('is 1 for a perfect profile in any order, and gains nothing by repetition or packing', () => {
    const truth = profile('enjoys tea', 'is a welder', 'has two sons', 'plays the harp');
    expect(scoreTextProfile([...truth].reverse(), truth).f1).toBe(1);
    expect(scoreTextProfile([...truth, ...truth], truth).f1).toBeLessThan(1);
    expect(scoreTextProfile(profile('tea welder two sons harp'), truth).f1).toBe(0);
    expect(scoreTextProfile([], []).f1).toBe(1);
    expect(scoreTextProfile([], truth).f1).toBe(0);
    expect(scoreTextProfile(truth, []).precision).toBe(0);
  });

  it('stays between 0 and 1 and does not see the order, whatever is written', () => {
    const word = fc.constantFrom(
      'tea',
      'harp',
      'two',
      'sons',
      'not',
      'the',
      'is',
      '\n',
      '-',
      '7',
      'boat',
      '',
    );
    const item = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
    const items = fc.array(item, { maxLength: 7 });
    fc.assert(
      fc.property(items, items, (inferred, truth) => {
        const score = scoreTextProfile(profile(...inferred), profile(...truth));
        for (const value of [score.f1, score.precision, score.recall]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        const turned = scoreTextProfile(
          profile(...inferred.reverse()),
          profile(...truth.reverse()),
        );
        expect(turned).toEqual(score);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
