/**
 * An assistant by rule: what it remembers, asks and gets right is a table of chances.
 *
 * One writer is the floors and ceilings of the world, where the chances are 0 or 1, and the mediocre
 * demonstrator of the warm start, where they lie between.
 */
import type { RandomSource } from '../../base/index.ts';
import type { Situation } from '../../env/index.ts';
import { hasItem, slotValue } from '../../profile/index.ts';
import type { Profile, ProfileChange, ProfileItem } from '../../profile/index.ts';
import { findAct, hasAct, listAnnounced, type DialogueAct } from '../../users/index.ts';
import { isTopic, isTrait, type Domain } from './domain.ts';
import { findTied } from './person.ts';
import type { Sentence } from './reply.ts';

/** What a script can do. Chances are of doing it in a turn that calls for it. */
export type ScriptSkill = {
  /** What it can use: nothing, its notes, its notes of the last turns, or all that is true. */
  readonly memory: 'none' | 'notes' | 'recent' | 'truth';
  /** Turns that a recent memory reaches back, this one included. */
  readonly recentTurns: number;
  /** Paying attention in a turn: only then is anything written down, or tone and length kept. */
  readonly attends: number;
  /** When attending: writing down a second fact, a hint, a change. */
  readonly recordsFurther: number;
  readonly recordsHints: number;
  readonly recordsChanges: number;
  /** A mistake: writing down somebody else's value. */
  readonly recordsOthers: number;
  /** Keeping to tone and length. */
  readonly manner: number;
  /** Going into detail where the length is not known. */
  readonly details: number;
  /** Recalling, in a turn without request, each of a few things noted: practice in recalling. */
  readonly rehearses: number;
  /** Answering a request by what it knows; by what the ties make likely; by any value. */
  readonly usesNotes: number;
  readonly usesTies: number;
  readonly guesses: number;
  /** Taking up what was told; answering greeting, small talk and plain request; bringing in a taste there. */
  readonly takesUp: number;
  readonly converses: number;
  readonly overuses: number;
  /** Asking in a turn, up to a turn; about an announced need if one is open; else about anything open. */
  readonly asks: number;
  readonly asksUntil: number;
  readonly asksAnnounced: number;
  readonly asksOpen: number;
  /** Asking what was asked or told before, where it does not ask about anything open. */
  readonly asksAgain: number;
};

/** A turn of a script, without its words. */
export type ScriptTurn = {
  readonly changes: readonly ProfileChange[];
  readonly recalls: readonly ProfileItem[];
  readonly question: string | null;
  readonly tone: string | null;
  readonly sentences: readonly Sentence[];
};

/** No mistakes, and no question. */
export const flawlessSkill: ScriptSkill = {
  memory: 'notes',
  recentTurns: 3,
  attends: 1,
  recordsFurther: 1,
  recordsHints: 1,
  recordsChanges: 1,
  recordsOthers: 0,
  manner: 1,
  details: 0.4,
  rehearses: 0,
  usesNotes: 1,
  usesTies: 0,
  guesses: 0,
  takesUp: 1,
  converses: 1,
  overuses: 0,
  asks: 0,
  asksUntil: Infinity,
  asksAnnounced: 0,
  asksOpen: 0,
  asksAgain: 0,
};

/** Decides a turn. */
export function playTurn(
  skill: ScriptSkill,
  domain: Domain,
  situation: Situation,
  random: RandomSource,
): ScriptTurn {
  const attends = random.chance(skill.attends);
  const changes = attends ? listRecords(skill, domain, situation, random) : [];
  const known = recall(skill, domain, situation, changes);
  const manner = chooseManner(skill, domain, known, attends, random);
  const body = chooseBody({ skill, domain, situation, known, changes, random });
  const question = chooseQuestion(skill, domain, situation, random);
  const sentences: Sentence[] = [...body.sentences];
  if (manner.isDetailed) sentences.push({ kind: 'detail' });
  if (question !== null) sentences.push({ kind: 'question', slot: question });
  const rehearsed = rehearse(skill, domain, situation, known, random);
  const noted = [...manner.recalls, ...rehearsed, ...body.recalls].filter((item) =>
    hasItem(situation.inferred, item),
  );
  return { changes, recalls: noted, question, tone: manner.tone, sentences };
}

/** What is written down: what was told, put right, dropped, and now and then what is somebody else's. */
function listRecords(
  skill: ScriptSkill,
  domain: Domain,
  { user, inferred }: Situation,
  random: RandomSource,
): ProfileChange[] {
  if (skill.memory === 'none') return [];
  const changes: ProfileChange[] = [];
  const isMultiple = (slot: string): boolean =>
    domain.slots.some(({ name, multiple }) => name === slot && multiple);
  const set = (item: ProfileItem): void => {
    if (!hasItem(inferred, item)) changes.push({ kind: 'set', item });
  };
  const retract = (item: ProfileItem): void => {
    if (hasItem(inferred, item)) changes.push({ kind: 'retract', item });
  };
  let told = 0;
  for (const { item, replaces, form } of user.disclosures) {
    const isManner = isTrait(domain, item.slot);
    const chance =
      replaces !== undefined
        ? skill.recordsChanges
        : form === 'implicit'
          ? skill.recordsHints
          : told > 0 && !isManner
            ? skill.recordsFurther
            : 1;
    if (!isManner) told += 1;
    if (!random.chance(chance)) continue;
    if (replaces !== undefined && isMultiple(item.slot)) retract(replaces);
    set(item);
  }
  for (const item of user.dropped ?? []) if (random.chance(skill.recordsChanges)) retract(item);
  for (const act of user.acts) {
    if (act.kind === 'correction') {
      if (isMultiple(act.item.slot)) retract({ slot: act.item.slot, value: act.wrong });
      set(act.item);
    } else if (act.kind === 'restatement') set(act.item);
    else if (act.kind === 'distractor' && random.chance(skill.recordsOthers)) set(act.item);
  }
  return changes;
}

function recall(
  skill: ScriptSkill,
  domain: Domain,
  { inferred, trueProfile, turns, user }: Situation,
  changes: readonly ProfileChange[],
): Profile {
  switch (skill.memory) {
    case 'none':
      return [];
    case 'truth':
      return trueProfile;
    case 'recent': {
      const recent = [...turns.map((turn) => turn.user), user].slice(-skill.recentTurns);
      const told = recent.flatMap(({ disclosures }) => disclosures.map(({ item }) => item));
      return [...inferred, ...listSet(changes)].filter(
        (item) => hasItem(told, item) || isTrait(domain, item.slot),
      );
    }
    case 'notes': {
      const fresh = listSet(changes);
      const gone = changes.flatMap(({ kind, item }) => (kind === 'retract' ? [item] : []));
      return [...fresh, ...inferred.filter((item) => !hasItem(gone, item))];
    }
  }
}

const listSet = (changes: readonly ProfileChange[]): ProfileItem[] =>
  changes.flatMap(({ kind, item }) => (kind === 'set' ? [item] : []));

function chooseManner(
  { manner: keepsManner, details }: ScriptSkill,
  { traits, manner }: Domain,
  known: Profile,
  attends: boolean,
  random: RandomSource,
): { tone: string | null; isDetailed: boolean; recalls: ProfileItem[] } {
  const [tone, length] = [slotValue(known, manner.tone), slotValue(known, manner.length)];
  if (attends && tone !== undefined && length !== undefined && random.chance(keepsManner)) {
    const recalls = known.filter(({ slot }) => isTrait({ traits }, slot));
    return { tone, isDetailed: length === manner.detailed, recalls };
  }
  const tones = traits.find(({ name }) => name === manner.tone)?.values ?? [];
  return {
    tone: random.chance(0.8) ? random.pick(tones) : null,
    isDetailed: random.chance(details),
    recalls: [],
  };
}

/** How many things noted may be rehearsed in a turn. */
const rehearsedAtMost = 4;

function rehearse(
  { rehearses }: ScriptSkill,
  domain: Domain,
  { user, inferred }: Situation,
  known: Profile,
  random: RandomSource,
): Profile {
  if (rehearses === 0 || hasAct(user.acts, 'request')) return [];
  const kept = inferred.filter((item) => !isTrait(domain, item.slot) && hasItem(known, item));
  return random
    .shuffle(kept)
    .slice(0, rehearsedAtMost)
    .filter(() => random.chance(rehearses));
}

type BodyInput = {
  readonly skill: ScriptSkill;
  readonly domain: Domain;
  readonly situation: Situation;
  readonly known: Profile;
  readonly changes: readonly ProfileChange[];
  readonly random: RandomSource;
};

type Body = { readonly sentences: readonly Sentence[]; readonly recalls: readonly ProfileItem[] };

function chooseBody(input: BodyInput): Body {
  const { skill, situation, random, domain, known } = input;
  const { acts } = situation.user;
  const request = findAct(acts, 'request');
  if (request !== undefined) return answerRequest(request.topic, input);
  if (random.chance(skill.overuses) && known.length > 0) {
    const topics = known.filter(({ slot }) => domain.slots.some(({ name }) => name === slot));
    if (topics.length > 0) {
      const item = random.pick(topics);
      return { sentences: [{ kind: 'offer', item }], recalls: [item] };
    }
  }
  const plain = findAct(acts, 'plain_request');
  if (plain !== undefined) {
    const isAnswered = random.chance(skill.converses);
    return {
      sentences: [isAnswered ? { kind: 'plain', topic: plain.topic } : { kind: 'generic' }],
      recalls: [],
    };
  }
  const sentences = takeUp(acts, domain, skill, random);
  if (hasAct(acts, 'greeting') && random.chance(skill.converses)) {
    sentences.unshift({ kind: 'greeting' });
  }
  if (sentences.length === 0) {
    sentences.push({ kind: random.chance(skill.converses) ? 'small_talk' : 'generic' });
  }
  return { sentences, recalls: [] };
}

function takeUp(
  acts: readonly DialogueAct[],
  domain: Domain,
  skill: ScriptSkill,
  random: RandomSource,
): Sentence[] {
  return acts.flatMap((act): Sentence[] => {
    if (act.kind === 'distractor') {
      return random.chance(skill.takesUp) ? [{ kind: 'aside', value: act.item.value }] : [];
    }
    const isTold = act.kind === 'disclosure' || act.kind === 'change' || act.kind === 'correction';
    if (act.kind === 'drop') return random.chance(skill.takesUp) ? [{ kind: 'small_talk' }] : [];
    if (!isTold) return [];
    if (!isTopic(domain, act.item.slot)) return [];
    if (!random.chance(skill.takesUp)) return [];
    return [{ kind: 'takes_up', value: act.item.value, slots: [act.item.slot] }];
  });
}

function answerRequest(topic: string, { skill, domain, known, random }: BodyInput): Body {
  const own = known.filter(({ slot }) => slot === topic);
  if (own.length > 0 && random.chance(skill.usesNotes)) {
    const item = own.at(0)!;
    return { sentences: [{ kind: 'offer', item }], recalls: [item] };
  }
  const tied = findTied(domain, topic, known);
  if (own.length === 0 && tied !== undefined && random.chance(skill.usesTies)) {
    return { sentences: [{ kind: 'offer', item: { slot: topic, value: tied } }], recalls: [] };
  }
  if (random.chance(skill.guesses)) {
    const values = domain.slots.find(({ name }) => name === topic)?.values ?? [];
    const open = values.filter((value) => !domain.isHeldOut(topic, value));
    return {
      sentences: [{ kind: 'offer', item: { slot: topic, value: random.pick(open) } }],
      recalls: [],
    };
  }
  return { sentences: [{ kind: 'generic' }], recalls: [] };
}

function chooseQuestion(
  skill: ScriptSkill,
  { slots }: Domain,
  situation: Situation,
  random: RandomSource,
): string | null {
  const { turns, user, disclosedProfile } = situation;
  if (hasAct(user.acts, 'plain_request') || turns.length >= skill.asksUntil) return null;
  if (!random.chance(skill.asks)) return null;
  const asked = new Set(turns.map(({ question }) => question));
  const open = slots
    .map(({ name }) => name)
    .filter((name) => !asked.has(name) && !disclosedProfile.some(({ slot }) => slot === name));
  const announced = new Set(
    [...turns.map((turn) => turn.user), user].flatMap(({ acts }) => listAnnounced(acts)),
  );
  const right = open.filter((name) => announced.has(name));
  if (right.length > 0 && random.chance(skill.asksAnnounced)) return random.pick(right);
  if (open.length > 0 && random.chance(skill.asksOpen)) return random.pick(open);
  return random.chance(skill.asksAgain) ? random.pick(slots).name : null;
}
