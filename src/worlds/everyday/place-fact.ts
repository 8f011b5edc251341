/** Where a fact goes that others wrote as a sentence: in the slot it is plainly of, else whole into `about`. */
import type { ProfileItem } from '../../profile/index.ts';
import { aboutSlot, valuesOf } from './values.ts';

/** Sentences of a slot; the group is the value. */
const patterns: readonly (readonly [slot: string, pattern: RegExp])[] = [
  ['name', /^my name(?:'s| is) (\w+)$/iu],
  ['city', /^i live in ([\w ]+)$/iu],
  ['job', /^i (?:am|work as) an? (.+)$/iu],
  ['pet', /^i (?:have|own) an? (.+)$/iu],
  ['diet', /^i am an? (.+)$/iu],
  ['food', /^my favou?rite food is (.+)$/iu],
  ['drink', /^my favou?rite drink is (.+)$/iu],
  ['music', /^my favou?rite music is (.+)$/iu],
  ['hobby', /^i (?:like|love|enjoy) (\w+)$/iu],
];

/** Slots whose values are not all listed: whatever stands there is one, if it is short. */
const openSlots = ['name', 'city', 'food', 'drink', 'music'];
const longestOpenValue = 2;

/** Places a fact. */
export function placeFact(sentence: string): ProfileItem {
  const fact = sentence.trim().replace(/\s*\.$/u, '');
  for (const [slot, pattern] of patterns) {
    const value = pattern.exec(fact)?.[1];
    if (value !== undefined && isValue(slot, value)) return { slot, value };
  }
  return { slot: aboutSlot, value: fact };
}

function isValue(slot: string, value: string): boolean {
  if (openSlots.includes(slot)) return value.split(' ').length <= longestOpenValue;
  return valuesOf(slot).some((known) => known.toLowerCase() === value.toLowerCase());
}
