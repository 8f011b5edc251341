/**
 * The small world put together: schema, people, judge, note and scripted writers.
 *
 * Everything in it runs by program and in microseconds, so a policy can be trained and measured on an
 * ordinary machine; what it can show about real conversation is limited to what its rules cover.
 */
import type { RandomSource } from '../../base/index.ts';
import { ConfigError } from '../../base/index.ts';
import { entryMarks, explainProtocol, protocolTags, slotToken } from '../../protocol/index.ts';
import type { Dialect, DialectOptions } from '../../protocol/index.ts';
import {
  computeProfileScore,
  defaultRewardSettings,
  describeRewards,
  scoreTurnRewards,
} from '../../rewards/index.ts';
import type { RewardSettings } from '../../rewards/index.ts';
import type { Demonstrator, World } from '../../env/index.ts';
import { writeInMode } from '../../env/index.ts';
import { createScriptedWriter, fragmentSkill, mediocreSkill, oracleSkill } from './demonstrator.ts';
import type { WriterSkill } from './demonstrator.ts';
import { findFamily, smallWorldFamilies } from './families.ts';
import type { Family } from './families.ts';
import { createSmallWorldJudge } from './judge.ts';
import { composeOpenSlots } from './note.ts';
import { samplePersona } from './persona.ts';
import { sentencesOf, wordsOf } from './phrasing.ts';
import { measureReply, replySentences } from './reply-grammar.ts';
import { createSmallWorldUser, practiceTemperament } from './user.ts';
import { allValues, slotNames, smallWorldSchema } from './values.ts';

export type SmallWorldOptions = DialectOptions & {
  /** What a turn earns; `per_write` and alignment, both at weight 1, by default. */
  readonly rewards?: Partial<RewardSettings>;
  /** Practice: users skip the greeting, tell much and soon ask for what needs it, in short fragments. */
  readonly isPractice?: boolean;
  /** Skill of the demonstrator in place of the default one. */
  readonly skill?: WriterSkill;
};

/** A world over a closed vocabulary. */
export type SmallWorld = World & {
  /** Every word that can occur, each once, and the protocol's tags. */
  vocabulary(): { readonly words: readonly string[]; readonly specials: readonly string[] };
  /** The scripted writer that makes no mistakes, for reference. */
  createOracle(random: RandomSource): Demonstrator;
};

/** How one speaks in the small world; nobody has to be there. */
export function createSmallWorldDialect(options: DialectOptions = {}): Dialect {
  const profileMode = options.profileMode ?? 'changes';
  return {
    schema: smallWorldSchema,
    profileMode,
    contextTurns: options.contextTurns ?? 0,
    systemPrompt: options.explainsProtocol ? explainProtocol(smallWorldSchema, profileMode) : '',
    composeNote: composeOpenSlots,
  };
}

/** Creates the small world. */
export function createSmallWorld(options: SmallWorldOptions = {}): SmallWorld {
  const rewards: RewardSettings = { ...defaultRewardSettings, ...options.rewards };
  const isPractice = options.isPractice ?? false;
  const skill = options.skill ?? (isPractice ? fragmentSkill : mediocreSkill);
  const dialect = createSmallWorldDialect(options);
  const write = (name: string, chosen: WriterSkill, random: RandomSource): Demonstrator =>
    writeInMode(createScriptedWriter(name, chosen, random), dialect);
  return {
    name: isPractice ? 'small-world-practice' : 'small-world',
    dialect,
    judge: createSmallWorldJudge(),
    judgesTwice: true,
    rewards: describeRewards(rewards),
    families: smallWorldFamilies,
    samplePersona: (random, split) => samplePersona(random, split),
    createUser: (persona, family, split, random) => {
      const { phrasing, temperament } = openFamily(family, isPractice);
      return createSmallWorldUser({ persona, family, phrasing, temperament, split, random });
    },
    scoreTurn: (turn) =>
      Promise.resolve({
        scoreDisclosed: computeProfileScore(turn.profileAfter, turn.disclosedProfile),
        scoreFull: computeProfileScore(turn.profileAfter, turn.trueProfile),
        rewards: scoreTurnRewards(turn, smallWorldSchema, rewards, measureReply(turn)),
      }),
    createDemonstrator: (random) => write('mediocre/1', skill, random),
    createOracle: (random) => write('oracle/1', oracleSkill, random),
    vocabulary: listVocabulary,
  };
}

function openFamily(name: string, isPractice: boolean): Family {
  const family = findFamily(name);
  if (family === undefined) {
    throw new ConfigError('unknown_family', `The small world has no family of users "${name}".`, {
      hint: `Known families: ${smallWorldFamilies.join(', ')}.`,
    });
  }
  return isPractice ? { ...family, temperament: practiceTemperament } : family;
}

function listVocabulary(): { words: readonly string[]; specials: readonly string[] } {
  const words = wordsOf([
    ...entryMarks,
    ...slotNames.map(slotToken),
    ...allValues,
    ...replySentences(),
    ...smallWorldFamilies.flatMap((name) => sentencesOf(openFamily(name, false).phrasing)),
  ]);
  return { words: [...words].sort(), specials: [...protocolTags] };
}
