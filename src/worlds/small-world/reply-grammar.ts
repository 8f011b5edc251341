/**
 * The small grammar of replies: what a natural sentence is, and what it says.
 *
 * A reply is an optional tone marker and then sentences from the sets below; `{}` is a value, and
 * suggestions hold a value and a head noun. Judge, simulated user and demonstrator share this one
 * grammar, so that what is written is what is read.
 */
import { findAct, type DialogueAct, type UserTurn } from '../../users/index.ts';
import { domainHeads, domainOfHead } from './items.ts';
import { slotNames, valuesOf } from './values.ts';

/** Words that open a reply in a tone. */
export const toneMarkers: Readonly<Record<string, readonly string[]>> = {
  casual: ['hey', 'cool'],
  formal: ['certainly', 'indeed'],
};

export const greetingSentences = ['nice to meet you .', 'good to see you .'] as const;

/** Sentences that elaborate: who likes detail wants one, who likes it brief does not. */
export const detailSentences = [
  'i will keep that in mind .',
  'it helps me know you better .',
  'tell me more when you like .',
] as const;

/** Ways of putting a request off. */
export const vagueSentences = ['let me think about that .', 'there are many options .'] as const;

export const suggestionFrames = ['how about the {} .', 'you might like the {} .'] as const;

export const questionSentences: Readonly<Record<string, readonly string[]>> = {
  name: ['what is your name ?', 'how do people call you ?'],
  city: ['where do you live ?', 'which city is your home ?'],
  job: ['what is your job ?', 'what do you work as ?'],
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
  hate: ['what do you hate ?', 'what can you not stand ?'],
  style: ['how long should answers be ?', 'which answers do you like ?'],
  tone: ['which tone do you like ?', 'how should i talk to you ?'],
};

const taste = ['{} is a great choice .', '{} sounds good to me .'];

export const acknowledgements: Readonly<Record<string, readonly string[]>> = {
  name: ['{} is a lovely name .'],
  city: ['{} is a lovely place .'],
  job: ['{} is a fine job .'],
  pet: ['{} is good company .'],
  diet: ['{} it is .'],
  food: taste,
  drink: taste,
  music: taste,
  film: taste,
  book: taste,
  hobby: taste,
  trip: taste,
  goal: ['{} is a fine goal .'],
  hate: ['no {} then .'],
  style: ['{} it is .'],
  tone: ['{} it is .'],
};

export type Sentence =
  | { readonly kind: 'greeting' | 'detail' | 'vague' | 'unknown'; readonly text: string }
  | { readonly kind: 'question'; readonly text: string; readonly slot: string }
  /** `slots`: those for which this sentence is a fitting answer to the value. */
  | {
      readonly kind: 'acknowledgement';
      readonly text: string;
      readonly value: string;
      readonly slots: readonly string[];
    }
  | {
      readonly kind: 'suggestion';
      readonly text: string;
      readonly domain: string;
      readonly value: string;
      readonly head: string;
    };

export type ReplyAnalysis = {
  /** Tone of the opening marker, or null. */
  readonly tone: string | null;
  readonly sentences: readonly Sentence[];
  /** Words, punctuation left out. */
  readonly words: number;
};

const fixedSentences = buildFixed();
const acknowledgementSentences = buildAcknowledgements();

/** Reads a reply into sentences; what the grammar does not know comes back as `unknown`. */
export function analyseReply(text: string): ReplyAnalysis {
  const tokens = text
    .toLowerCase()
    .split(/\s+/u)
    .filter((token) => token !== '');
  const words = tokens.filter((token) => /[a-z0-9]/u.test(token)).length;
  const first = tokens[0] ?? '';
  const tone = Object.keys(toneMarkers).find((name) => toneMarkers[name]?.includes(first)) ?? null;
  const sentences: Sentence[] = [];
  let open: string[] = [];
  for (const token of tone === null ? tokens : tokens.slice(1)) {
    open.push(token);
    if (token === '.' || token === '?') {
      sentences.push(readSentence(open.join(' ')));
      open = [];
    }
  }
  if (open.length > 0) sentences.push({ kind: 'unknown', text: open.join(' ') });
  return { tone, sentences, words };
}

/** Slots asked about in a reply, in order. */
export function askedSlots(text: string): string[] {
  return analyseReply(text).sentences.flatMap((each) =>
    each.kind === 'question' ? [each.slot] : [],
  );
}

/**
 * Measures how a reply uses what is known: words, and acknowledgements of values that the message
 * neither said nor said again.
 */
export function measureReply({
  response,
  user,
}: {
  readonly response: string;
  readonly user: Pick<UserTurn, 'acts'>;
}): { readonly words: number; readonly overuse: number } {
  const { sentences, words } = analyseReply(response);
  const again = findAct(user.acts, 'restatement');
  const said = new Set([
    ...listSaid(user.acts),
    ...(again === undefined ? [] : [again.item.value]),
  ]);
  const overuse = sentences.filter(
    (each) => each.kind === 'acknowledgement' && !said.has(each.value),
  ).length;
  return { words, overuse };
}

/** Values that a message told outright. */
export function listSaid(acts: readonly DialogueAct[]): string[] {
  return acts.flatMap((act) => (act.kind === 'disclosure' ? [act.item.value] : []));
}

/** Every sentence a reply can be made of, placeholders included; for the vocabulary. */
export function replySentences(): string[] {
  return [
    ...Object.values(toneMarkers).flat(),
    ...greetingSentences,
    ...detailSentences,
    ...vagueSentences,
    ...suggestionFrames,
    ...Object.values(questionSentences).flat(),
    ...Object.values(acknowledgements).flat(),
    ...Object.values(domainHeads).flat(),
  ];
}

function readSentence(text: string): Sentence {
  const known = fixedSentences.get(text) ?? acknowledgementSentences.get(text);
  if (known !== undefined) return known;
  const [, item] = /^(?:how about the|you might like the) (\S+ \S+) \.$/u.exec(text) ?? [];
  const [value = '', head = ''] = (item ?? '').split(' ');
  const domain = domainOfHead(head);
  if (domain === undefined || !valuesOf(domain).includes(value)) return { kind: 'unknown', text };
  return { kind: 'suggestion', text, domain, value, head };
}

function buildFixed(): Map<string, Sentence> {
  const map = new Map<string, Sentence>();
  for (const text of greetingSentences) map.set(text, { kind: 'greeting', text });
  for (const text of detailSentences) map.set(text, { kind: 'detail', text });
  for (const text of vagueSentences) map.set(text, { kind: 'vague', text });
  for (const slot of slotNames) {
    for (const text of questionSentences[slot] ?? [])
      map.set(text, { kind: 'question', text, slot });
  }
  return map;
}

function buildAcknowledgements(): Map<string, Sentence> {
  const slots = new Map<string, { value: string; slots: string[] }>();
  for (const slot of slotNames) {
    for (const value of valuesOf(slot)) {
      for (const frame of acknowledgements[slot] ?? []) {
        const text = frame.replace('{}', value);
        const entry = slots.get(text) ?? { value, slots: [] };
        entry.slots.push(slot);
        slots.set(text, entry);
      }
    }
  }
  return new Map(
    [...slots].map(([text, entry]) => [text, { kind: 'acknowledgement', text, ...entry }]),
  );
}
