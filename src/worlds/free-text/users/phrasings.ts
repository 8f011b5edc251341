/**
 * How free-text users talk: two families of phrasings, each with wordings kept for held-out people.
 *
 * `plain` is the family trained on; `other` is curter and never trained on. `{item}` stands for a
 * first-person clause, `{other}` for what is said of somebody else, `{topic}` for a topic word.
 * In a change of mind `{old}` is the clause that held before.
 */

export type PhrasingSet = {
  readonly greeting: readonly string[];
  readonly disclosure: readonly string[];
  readonly distractor: readonly string[];
  readonly smallTalk: readonly string[];
  readonly nothing: readonly string[];
  readonly evasion: readonly string[];
  readonly complaint: readonly string[];
  readonly puzzled: readonly string[];
  /** An announced change, an item dropped, and a doubt that comes before either. */
  readonly change: readonly string[];
  readonly drop: readonly string[];
  readonly doubt: readonly string[];
};

export type PhrasingFamily = 'plain' | 'other';

/** Families of free-text users; the first is trained on. */
export const phrasingFamilies: readonly PhrasingFamily[] = ['plain', 'other'];

const plain: PhrasingSet = {
  greeting: ['hello.', 'hi there.', 'good morning.', 'hey.', 'hello there.'],
  disclosure: [
    '{item}.',
    'well, {item}.',
    'you know, {item}.',
    'to be honest, {item}.',
    'by the way, {item}.',
    'let me think. {item}.',
    'i should say {item}.',
    'yes, {item}.',
    'so, {item}.',
    '{item}, that is me.',
  ],
  distractor: [
    'my neighbour {other}.',
    'my friend {other}.',
    'my boss {other}, not me.',
    'by the way, my cousin {other}.',
    'well, my colleague {other}.',
  ],
  smallTalk: [
    'it has been a long day.',
    'the weather is strange today.',
    'not much going on here.',
    'i just had a short break.',
    'well, this week was quiet.',
  ],
  nothing: [
    'nothing to say about {topic}.',
    'well, no {topic} worth a word.',
    'i have nothing on {topic}.',
  ],
  evasion: ['maybe later.', 'i would rather not say yet.', 'well, let us leave that.'],
  complaint: ['you asked that already.', 'well, you asked me that before.'],
  puzzled: ['sorry, i did not get that.', 'i did not hear you.'],
  change: [
    'i used to say {old}, but now {item}.',
    'it is no longer true that {old}. now {item}.',
    'i told you {old}. that has changed, now {item}.',
  ],
  drop: [
    'i used to say {old}, but not any more.',
    'it is no longer true that {old}.',
    'i told you {old}. that is over.',
  ],
  doubt: ['i am not so sure any more that {old}.', 'maybe it will not stay so that {old}.'],
};

const plainHeldOut: PhrasingSet = {
  ...plain,
  greeting: ['good evening.', 'hi, hello.'],
  disclosure: [
    'actually, {item}.',
    'one thing, {item}.',
    'i must say {item}.',
    'yes, you know, {item}.',
  ],
  distractor: [
    'my teacher {other}.',
    'you know, my neighbour {other}.',
    'my old friend {other}, not me.',
  ],
  smallTalk: ['the day was quiet.', 'it is a strange week.'],
};

const other: PhrasingSet = {
  greeting: ['hm, hi.', 'yes, hello.', 'evening.'],
  disclosure: [
    'fine. {item}.',
    'look, {item}, all right.',
    '{item}, i guess.',
    'if you must know, {item}.',
    'hm. {item}, that is all.',
  ],
  distractor: [
    'at home they say the man next door {other}.',
    'a woman i know {other}.',
    'hm, my uncle {other}.',
  ],
  smallTalk: ['hm, the bus was late again.', 'i have been waiting all day.', 'it is raining here.'],
  nothing: ['{topic}? no.', 'hm, not a word on {topic}.'],
  evasion: ['not now.', 'hm, that is private.'],
  complaint: ['again? you asked that.', 'hm, that was your question before.'],
  puzzled: ['what was that?', 'hm, say that again.'],
  change: ['{old}? not now. {item}.', 'hm, i said {old}. that was before. {item}.'],
  drop: ['{old}? not any more.', 'hm, i said {old}. that is over.'],
  doubt: ['{old}? hm, not sure any more.', 'hm, i said {old}. who knows.'],
};

/** Phrasings of a family; people held out mostly use the held-out wordings of their family. */
export function choosePhrasings(
  family: PhrasingFamily,
  isHeldOut: boolean,
): readonly PhrasingSet[] {
  if (family === 'other') return [other];
  return isHeldOut ? [plain, plainHeldOut] : [plain];
}
