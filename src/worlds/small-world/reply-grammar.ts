/**
 * The small grammar of replies: what a natural sentence is, what it says, and how it is written.
 *
 * A reply is an optional tone marker and then sentences from the sets below; `{}` is a value, and an
 * offer holds a value and a head noun ("jazz concert"). Judge, simulated user and scripts share this
 * one grammar, so that what is written is what is read.
 */
import type { RandomSource } from '../../base/index.ts';
import { summarizeReply, type ReplyMove, type Sentence } from '../dynamics/index.ts';
import { allValues, slotNames } from './values.ts';

/** Words that open a reply in a tone. */
export const toneMarkers: Readonly<Record<string, readonly string[]>> = {
  casual: ['hey', 'cool'],
  formal: ['certainly', 'indeed'],
};

const plainSentences = {
  greeting: ['nice to meet you .', 'good to see you .'],
  small_talk: ['i see .', 'that is how it goes .', 'good to hear from you .'],
  /** Ways of putting a request off. */
  generic: ['let me think about that .', 'there are many options .'],
  /** Sentences that elaborate: who likes detail wants one, who likes it brief does not. */
  detail: [
    'i will keep that in mind .',
    'it helps me know you better .',
    'tell me more when you like .',
  ],
} as const;

const plainAnswers: Readonly<Record<string, string>> = {
  time: 'it is nearly noon .',
  day: 'it is friday .',
  weather: 'it is dry outside .',
};

const offerFrames = ['how about the {} .', 'you might like the {} .'] as const;

const asideFrames = ['{} for them then .', 'they may like {} .'] as const;

/** What of a value can be offered, by topic; each noun belongs to one. */
const heads: Readonly<Record<string, readonly string[]>> = {
  city: ['map'],
  job: ['course'],
  schedule: ['slot'],
  transport: ['ticket'],
  pet: ['toy'],
  diet: ['menu'],
  food: ['dinner', 'lunch'],
  drink: ['bar', 'recipe'],
  music: ['concert', 'album'],
  film: ['classic', 'premiere'],
  book: ['shelf', 'volume'],
  hobby: ['club', 'class'],
  trip: ['tour', 'holiday'],
  goal: ['plan'],
  colour: ['scarf'],
  hate: ['ban'],
};

const questions: Readonly<Record<string, readonly string[]>> = {
  city: ['where do you live ?', 'which city is your home ?'],
  job: ['what is your job ?', 'what do you work as ?'],
  schedule: ['which shift do you work ?', 'what are your hours ?'],
  transport: ['how do you get to work ?', 'what do you ride ?'],
  pet: ['do you have a pet ?', 'any animals at home ?'],
  diet: ['do you follow a diet ?', 'what do you never eat ?'],
  food: ['which food do you love ?', 'what is your favourite food ?'],
  drink: ['which drink do you love ?', 'what do you like to drink ?'],
  music: ['which music do you love ?', 'what do you listen to ?'],
  film: ['which films do you love ?', 'what do you watch ?'],
  book: ['which books do you love ?', 'what do you read ?'],
  hobby: ['do you have a hobby ?', 'what do you do for fun ?'],
  trip: ['where would you travel ?', 'what is your dream trip ?'],
  goal: ['do you have a goal ?', 'what do you hope for ?'],
  colour: ['which colour do you like ?', 'what do you like to wear ?'],
  hate: ['what do you hate ?', 'what can you not stand ?'],
  style: ['how long should answers be ?', 'which answers do you like ?'],
  tone: ['which tone do you like ?', 'how should i talk to you ?'],
};

const taste = ['{} is a great choice .', '{} sounds good to me .'];

const acknowledgements: Readonly<Record<string, readonly string[]>> = {
  city: ['{} is a lovely place .'],
  job: ['{} is a fine job .'],
  schedule: ['{} hours , i see .'],
  transport: ['by {} then .'],
  pet: ['a {} is good company .'],
  diet: ['{} it is .'],
  food: taste,
  drink: taste,
  music: taste,
  film: taste,
  book: taste,
  hobby: taste,
  trip: taste,
  goal: ['a {} is a fine goal .'],
  colour: ['{} suits you .'],
  hate: ['no {} then .'],
  style: ['{} it is .'],
  tone: ['{} it is .'],
};

/** Built when a reply is first read: most commands read none. */
let sentences: ReadonlyMap<string, Sentence> | null = null;

/** Reads a reply; what the grammar does not know is `unknown`. */
export function readReply(text: string): ReplyMove {
  const tokens = text
    .toLowerCase()
    .split(/\s+/u)
    .filter((token) => token !== '');
  const first = tokens[0] ?? '';
  const tone = Object.keys(toneMarkers).find((name) => toneMarkers[name]?.includes(first)) ?? null;
  const texts: string[] = [];
  let open: string[] = [];
  for (const token of tone === null ? tokens : tokens.slice(1)) {
    open.push(token);
    if (token !== '.' && token !== '?') continue;
    texts.push(open.join(' '));
    open = [];
  }
  if (open.length > 0) texts.push(open.join(' '));
  const known = (sentences ??= buildSentences());
  const read = texts.map((each): Sentence => known.get(each) ?? { kind: 'unknown' });
  return summarizeReply(tone, read, texts);
}

/** Counts the words of a reply, punctuation left out. */
export function countWords(text: string): number {
  return text.split(/\s+/u).filter((token) => /[a-z0-9]/iu.test(token)).length;
}

/** Slots asked about in a reply, in order. */
export function askedSlots(text: string): readonly string[] {
  return readReply(text).asks;
}

/** Writes a reply in one of its wordings. */
export function writeReply(
  tone: string | null,
  parts: readonly Sentence[],
  random: RandomSource,
): string {
  const marker = tone === null ? [] : [random.pick(toneMarkers[tone] ?? [])];
  return [...marker, ...parts.map((part) => random.pick(listWordings(part)))].join(' ');
}

/** A thing of a value that can be offered: `jazz concert`. */
export function nameThing(slot: string, value: string, random: RandomSource): string {
  return `${value} ${random.pick(heads[slot] ?? [])}`;
}

function listWordings(part: Sentence): readonly string[] {
  switch (part.kind) {
    case 'greeting':
    case 'small_talk':
    case 'generic':
    case 'detail':
      return plainSentences[part.kind];
    case 'plain':
      return [plainAnswers[part.topic] ?? ''];
    case 'takes_up':
      return part.slots.flatMap((slot) => fill(acknowledgements[slot] ?? [], part.value));
    case 'aside':
      return fill(asideFrames, part.value);
    case 'question':
      return questions[part.slot] ?? [];
    case 'offer': {
      const { slot, value } = part.item;
      return (heads[slot] ?? []).flatMap((head) => fill(offerFrames, `${value} ${head}`));
    }
    case 'unknown':
      throw new Error('internal: an unknown sentence has no wording');
  }
}

function fill(frames: readonly string[], value: string): string[] {
  return frames.map((frame) => frame.replace('{}', value));
}

/**
 * Every sentence of the grammar by its text, with every value: a wrong one makes it no less a sentence. One
 * that suits several slots says so.
 */
function buildSentences(): ReadonlyMap<string, Sentence> {
  const map = new Map<string, Sentence>();
  const add = (part: Sentence): void => {
    for (const text of listWordings(part)) {
      const known = map.get(text);
      const isBoth = known?.kind === 'takes_up' && part.kind === 'takes_up';
      map.set(text, isBoth ? { ...part, slots: [...known.slots, ...part.slots] } : part);
    }
  };
  for (const kind of ['greeting', 'small_talk', 'generic', 'detail'] as const) add({ kind });
  for (const topic of Object.keys(plainAnswers)) add({ kind: 'plain', topic });
  for (const slot of slotNames) {
    add({ kind: 'question', slot });
    for (const value of allValues) {
      add({ kind: 'takes_up', value, slots: [slot] });
      if (heads[slot] !== undefined) add({ kind: 'offer', item: { slot, value } });
    }
  }
  for (const value of allValues) add({ kind: 'aside', value });
  return map;
}

/** Every sentence a reply can be made of, placeholders included; for the vocabulary. */
export function replySentences(): string[] {
  return [
    ...Object.values(toneMarkers).flat(),
    ...Object.values(plainSentences).flat(),
    ...Object.values(plainAnswers),
    ...offerFrames,
    ...asideFrames,
    ...Object.values(questions).flat(),
    ...Object.values(acknowledgements).flat(),
    ...Object.values(heads).flat(),
  ];
}
