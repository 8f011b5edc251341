/**
 * Reads the scripted changes of mind of one persona row.
 *
 * A script names the item that changes, what replaces it, the turn and the manner. Whatever could not
 * be acted out is refused: a change of something the person does not hold by then, a new item that it
 * holds anyway, and a silent drop, which nobody could hear. Problems name places, never the texts.
 */
import type { Profile, ProfileItem } from '../../../profile/index.ts';
import type { Persona } from '../../../users/index.ts';
import { normaliseItem, saysSomething } from './split-items.ts';

type Change = Persona['changes'][number];

const knownKeys = ['item', 'to', 'turn', 'telling', 'pace'];

/** First turn a change can come in, counted from 1: the item has to be told before. */
const firstChangeTurn = 2;

/** Changes of a row whose items are given, or what is wrong with them. Never throws. */
export function readChanges(row: unknown, items: Profile): Persona['changes'] | string {
  const listed = isObject(row) ? row['changes'] : undefined;
  if (listed === undefined) return [];
  if (!Array.isArray(listed)) {
    return `expected "changes" to be a list, found ${describeJson(listed)}`;
  }
  const changes: Change[] = [];
  const everHeld = [...items];
  let held: Profile = items;
  for (const [index, entry] of (listed as unknown[]).entries()) {
    const change = readChange(entry, held, everHeld);
    if (typeof change === 'string') return `in "changes" at place ${index + 1}: ${change}`;
    const { before, after } = change;
    changes.push(change);
    held = [...held.filter((item) => item !== before), ...(after === null ? [] : [after])];
    if (after !== null) everHeld.push(after);
  }
  return changes;
}

function readChange(entry: unknown, held: Profile, everHeld: Profile): Change | string {
  if (!isObject(entry)) return `expected an object, found ${describeJson(entry)}`;
  const strange = Object.keys(entry).find((key) => !knownKeys.includes(key));
  if (strange !== undefined) {
    return `expected the keys ${knownKeys.join(', ')}, found "${strange}"`;
  }
  const before = findBefore(entry['item'], held);
  if (typeof before === 'string') return before;
  const after = readAfter(entry['to'], before, everHeld);
  if (typeof after === 'string') return after;
  const turns = readTurns(entry['turn']);
  if (typeof turns === 'string') return turns;
  const { telling = 'announced', pace = 'abrupt' } = entry;
  if (telling !== 'announced' && telling !== 'silent') {
    return `expected "telling" to be "announced" or "silent", found ${describeWord(telling)}`;
  }
  if (pace !== 'abrupt' && pace !== 'gradual') {
    return `expected "pace" to be "abrupt" or "gradual", found ${describeWord(pace)}`;
  }
  if (after === null && telling === 'silent') {
    return 'expected a dropped item to be announced, found "silent": nobody could hear it';
  }
  return {
    ...turns,
    before,
    after,
    announced: telling === 'announced',
    gradual: pace === 'gradual',
  };
}

function findBefore(value: unknown, held: Profile): ProfileItem | string {
  if (typeof value !== 'string') {
    return `expected "item" to be the text of an item, found ${describeJson(value)}`;
  }
  const wanted = normaliseItem(value);
  return (
    held.find((item) => item.value === wanted) ??
    `expected "item" to be one of the ${held.length} items held by then, found another text`
  );
}

function readAfter(
  value: unknown,
  before: ProfileItem,
  everHeld: Profile,
): ProfileItem | null | string {
  if (value === null) return null;
  if (typeof value !== 'string') {
    return `expected "to" to be the text of the new item, or null to drop the old one, found ${describeJson(value)}`;
  }
  const text = normaliseItem(value);
  if (!saysSomething(text)) return 'expected "to" to say something, found no content word';
  if (everHeld.some((item) => item.value === text)) {
    return 'expected "to" to be new, found an item that the person holds at some time anyway';
  }
  return { slot: before.slot, value: text };
}

/** Counted from 1 in the file and from 0 in the persona. */
function readTurns(value: unknown): Pick<Change, 'fromTurn' | 'untilTurn'> | string {
  const expected = `expected "turn" to be a whole number from ${firstChangeTurn} on, or a list of the first and the last of a range`;
  const ends = Array.isArray(value) ? (value as unknown[]) : [value, value];
  const [first, last] = ends;
  if (ends.length !== 2 || !isTurn(first) || !isTurn(last)) {
    return `${expected}, found ${typeof value === 'number' ? value : describeJson(value)}`;
  }
  if (last < first) return `${expected}, found a range that ends before it begins`;
  return { fromTurn: first - 1, ...(last === first ? {} : { untilTurn: last - 1 }) };
}

function isTurn(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= firstChangeTurn;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describeWord(value: unknown): string {
  return typeof value === 'string' ? 'another word' : describeJson(value);
}

/** The kind of a JSON value, in words. */
export function describeJson(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
