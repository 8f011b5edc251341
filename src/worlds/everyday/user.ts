/** A simulated person of everyday talk: the course of the dynamics, in plain and untidy English. */
import type { RandomSource } from '../../base/index.ts';
import type { Split } from '../../env/index.ts';
import type { Profile, ProfileItem } from '../../profile/index.ts';
import { hearTurn, openTruth, type SimulatedUser, type UserTurn } from '../../users/index.ts';
import { Course, findDomainSlot, type CourseOptions, type Move } from '../dynamics/index.ts';
import { phraseMove } from './phrase-move.ts';
import { readReply } from './reading/read-reply.ts';
import { aboutSlot, everydaySchema } from './values.ts';
import { drawHand, writeUntidily, type Manner } from './writing.ts';

export type EverydayUserOptions = CourseOptions & {
  readonly family: string;
  readonly manner: Manner;
};

/** Version of how people talk; it stands in every record. */
const version = 3;

/** Creates one person in one conversation. */
export function createEverydayUser(options: EverydayUserOptions): SimulatedUser {
  const { persona, family, manner, split, random } = options;
  const [sentences, slotted] = splitProfile(persona.trueProfile);
  const course = new Course({
    ...options,
    persona: { ...persona, trueProfile: slotted },
    random: random.fork('course'),
  });
  let untold = sentences;
  const hand = drawHand(manner, random.fork('hand'));
  let truth = openTruth(persona, everydaySchema);
  let last: UserTurn | null = null;
  const say = (meant: Move, turn: number): UserTurn => {
    const words = random.fork(`words/${turn}`);
    const known = [...truth.whole, ...truth.superseded];
    const full = addFacts(meant, untold, turn, manner, random.fork(`fact/${turn}`));
    untold = untold.filter((item) => !full.disclosures.some((told) => told.item === item));
    const move = addAside(full, { options, known, random: random.fork(`aside/${turn}`) });
    const said = { ...move, message: writeMessage(move, { split, manner, hand, words }) };
    truth = hearTurn(truth, said, everydaySchema);
    last = said;
    return said;
  };
  let turn = 0;
  return {
    name: `${family}/${version}`,
    persona,
    open: () => Promise.resolve(say(course.open(), 0)),
    respond: ({ response }) => {
      turn += 1;
      const { message = '', acts = [] } = last ?? {};
      const heard = { message, acts, whole: truth.whole, former: truth.superseded };
      const reply = readReply(response, heard);
      const taken = reply.takesUp.flatMap(({ value, slots }) =>
        slots.map((slot) => ({ slot, value })),
      );
      const perceived = {
        asked: reply.asks,
        used: [...reply.offers, ...taken],
        isUnderstood: reply.fault === null,
      };
      return Promise.resolve(say(course.respond(perceived), turn));
    },
  };
}

/** Facts that are told as sentences, and what the course of the conversation is about. */
function splitProfile(profile: Profile): readonly [sentences: Profile, slotted: Profile] {
  const isSentence = ({ slot }: ProfileItem): boolean => slot === aboutSlot;
  return [profile.filter(isSentence), profile.filter((item) => !isSentence(item))];
}

/** What may have such a fact beside it, or in its place. */
const bearsFact = ['small_talk', 'remark', 'disclosure', 'distractor'];

/** Adds a fact to some messages, now and then two; small talk gives way to it as often as not. */
function addFacts(
  move: Move,
  untold: Profile,
  turnIndex: number,
  { tells, joins }: Manner,
  random: RandomSource,
): Move {
  const bears = move.acts.every(({ kind }) => bearsFact.includes(kind));
  if (untold.length === 0 || !bears || !random.chance(tells)) return move;
  const isSmall = move.acts.every(({ kind }) => kind === 'small_talk');
  const kept = isSmall && random.chance(0.5) ? [] : move.acts;
  const told = untold.slice(0, random.fork('joins').chance(joins) ? 2 : 1);
  return {
    ...move,
    acts: [...kept, ...told.map((item) => ({ kind: 'disclosure' as const, item }))],
    disclosures: [
      ...move.disclosures,
      ...told.map((item) => ({ turnIndex, item, form: 'explicit' as const })),
    ],
  };
}

/** What may have a word on somebody else beside it. */
const bearsAside = ['small_talk', 'remark', 'disclosure', 'request', 'change'];

/** Adds what is not the person's to some messages, before what they mean to say. */
function addAside(
  move: Move,
  {
    options,
    known,
    random,
  }: { options: EverydayUserOptions; known: Profile; random: RandomSource },
): Move {
  const { manner, domain } = options;
  const bears =
    move.acts.every(({ kind }) => bearsAside.includes(kind)) && random.chance(manner.asides);
  if (!bears) return move;
  const said = move.disclosures.map(({ item }) => item);
  const place = move.acts.findIndex(
    (act) => act.kind === 'disclosure' && domain.spokenOfOthers.includes(act.item.slot),
  );
  const told = move.acts[place];
  const next = told?.kind === 'disclosure' ? told.item : undefined;
  const misspeaks = next !== undefined && random.fork('slip').chance(manner.misspeaks);
  const slot = misspeaks ? next.slot : random.pick(domain.spokenOfOthers);
  const foreign = findDomainSlot(domain, slot).values.filter(
    (value) => ![...known, ...said].some((item) => item.value === value),
  );
  if (foreign.length === 0) return move;
  const aside = { kind: 'distractor', item: { slot, value: random.pick(foreign) } } as const;
  return { ...move, acts: move.acts.toSpliced(misspeaks ? place : 0, 0, aside) };
}

type WriteOptions = {
  readonly split: Split;
  readonly manner: Manner;
  readonly hand: ReturnType<typeof drawHand>;
  readonly words: RandomSource;
};

function writeMessage(move: Move, { split, manner, hand, words }: WriteOptions): string {
  const pieces = phraseMove(move, { split, manner, random: words });
  return pieces.map(({ text, keeps }) => writeUntidily(text, keeps, hand, words)).join(' ');
}
