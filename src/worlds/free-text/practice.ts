/**
 * Invented people for training: items of the training part with words exchanged.
 *
 * A small model that sees the same few thousand items again and again learns them by heart instead
 * of learning to copy. Exchanging content words, now and then for made-up ones, leaves copying as the
 * only way to be right. Nothing outside the training part enters.
 */
import type { RandomSource } from '../../base/index.ts';
import { isStopWord } from '../../profile/index.ts';
import type { Persona } from '../../users/index.ts';
import { itemSlot } from './users/load-personas.ts';
import { isThirdPersonVerb } from './users/verbs.ts';
import type { World } from '../../env/index.ts';

export type PracticeSettings = {
  /** Share of people whose items are changed; the rest mixes true items of several people. */
  readonly changedPeople: number;
  /** Probability that a content word of a changed item is exchanged, and that it is made up. */
  readonly changedWords: number;
  readonly madeUpWords: number;
  /** Share of conversations with practice users, who tell something nearly every turn and do not greet. */
  readonly practiceUsers: number;
};

export const defaultPracticeSettings: PracticeSettings = {
  changedPeople: 0.7,
  changedWords: 0.6,
  madeUpWords: 0.35,
  practiceUsers: 0.5,
};

/** The same world with invented people in its training part; held-out people are as before. */
export function createPracticeWorld(
  world: World,
  train: readonly Persona[],
  createPracticeUser: World['createUser'],
  settings: PracticeSettings = defaultPracticeSettings,
): World {
  const invent = createInventor(train, settings);
  return {
    ...world,
    samplePersona: (random, split) =>
      split === 'train' ? invent(random) : world.samplePersona(random, split),
    createUser: (persona, family, split, random) => {
      // The draw keeps the name it was made under, so that a base can be built again bit for bit.
      const draw = random.fork('talkative');
      const isPractice = split === 'train' && draw.chance(settings.practiceUsers);
      const create = isPractice ? createPracticeUser : world.createUser;
      return create(persona, family, split, random);
    },
  };
}

/** Makes people up from the items of others; each call draws one. */
export function createInventor(
  train: readonly Persona[],
  settings: PracticeSettings = defaultPracticeSettings,
): (random: RandomSource) => Persona {
  const items = train.flatMap((persona) => persona.trueProfile.map((item) => item.value));
  const content = [...new Set(items.flatMap((item) => item.split(' ')))].filter(isContent);
  return (random) => {
    const size = random.pick(train).trueProfile.length;
    const isChanged = random.chance(settings.changedPeople);
    const chosen = new Set<string>();
    for (let attempt = 0; chosen.size < size && attempt < size * 4; attempt += 1) {
      const item = random.pick(items);
      chosen.add(isChanged ? changeWords(item, content, random, settings) : item);
    }
    return {
      id: `practice-${random.nextUint32()}`,
      trueProfile: [...chosen].map((value) => ({ slot: itemSlot, value })),
      changes: [],
    };
  };
}

function isContent(word: string): boolean {
  return /^\p{L}{3,}$/u.test(word) && !isStopWord(word) && !isThirdPersonVerb(word);
}

function changeWords(
  item: string,
  content: readonly string[],
  random: RandomSource,
  settings: PracticeSettings,
): string {
  return item
    .split(' ')
    .map((word) => {
      if (!isContent(word) || !random.chance(settings.changedWords)) return word;
      return random.chance(settings.madeUpWords) ? inventWord(random) : random.pick(content);
    })
    .join(' ');
}

const onsets = [
  'b',
  'br',
  'd',
  'f',
  'g',
  'h',
  'k',
  'l',
  'm',
  'n',
  'p',
  'r',
  's',
  'st',
  't',
  'tr',
  'v',
  'w',
  'z',
];
const vowels = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'oo'];
const codas = ['', '', 'l', 'm', 'n', 'r', 's', 't', 'ck'];

function inventWord(random: RandomSource): string {
  const syllables = 2 + random.integer(2);
  let word = '';
  for (let index = 0; index < syllables; index += 1) {
    word += random.pick(onsets) + random.pick(vowels) + random.pick(codas);
  }
  return word;
}
