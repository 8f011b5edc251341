/**
 * The small world put together: schema, people, judge and scripts, over a closed vocabulary.
 *
 * Everything in it runs by program and in microseconds, so a policy can be trained and measured on an
 * ordinary machine; what it can show about real conversation is limited to what its rules cover.
 */
import type { RandomSource } from '../../base/index.ts';
import type { ProfileChange } from '../../profile/index.ts';
import { entryMarks, explainProtocol, protocolTags, slotToken } from '../../protocol/index.ts';
import type { Dialect, DialectOptions } from '../../protocol/index.ts';
import { defaultRewardSettings, describeRewards } from '../../rewards/index.ts';
import type { RewardSettings } from '../../rewards/index.ts';
import type { Demonstrator, World } from '../../env/index.ts';
import { writeInMode } from '../../env/index.ts';
import type { ScriptedAssistant } from '../definition.ts';
import {
  defaultDynamics,
  samplePerson,
  scoreSlotTurn,
  type DynamicsSettings,
} from '../dynamics/index.ts';
import { cuesA } from './cues.ts';
import { composeBehaviour, findFamily, smallWorldFamilies } from './families.ts';
import { createSmallWorldJudge } from './judge.ts';
import { composeOpenSlots } from './note.ts';
import { sentencesOf, wordsOf } from './phrasing.ts';
import { practiceBehaviour, practiceGreets, scrambledShares, scramblePerson } from './practice.ts';
import { countWords, replySentences } from './reply-grammar.ts';
import { createScriptedWriter, fragmentSkill, listScripts, mediocreSkill } from './scripts.ts';
import { phrasingA } from './templates-a.ts';
import { createSmallWorldUser } from './user.ts';
import { allValues, createDomain, slotNames, smallWorldSchema } from './values.ts';

export type SmallWorldDialectOptions = DialectOptions & {
  /** Whether the program's note names open slots; by default it does not. */
  readonly namesOpenSlots?: boolean;
};

export type SmallWorldOptions = SmallWorldDialectOptions & {
  /** What a turn earns; `per_write` and the grade, both at weight 1, by default. */
  readonly rewards?: Partial<RewardSettings>;
  /** Rates in place of a family's own. */
  readonly behaviour?: Partial<DynamicsSettings>;
  /**
   * Practice for demonstrations. In short talks people mostly skip the greeting, tell much and soon ask
   * for what needs it; in whole ones they behave as ever. Of both some have values of other slots.
   */
  readonly practice?: keyof typeof scrambledShares;
};

/** A world over a closed vocabulary. */
export type SmallWorld = World & {
  /** Every word that can occur, each once, and the protocol's tags. */
  vocabulary(): { readonly words: readonly string[]; readonly specials: readonly string[] };
  /** Floors and ceilings, worst first. */
  readonly scripts: readonly ScriptedAssistant[];
};

const domain = createDomain(cuesA);

/** How one speaks in the small world; nobody has to be there. */
export function createSmallWorldDialect(options: SmallWorldDialectOptions = {}): Dialect {
  const profileMode = options.profileMode ?? 'changes';
  return {
    schema: smallWorldSchema,
    profileMode,
    contextTurns: options.contextTurns ?? 0,
    systemPrompt: options.explainsProtocol ? explainProtocol(smallWorldSchema, profileMode) : '',
    beginning,
    amended: { say: sayChange, reply: answerChange },
    composeNote: options.namesOpenSlots === true ? composeOpenSlots : () => '',
  };
}

/** Everybody in this world first says how to be spoken to. */
const beginning = {
  message: 'hello . be casual with me please . give me brief answers please .',
  notes: [
    { slot: 'tone', value: 'casual' },
    { slot: 'style', value: 'brief' },
  ],
  response: 'hey nice to meet you .',
};

/** A change by hand, as people of this world tell of a change of mind. */
function sayChange({ kind, item: { slot, value } }: ProfileChange): string {
  const { announcements, statements, drops } = phrasingA;
  const [sentence = ''] = kind === 'set' ? (statements[slot] ?? []) : drops;
  const opening = kind === 'set' ? `${announcements[0]} ` : '';
  return `${opening}${sentence.replace('{}', value)}`;
}

/** A reply that takes the new value up: what is said twice is remembered best. */
const answerChange = ({ kind, item: { value } }: ProfileChange): string =>
  kind === 'set' ? `${value} is a great choice .` : 'i see .';

/** Creates the small world. */
export function createSmallWorld(options: SmallWorldOptions = {}): SmallWorld {
  const rewards: RewardSettings = { ...defaultRewardSettings, ...options.rewards };
  const { practice } = options;
  const isShort = practice === 'short';
  const behaviour = { ...(isShort ? practiceBehaviour : {}), ...options.behaviour };
  const skill = isShort ? fragmentSkill : mediocreSkill;
  const scrambled = practice === undefined ? 0 : scrambledShares[practice];
  const settings = { ...defaultDynamics, ...behaviour };
  const dialect = createSmallWorldDialect(options);
  const inMode = (writer: Demonstrator): Demonstrator => writeInMode(writer, dialect);
  return {
    name: isShort ? 'small-world-practice' : 'small-world',
    dialect,
    judge: createSmallWorldJudge(domain, settings),
    rewards: describeRewards(rewards),
    families: smallWorldFamilies,
    samplePersona: (random, split) => {
      const person = samplePerson(domain, settings, random, split);
      const draw = random.fork('scrambled');
      return draw.chance(scrambled) ? scramblePerson(person, draw) : person;
    },
    createUser: (persona, name, split, random) => {
      const family = findFamily(name);
      return createSmallWorldUser({
        persona,
        family: name,
        phrasing: family.phrasing,
        domain,
        settings: composeBehaviour(family, behaviour),
        split,
        random,
        greets: !isShort || random.fork('greets').chance(practiceGreets),
      });
    },
    scoreTurn: (turn) =>
      Promise.resolve(scoreSlotTurn(turn, smallWorldSchema, rewards, countWords(turn.response))),
    createDemonstrator: (random: RandomSource) =>
      inMode(createScriptedWriter('mediocre/2', skill, domain, random)),
    scripts: listScripts(domain).map((script) => ({
      ...script,
      create: (random) => inMode(script.create(random)),
    })),
    vocabulary: listVocabulary,
  };
}

function listVocabulary(): { words: readonly string[]; specials: readonly string[] } {
  const words = wordsOf([
    ...entryMarks,
    ...slotNames.map(slotToken),
    ...allValues,
    ...replySentences(),
    ...smallWorldFamilies.flatMap((name) => sentencesOf(findFamily(name).phrasing)),
  ]);
  return { words: [...words].sort(), specials: [...protocolTags] };
}
