/** Reading of items and filler, and the gain over the same items without the preference. */
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFiller, readPreferences, scorePreferences } from './prefeval.ts';

const folder = path.resolve(import.meta.dirname, '../../test/fixtures/preferences');
const items = readPreferences(path.join(folder, 'items.jsonl'), { count: 10, seed: 1 });

describe('items', () => {
  it('are drawn by the seed, as many as there are', () => {
    expect(items).toHaveLength(3);
    expect(readPreferences(path.join(folder, 'items.jsonl'), { count: 2, seed: 1 })).toEqual(
      items.slice(0, 2),
    );
  });

  it('have filler without the marks of the protocol', () => {
    const filler = readFiller(path.join(folder, 'filler_turns.json'));
    expect(filler).toHaveLength(2);
    expect(filler[1]).toEqual({
      message: 'And b hard /b boiled?',
      answer: 'Ten minutes, then cold water.',
    });
    expect(() => readFiller(path.join(folder, 'none.json'))).toThrow(/There is no file/u);
  });
});

describe('scores', () => {
  it('are the gain of the likeliest option over that without the preference', () => {
    const scores = items.map((item, index) => ({
      item,
      withPreference: [-1, -2, -2, -2],
      without: index === 0 ? [-1, -2, -2, -2] : [-3, -2, -4, -4],
    }));
    const {
      with_preference: told,
      without,
      gain,
      longest_option: longest,
    } = scorePreferences(scores);
    expect(told.mean).toBe(1);
    expect(without.mean).toBeCloseTo(1 / 3, 10);
    expect(gain.mean).toBeCloseTo(2 / 3, 10);
    expect(longest).toBe(0);
  });
});
