/** The tables: how many ways there are to say something, and who may use which. */
import { describe, expect, it } from 'vitest';
import { aboutStatements } from './about.ts';
import * as acts from './acts.ts';
import { fill, linesFor } from './lines.ts';
import { plainRequests } from './plain.ts';
import { slotPhrases, type SlotPhrases } from './slots.ts';
import { petNames, tails } from './tails.ts';
import { topicNames } from '../values.ts';

const ofSlots = (name: keyof SlotPhrases): string[] =>
  Object.values(slotPhrases).flatMap((phrases) => phrases[name]);

/** Every way to say each act. */
const ways: Readonly<Record<string, readonly string[]>> = {
  greeting: acts.greetings,
  small_talk: acts.smallTalk,
  complaint: acts.repeated,
  puzzled: acts.puzzled,
  nothing: acts.nothing,
  evasion: acts.evasions,
  request: ofSlots('requests'),
  plain_request: Object.values(plainRequests).flatMap(({ asks }) => asks),
  remark: ofSlots('remarks'),
  hint: ofSlots('hints'),
  correction: acts.corrections,
  disclosure: ofSlots('statements'),
  change: acts.announcements,
  drop: acts.drops,
  doubt: acts.doubts,
  restatement: acts.again,
  distractor: ofSlots('notMine'),
  chatter: acts.chatter,
};

describe.each(Object.entries(ways))('ways to say: %s', (_, table) => {
  it('are at least 40', () => {
    expect(new Set(table).size).toBeGreaterThanOrEqual(40);
  });
});

const tables = [
  ...Object.values(acts).flatMap((each) => (Array.isArray(each) ? [each] : Object.values(each))),
  aboutStatements,
  ...Object.values(plainRequests).map(({ asks }) => asks),
  ...Object.values(slotPhrases).flatMap((phrases) => Object.values(phrases)),
  petNames,
  ...Object.values(tails),
].filter(({ length }) => length > 0);

it('no table says a thing twice', () => {
  for (const table of tables) expect(new Set(table).size).toBe(table.length);
});

it('a quarter of every table is kept away from training, and all that the test part says', () => {
  for (const table of tables) {
    const [train, test] = [linesFor(table, 'train'), linesFor(table, 'test')];
    expect(train.filter((line) => test.includes(line))).toEqual([]);
    expect(train.length + test.length).toBe(table.length);
    expect(test.length).toBe(Math.floor(table.length / 4));
    expect(linesFor(table, 'validation')).toEqual(train);
  }
});

it('of every topic there is something more to say', () => {
  expect(Object.keys(tails)).toEqual([...topicNames]);
});

it('values get the article they need', () => {
  expect(fill('I am {a}.', 'actor')).toBe('I am an actor.');
  expect(fill('{A} lives here.', 'corgi')).toBe('A corgi lives here.');
  expect(fill('I love {}, yes, {}.', 'jazz')).toBe('I love jazz, yes, jazz.');
});
