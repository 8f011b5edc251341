/**
 * Everyday talk put together: the dynamics, spoken in plain English with an open vocabulary.
 *
 * Users, judge and scripts are programs, so a conversation costs only what the policy costs. It is for
 * chat models that know English already; what it can show about people is limited to what its tables
 * and rules cover.
 */
import type { RandomSource } from '../../base/index.ts';
import type { Demonstrator, World } from '../../env/index.ts';
import { planEpisodes, runDemonstrations, writeInMode } from '../../env/index.ts';
import type { Profile } from '../../profile/index.ts';
import { renderKeptProfile, type Dialect, type DialectOptions } from '../../protocol/index.ts';
import { defaultRewardSettings, describeRewards } from '../../rewards/index.ts';
import type { RewardSettings } from '../../rewards/index.ts';
import type { ScriptedAssistant } from '../definition.ts';
import {
  defaultDynamics,
  samplePerson,
  scoreSlotTurn,
  type DynamicsSettings,
} from '../dynamics/index.ts';
import { pairAlike } from './about-facts.ts';
import { composeBehaviour, everydayFamilies, findFamily } from './families.ts';
import { composeInstructions } from './instructions.ts';
import { createEverydayJudge } from './judge.ts';
import { practice } from './practice.ts';
import { wordsOf } from './reading/words.ts';
import { createScriptedWriter, fragmentSkill, listScripts, mediocreSkill } from './scripts.ts';
import { createEverydayUser } from './user.ts';
import { aboutSlot, createDomain, everydaySchema, listAboutFacts } from './values.ts';

/** How everyday English is spoken and shown to a model. */
export type EverydayDialectOptions = DialectOptions & {
  /** Whether what is noted stands behind each message. */
  readonly showsNotes?: boolean;
};

export type EverydayOptions = EverydayDialectOptions & {
  /** What a turn earns; `per_write` and the grade, both at weight 1, by default. */
  readonly rewards?: Partial<RewardSettings>;
  /** Rates in place of a family's own. */
  readonly behaviour?: Partial<DynamicsSettings>;
  /** Practice: people skip the greeting, tell much and soon ask for what needs it, in short talks. */
  readonly isPractice?: boolean;
};

/** A world of everyday English. */
export type EverydayWorld = World & {
  /** Floors and ceilings, worst first. */
  readonly scripts: readonly ScriptedAssistant[];
  /** Text of the training part in the protocol's own shape, to build a vocabulary from. */
  trainingTexts(random: RandomSource): Promise<string[]>;
};

/** Facts without a slot that somebody has. */
const factsOfOne = 2;

/** What stands before each message. */
const cue = 'Keep notes about me.';

/** How one speaks in everyday talk; nobody has to be there. */
export function createEverydayDialect(options: EverydayDialectOptions = {}): Dialect {
  const { profileMode = 'changes', contextTurns = 0, showsNotes = false } = options;
  return {
    schema: everydaySchema,
    profileMode,
    contextTurns,
    ...(options.explainsProtocol === true
      ? { systemPrompt: composeInstructions(profileMode) }
      : { systemPrompt: '', cue }),
    placement: 'message',
    // With own notes in the conversation's place they are shown already.
    composeNote: showsNotes && contextTurns === 0 ? composeNoted : () => '',
  };
}

const composeNoted = (kept: Profile): string =>
  kept.length === 0 ? '' : `Noted: ${renderKeptProfile(kept, everydaySchema)}`;

/** Creates the world. */
export function createEverydayWorld(options: EverydayOptions = {}): EverydayWorld {
  const rewards: RewardSettings = { ...defaultRewardSettings, ...options.rewards };
  const isPractice = options.isPractice ?? false;
  const behaviour = { ...(isPractice ? practice.behaviour : {}), ...options.behaviour };
  const settings = { ...defaultDynamics, ...behaviour };
  const domains = {
    train: createDomain('train'),
    validation: createDomain('validation'),
    test: createDomain('test'),
  };
  const skill = isPractice ? fragmentSkill : mediocreSkill;
  const dialect = createEverydayDialect(options);
  const inMode = (writer: Demonstrator): Demonstrator => writeInMode(writer, dialect);
  const world: World = {
    name: isPractice ? 'everyday-practice' : 'everyday',
    dialect,
    judge: createEverydayJudge(domains.train, settings),
    rewards: describeRewards(rewards),
    families: everydayFamilies,
    samplePersona: (random, split) => {
      const person = samplePerson(domains[split], settings, random, split);
      const facts = random.fork('about').shuffle([...listAboutFacts(split)]);
      const own = isPractice ? pairAlike(facts, practice.facts) : facts.slice(0, factsOfOne);
      const items = own.map((value) => ({ slot: aboutSlot, value }));
      return { ...person, trueProfile: [...person.trueProfile, ...items] };
    },
    createUser: (persona, name, split, random) => {
      const family = findFamily(name);
      return createEverydayUser({
        persona,
        family: name,
        manner: isPractice ? { ...family.manner, ...practice.manner } : family.manner,
        domain: domains[split],
        settings: composeBehaviour(family, behaviour),
        split,
        random,
        greets: !isPractice || random.fork('greets').chance(practice.greets),
      });
    },
    scoreTurn: (turn) =>
      Promise.resolve(scoreSlotTurn(turn, everydaySchema, rewards, wordsOf(turn.response).length)),
    createDemonstrator: (random) =>
      inMode(createScriptedWriter('everyday-mediocre/1', skill, domains.train, random)),
  };
  return {
    ...world,
    scripts: listScripts(domains.train).map((script) => ({
      ...script,
      create: (random) => inMode(script.create(random)),
    })),
    trainingTexts: async (random) => {
      const plans = planEpisodes({ world, random, count: 300, split: 'train' });
      const episodes = await runDemonstrations(plans, { world, turns: 8 });
      return episodes.flatMap(({ turns }) =>
        turns.flatMap((turn) => [turn.user.message, turn.output]),
      );
    },
  };
}
