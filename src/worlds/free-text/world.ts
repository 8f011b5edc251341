/**
 * The world of free-text personas: people described in a file, told of bit by bit in the first person.
 *
 * One open slot holds any number of short items; matching, users and judge work by program, unless a
 * model matches, phrases the users' messages or judges. Practice and vocabulary always come from the program:
 * they take thousands of conversations and must cost nothing. The part held out is fixed by a hash of
 * each persona, so the same file always splits the same way.
 */
import { ConfigError, DataError, hashText, JudgeError } from '../../base/index.ts';
import type { RandomSource } from '../../base/index.ts';
import type { Profile } from '../../profile/index.ts';
import { findTopics, readQuestions } from '../../profile/index.ts';
import {
  defaultRewardSettings,
  describeRewards,
  scoreTextProfile,
  scoreUnmatched,
  wordMatcher,
} from '../../rewards/index.ts';
import { measureTextReply, scoreTextTurnRewards } from './text-turn-rewards.ts';
import { createTextJudge } from './text-judge.ts';
import type { IsSameItem, ItemMatcher, Judge, RewardSettings } from '../../rewards/index.ts';
import type { Persona } from '../../users/index.ts';
import type { PhrasingFamily } from './users/phrasings.ts';
import type { ModelUserSettings } from './model-users/model-user.ts';
import { listHeard } from '../../users/index.ts';
import { voiceClause } from './users/voice-item.ts';
import { phrasingFamilies } from './users/phrasings.ts';
import { createModelUser } from './model-users/model-user.ts';
import { createFreeTextUser } from './users/free-text-user.ts';
import { assignSplit, type HeldOutShares } from './users/load-personas.ts';
import { planEpisodes, writeInMode, runDemonstrations } from '../../env/index.ts';
import {
  explainProtocol,
  type AnsweredTurn,
  type Dialect,
  type DialectOptions,
} from '../../protocol/index.ts';
import type { Split, TurnScores, UnscoredTurn, World } from '../../env/index.ts';
import { freeTextSchema } from './schema.ts';
import type { DemonstratorSettings } from './demonstrator.ts';
import { createTextDemonstrator, findOpenTopics, mediocreSettings } from './demonstrator.ts';
import type { PracticeSettings } from './practice.ts';
import { createInventor, createPracticeWorld } from './practice.ts';

export type FreeTextDialectOptions = DialectOptions & {
  /** How many open topics the note names; 0 for no note; default 2. */
  readonly noteTopics?: number;
};

export type FreeTextWorldOptions = FreeTextDialectOptions & {
  readonly personas: readonly Persona[];
  /** Share of personas held out; default 0.2. */
  readonly testShare?: number;
  /** Share of personas that policies are chosen on, taken from the training part; default 0: nobody. */
  readonly validationShare?: number;
  /** Share of training people that are invented from the others' items, so that copying generalises; default 0. */
  readonly inventedShare?: number;
  readonly rewards?: Partial<RewardSettings>;
  readonly demonstrator?: Partial<DemonstratorSettings>;
  /** Phrases what users say; by the rules' own phrasings without it. */
  readonly modelUsers?: ModelUserSettings;
  /** Judges replies; the program's judge without it. */
  readonly judge?: Judge;
  /** Whether that judge judges against the inferred profile as well, at the cost of a second call. */
  readonly judgesTwice?: boolean;
  /** Compares items; by content words without it. */
  readonly matcher?: ItemMatcher;
};

export type FreeTextWorld = World & {
  readonly people: Readonly<Record<Split, readonly Persona[]>>;
  /** The same world with invented people in its training part, for the warm start. */
  createPractice(settings?: PracticeSettings): World;
  /** Text of the training part in the protocol's own shape, to build a vocabulary from. */
  trainingTexts(random: RandomSource, options?: TrainingTextOptions): Promise<string[]>;
};

export type TrainingTextOptions = {
  /** Demonstrated conversations besides the plain items; default 300. */
  readonly conversations?: number;
  readonly turns?: number;
};

/** How one speaks about free-text items; nobody has to be there. */
export function createFreeTextDialect(options: FreeTextDialectOptions = {}): Dialect {
  const { profileMode = 'changes', noteTopics = 2 } = options;
  return {
    schema: freeTextSchema,
    profileMode,
    contextTurns: options.contextTurns ?? 0,
    systemPrompt: options.explainsProtocol ? explainProtocol(freeTextSchema, profileMode) : '',
    composeNote: (inferred, turns, random) => {
      if (noteTopics === 0) return '';
      const open = findOpenTopics(turns.flatMap(askedTopics), inferred);
      const named = random.shuffle(open).slice(0, noteTopics);
      return named.length === 0 ? '' : `ask: ${named.join(', ')}`;
    },
  };
}

/** Creates the world. Throws `DataError` when there is nobody to talk to. */
export function createFreeTextWorld(options: FreeTextWorldOptions): FreeTextWorld {
  const { testShare = 0.2, validationShare = 0 } = options;
  const people = splitPeople(options.personas, { test: testShare, validation: validationShare });
  const settings: RewardSettings = { ...defaultRewardSettings, ...options.rewards };
  const demonstratorSettings =
    options.demonstrator === undefined
      ? mediocreSettings
      : { ...mediocreSettings, name: 'text-demonstrator-2', ...options.demonstrator };
  const { matcher } = options;
  const gossip = {
    train: collectGossip(people.train),
    validation: collectGossip(people.validation),
    test: collectGossip(people.test),
  };
  const createUserWith =
    (isPractice: boolean): World['createUser'] =>
    (persona, family, split, random) =>
      createFreeTextUser({
        persona,
        family: readFamily(family),
        isHeldOut: split === 'test',
        random,
        otherItems: withoutOwn(gossip[split], persona),
        isPractice,
      });
  const inventedShare = options.inventedShare ?? 0;
  const invent = createInventor(people.train);
  const dialect = createFreeTextDialect(options);
  const rules: World = {
    name: 'free-text-2',
    dialect,
    judge: createTextJudge(),
    judgesTwice: true,
    rewards: describeRewards(settings),
    families: phrasingFamilies,
    samplePersona: (random, split) =>
      split === 'train' && inventedShare > 0 && random.chance(inventedShare)
        ? invent(random)
        : random.pick(listPeople(people, split)),
    createUser: createUserWith(false),
    scoreTurn: (turn) => scoreTurn(turn, wordMatcher, settings),
    createDemonstrator: (random) =>
      writeInMode(createTextDemonstrator(freeTextSchema, random, demonstratorSettings), dialect),
  };
  return {
    ...rules,
    ...(options.judge === undefined
      ? {}
      : { judge: options.judge, judgesTwice: options.judgesTwice ?? false }),
    ...(options.modelUsers === undefined
      ? {}
      : { createUser: phraseByModel(rules.createUser, options.modelUsers) }),
    ...(matcher === undefined
      ? {}
      : { matcher: matcher.name, scoreTurn: (turn) => scoreTurn(turn, matcher, settings) }),
    people,
    createPractice: (practice) =>
      createPracticeWorld(rules, people.train, createUserWith(true), practice),
    trainingTexts: (random, textOptions) =>
      writeTrainingTexts(rules, people.train, random, textOptions),
  };
}

async function scoreTurn(
  turn: UnscoredTurn,
  matcher: ItemMatcher,
  settings: RewardSettings,
): Promise<TurnScores> {
  const { message } = turn.user;
  const heard = listHeard(turn.user);
  const reply = measureTextReply({ ...turn, message, justTold: heard.told });
  const isSame = await compareItems(turn, matcher);
  if (isSame === null) {
    const rewards = scoreUnmatched(turn, settings, reply);
    const changesFollowed = heard.ended.length === 0 ? {} : { changesFollowed: [] };
    return { scoreDisclosed: null, scoreFull: null, ...changesFollowed, rewards };
  }
  return {
    scoreDisclosed: scoreTextProfile(turn.profileAfter, turn.disclosedProfile, isSame),
    scoreFull: scoreTextProfile(turn.profileAfter, turn.trueProfile, isSame),
    ...(heard.ended.length === 0 ? {} : { changesFollowed: followChanges(turn, isSame) }),
    rewards: scoreTextTurnRewards({ ...turn, ...heard }, freeTextSchema, settings, reply, isSame),
  };
}

/**
 * Whether the kept profile holds each new item and no longer the old one. A dropped item counts only
 * where it was kept before.
 */
function followChanges(turn: UnscoredTurn, isSame: IsSameItem): boolean[] {
  const { user, profileBefore, profileAfter } = turn;
  const count = (kept: Profile, truth: Profile): number =>
    scoreTextProfile(kept, truth, isSame).matched;
  const replaced = user.disclosures.flatMap(({ item, replaces }) =>
    replaces === undefined
      ? []
      : [count(profileAfter, [item]) === 1 && count(profileAfter, [item, replaces]) === 1],
  );
  const dropped = (user.dropped ?? [])
    .filter((item) => count(profileBefore, [item]) === 1)
    .map((item) => count(profileAfter, [item]) === 0);
  return [...replaced, ...dropped];
}

/** Compares all that the scores of a turn rest on, at once; null where the matcher cannot tell. */
async function compareItems(turn: UnscoredTurn, matcher: ItemMatcher): Promise<IsSameItem | null> {
  const { profileBefore, profileAfter, trueProfile, disclosedProfile, supersededProfile } = turn;
  const inferred = [...profileBefore, ...profileAfter].map(({ value }) => value);
  const truth = [...trueProfile, ...disclosedProfile, ...(supersededProfile ?? [])];
  try {
    return await matcher.compare(
      inferred,
      truth.map(({ value }) => value),
    );
  } catch (error) {
    if (error instanceof JudgeError) return null;
    throw error;
  }
}

/** The rules still decide every turn; the draws of the phrasing leave theirs as they are. */
function phraseByModel(
  createPlan: World['createUser'],
  settings: ModelUserSettings,
): World['createUser'] {
  return (persona, family, split, random) =>
    createModelUser({
      ...settings,
      plan: createPlan(persona, family, split, random),
      family: readFamily(family),
      random: random.fork('model'),
    });
}

function askedTopics(turn: AnsweredTurn): ReturnType<typeof findTopics> {
  return readQuestions(turn.response).flatMap((question) => question.topics.slice(0, 1));
}

/** Splits by hash; a file too small for that gives at least one person to each part. */
function splitPeople(
  personas: readonly Persona[],
  shares: HeldOutShares,
): Readonly<Record<Split, readonly Persona[]>> {
  if (personas.length === 0) {
    throw new DataError('no_personas', 'Expected at least one persona, found none.', {
      hint: 'Check the persona file.',
    });
  }
  const pick = (split: Split): Persona[] =>
    personas.filter((persona) => assignSplit(persona, shares) === split);
  const [train, validation, test] = [pick('train'), pick('validation'), pick('test')];
  if (test.length > 0 && train.length > 0) return { train, validation, test };
  if (personas.length === 1) return { train: personas, validation, test: personas };
  const ranked = [...personas].sort((a, b) => hashText(a.id) - hashText(b.id));
  return { test: ranked.slice(0, 1), validation: [], train: ranked.slice(1) };
}

function listPeople(people: FreeTextWorld['people'], split: Split): readonly Persona[] {
  if (people[split].length > 0) return people[split];
  throw new DataError('no_people', `The ${split} part of the personas is empty.`, {
    details: { split },
    hint:
      split === 'validation'
        ? 'Set world.validationShare above 0, or validation.users to 0.'
        : 'Give a file with more people.',
  });
}

const gossipVerbs = /^(?:enjoys|loves|likes|has|plays|collects|lives|works|owns) /;

/** Short items that can be said of somebody else. */
function collectGossip(personas: readonly Persona[]): { owner: string; value: string }[] {
  return personas.flatMap((persona) =>
    persona.trueProfile
      .filter(({ value }) => gossipVerbs.test(value) && value.split(' ').length <= 5)
      .map(({ value }) => ({ owner: persona.id, value })),
  );
}

function withoutOwn(
  gossip: readonly { readonly owner: string; readonly value: string }[],
  persona: Persona,
): string[] {
  const own = [...persona.trueProfile, ...listLater(persona)].map((item) => item.value);
  return gossip
    .filter(({ owner, value }) => owner !== persona.id && !own.includes(value))
    .map(({ value }) => value);
}

/** What a person comes to hold by changing its mind. */
function listLater({ changes }: Persona): Profile {
  return changes.flatMap(({ after }) => after ?? []);
}

function readFamily(family: string): PhrasingFamily {
  const known = phrasingFamilies.find((name) => name === family);
  if (known === undefined) {
    throw new ConfigError(
      'unknown_family',
      `Expected a user family of ${phrasingFamilies.join(', ')}, found "${family}".`,
    );
  }
  return known;
}

async function writeTrainingTexts(
  world: World,
  train: readonly Persona[],
  random: RandomSource,
  options: TrainingTextOptions = {},
): Promise<string[]> {
  const items = train.flatMap((persona) =>
    [...persona.trueProfile, ...listLater(persona)].map((item) => `${voiceClause(item.value)}.`),
  );
  const plans = planEpisodes({
    world,
    random,
    count: options.conversations ?? 300,
    split: 'train',
  });
  const episodes = await runDemonstrations(plans, { world, turns: options.turns ?? 8 });
  const talk = episodes.flatMap((episode) =>
    episode.turns.flatMap((turn) => [turn.user.message, turn.note, turn.output]),
  );
  return [...items, ...talk].filter((text) => text !== '');
}
