import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { computeContentWords } from '../../../profile/index.ts';
import { maxItemWords, splitItems } from './split-items.ts';
import { inventedPeople } from './testing/people.ts';

const first = (index: number): string[] => splitItems(inventedPeople[index] ?? '');

describe('splitting a description into items', () => {
  it('shares a verb among the members of a list and opens an item at each clause', () => {
    expect(first(0)).toEqual([
      'is 41 years old',
      'is a harbour pilot',
      'loves chess',
      'loves brass bands',
      'loves mending old radios',
      'lives in a narrow house by the quay',
      'lives with two goats named pepper and ada',
    ]);
  });

  it('understands contractions, negation, and clauses about somebody else', () => {
    expect(first(1)).toEqual([
      'is 19 years old',
      'is an apprentice baker',
      'plays the cello',
      'writes short poems',
      "doesn't like crowds",
      'has a twin sister who repairs clocks',
    ]);
  });

  it('understands names, plural subjects and what stands before the subject', () => {
    expect(first(2)).toEqual([
      'is a retired tram driver',
      'is married to a botanist',
      'has three sons',
      'carves spoons',
      'swims in the lake before breakfast',
    ]);
  });

  it('splits states, keeps gerund pairs, and turns plural verbs into the third person', () => {
    expect(first(3)).toEqual([
      'is 28 years old',
      'is a surveyor studying welsh',
      'is vegan',
      'is allergic to nuts',
      'enjoys sleeping in tents',
      'her favourite drink is elderflower cordial',
    ]);
    expect(first(5)).toEqual([
      'runs a puppet theatre',
      'has four parrots',
      'is passionate about trains',
    ]);
    expect(first(6).slice(0, 3)).toEqual([
      'enjoys growing beans and lettuce',
      'has a degree in soil science',
      'has a part-time job at a ferry office',
    ]);
  });

  it('keeps together what a preposition governs', () => {
    expect(splitItems('He bakes rolls for friends and neighbours.')).toEqual([
      'bakes rolls for friends and neighbours',
    ]);
    expect(splitItems('She lives in a mill with a view of ducks.')).toEqual([
      'lives in a mill with a view of ducks',
    ]);
  });

  it('splits languages and lists after a comma', () => {
    expect(first(4)).toContain('is fluent in polish');
    expect(first(4)).toContain('is fluent in greek');
    expect(first(4)).toContain('collects tin toys');
    expect(first(4)).toContain('takes photographs');
  });

  it('invents no content word and cuts items to length', () => {
    for (const text of inventedPeople) checkItems(text);
  });

  it('gives nothing for a text that says nothing', () => {
    expect(splitItems('')).toEqual([]);
    expect(splitItems(' ... !! ')).toEqual([]);
  });

  const real = '../shared/data/aloe/profile.jsonl';
  const isThere = fs.existsSync(real);
  if (!isThere) console.log(`skipped: no persona file at ${real} to check the splitter on`);
  it.skipIf(!isThere)('invents nothing and finds at least three items in real descriptions', () => {
    let covered = 0;
    let people = 0;
    for (const line of fs.readFileSync(real, 'utf8').split('\n')) {
      const text = parseText(line);
      if (text === null) continue;
      const items = checkItems(text);
      expect(items.length).toBeGreaterThanOrEqual(3);
      const words = new Set(computeContentWords(text));
      const found = new Set(items.flatMap(computeContentWords));
      covered += [...words].filter((word) => found.has(word)).length / words.size;
      people += 1;
    }
    expect(covered / people).toBeGreaterThan(0.95);
  });
});

function checkItems(text: string): string[] {
  const words = new Set(computeContentWords(text));
  const items = splitItems(text);
  for (const item of items) {
    expect(item.split(' ').length).toBeLessThanOrEqual(maxItemWords);
    expect(item).toBe(item.toLowerCase());
    for (const word of computeContentWords(item)) expect(words).toContain(word);
  }
  expect(new Set(items).size).toBe(items.length);
  return items;
}

function parseText(line: string): string | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
