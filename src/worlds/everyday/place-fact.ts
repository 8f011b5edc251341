/**
 * Between sentences that others wrote and slots: where such a fact goes, and what a note says as a sentence.
 *
 * A fact goes into the slot it is plainly of, else whole into `about`.
 */
import type { ProfileItem } from '../../profile/index.ts';
import { fill, lines } from './phrases/lines.ts';
import { aboutSlot, valuesOf } from './values.ts';

/** Sentences that are plainly of a slot, in this order: `{}` is the value, `{a}` the value with its article. */
const plainSentences: readonly (readonly [slot: string, sentence: string])[] = [
  ['name', 'my name is {}'],
  ['name', "my name's {}"],
  ['city', 'i live in {}'],
  ['job', 'i am {a}'],
  ['job', 'i work as {a}'],
  ['pet', 'i have {a}'],
  ['pet', 'i own {a}'],
  ['diet', 'i am {a}'],
  ['food', 'my favorite food is {}'],
  ['food', 'my favourite food is {}'],
  ['drink', 'my favorite drink is {}'],
  ['drink', 'my favourite drink is {}'],
  ['music', 'my favorite music is {}'],
  ['music', 'my favourite music is {}'],
  ['hobby', 'i like {}'],
  ['hobby', 'i love {}'],
  ['hobby', 'i enjoy {}'],
];

/** Sentences that a note of a slot may stand for as well, and that of themselves say nothing of the slot. */
const furtherSentences: Readonly<Record<string, readonly string[]>> = {
  schedule: lines('I work {}'),
  transport: lines(`
    I go to work by {}
    I travel by {}
  `),
  pet: lines('I have a pet {}'),
  diet: lines('I eat {}'),
  food: lines('I eat {}'),
  drink: lines('I drink {}'),
  music: lines(`
    I listen to {}
    I like {} music
  `),
  film: lines(`
    I watch {}
    My favorite movies are {}
  `),
  book: lines(`
    I read {}
    My favorite author is {}
  `),
  hobby: lines('My hobby is {}'),
  trip: lines(`
    I want to travel to {}
    I want to go to {}
  `),
  goal: lines(`
    I want to {}
    My goal is {}
  `),
  colour: lines(`
    My favorite color is {}
    My favourite colour is {}
  `),
  hate: lines('I do not eat {}'),
};

const patterns = plainSentences.map(([slot, sentence]) => {
  const source = sentence.replace('{a}', 'an? (.+)').replace('{}', '(.+)');
  return { slot, pattern: new RegExp(`^${source}$`, 'iu') };
});

/** Slots whose values are not all listed: whatever stands there is one, if it is short. */
const openSlots = ['name', 'city', 'food', 'drink', 'music'];
const longestOpenValue = 2;

/** Places a fact. */
export function placeFact(sentence: string): ProfileItem {
  const fact = sentence.trim().replace(/\s*\.$/u, '');
  for (const { slot, pattern } of patterns) {
    const value = pattern.exec(fact)?.[1];
    if (value !== undefined && isValue(slot, value)) return { slot, value };
  }
  return { slot: aboutSlot, value: fact };
}

/** Says a note as sentences, each of which it may stand for; none for a fact that is one itself. */
export function sayNote({ slot, value }: ProfileItem): readonly string[] {
  const plain = plainSentences.flatMap(([of, sentence]) => (of === slot ? [sentence] : []));
  return [...plain, ...(furtherSentences[slot] ?? [])].map((sentence) => fill(sentence, value));
}

function isValue(slot: string, value: string): boolean {
  if (openSlots.includes(slot)) return value.split(' ').length <= longestOpenValue;
  return valuesOf(slot).some((known) => known.toLowerCase() === value.toLowerCase());
}
