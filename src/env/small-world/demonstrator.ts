/**
 * The scripted assistant: one writer whose skill is a table of probabilities.
 *
 * With `mediocreSkill` it demonstrates the protocol for the warm start. It fails by omission: it
 * writes down about half of what it hears, mostly forgets to consult what it knows, puts requests off
 * or guesses, and falls back on stock questions. What it does right it does because of the user, each
 * skill less than half of the time, so that the likeliest choice of its clone is not already the best
 * one. With `oracleSkill` the same writer makes no mistakes: the ceiling of the world.
 */
import type { RandomSource } from '../../base/index.ts';
import { applyChanges, slotValue } from '../../profile/index.ts';
import type { Profile, ProfileChange, ProfileItem } from '../../profile/index.ts';
import { renderOutput } from '../../protocol/index.ts';
import type { Disclosure } from '../../users/index.ts';
import type { Demonstrator } from '../types.ts';
import { dishesByDiet, domainHeads } from './items.ts';
import { readNote } from './note.ts';
import {
  acknowledgements,
  detailSentences,
  greetingSentences,
  questionSentences,
  suggestionFrames,
  toneMarkers,
  vagueSentences,
} from './reply-grammar.ts';
import { smallWorldSchema, valuesOf } from './values.ts';

/** Probabilities of doing the right thing, unless said otherwise. */
export type WriterSkill = {
  /** Writing down the first fact of a turn said outright: traits, plain facts, the rest. */
  readonly recordsTraits: number;
  readonly recordsFacts: number;
  readonly recordsTastes: number;
  /** Writing down a further fact of the same turn, a hinted one, a changed one. */
  readonly recordsFurther: number;
  readonly recordsHints: number;
  readonly recordsChanges: number;
  /** A mistake: writing down what was said of somebody else. */
  readonly recordsOthers: number;
  /** Recalling tone and style, and keeping to them. */
  readonly attends: number;
  /** Recalling the preference a request is about; else it guesses with `guesses`, or is vague. */
  readonly matches: number;
  readonly guesses: number;
  readonly acknowledges: number;
  /** Asking at all, asking after a suggestion, and asking what is open rather than a stock question. */
  readonly asks: number;
  readonly asksAfterSuggestion: number;
  readonly asksOpen: number;
  /** Without attending: opening with some tone marker, and adding detail. */
  readonly strayMarker: number;
  readonly strayDetail: number;
};

/** The demonstrator of the warm start. */
export const mediocreSkill: WriterSkill = {
  recordsTraits: 0.8,
  recordsFacts: 0.6,
  recordsTastes: 0.42,
  recordsFurther: 0.35,
  recordsHints: 0.35,
  recordsChanges: 0.35,
  recordsOthers: 0.4,
  attends: 0.44,
  matches: 0.45,
  guesses: 0.6,
  acknowledges: 0.9,
  asks: 0.85,
  asksAfterSuggestion: 0.35,
  asksOpen: 0.6,
  strayMarker: 0.35,
  strayDetail: 0.45,
};

/** The demonstrator of short fragments: it writes down nearly all, so that copying is practised. */
export const fragmentSkill: WriterSkill = {
  ...mediocreSkill,
  recordsTraits: 0.9,
  recordsFacts: 0.85,
  recordsTastes: 0.85,
  recordsFurther: 0.8,
  recordsHints: 0.6,
  recordsChanges: 0.8,
  recordsOthers: 0.3,
};

/** No mistakes. */
export const oracleSkill: WriterSkill = {
  recordsTraits: 1,
  recordsFacts: 1,
  recordsTastes: 1,
  recordsFurther: 1,
  recordsHints: 1,
  recordsChanges: 1,
  recordsOthers: 0,
  attends: 1,
  matches: 1,
  guesses: 1,
  acknowledges: 1,
  asks: 1,
  asksAfterSuggestion: 1,
  asksOpen: 1,
  strayMarker: 0,
  strayDetail: 0,
};

/** Slots of the stock questions, the favourite first; asked whether or not they were asked before. */
export const stockQuestions = { favourite: 'hobby', favouriteShare: 0.7, others: ['job', 'music'] };

type WriterState = Parameters<Demonstrator['write']>[0];

/** Creates a scripted writer of some skill. */
export function createScriptedWriter(
  name: string,
  skill: WriterSkill,
  random: RandomSource,
): Demonstrator {
  return { name, write: (state) => write(state, skill, random) };
}

function write(state: WriterState, skill: WriterSkill, random: RandomSource): string {
  const written = chooseRecords(state, skill, random);
  const strayed = chooseMistake(state, skill, random);
  const changes: ProfileChange[] = [...written.map(({ item }) => item), ...strayed].map((item) => ({
    kind: 'set',
    item,
  }));
  const known = applyChanges(state.inferred, changes, smallWorldSchema);
  const attends = random.chance(skill.attends);
  const recalls: ProfileItem[] = attends ? recallSlots(known, ['tone', 'style']) : [];
  const sentences: string[] = [];
  const request = state.user.intent['request'];
  if (request === undefined) {
    sentences.push(...chooseOpening(state, written, skill, random));
  } else {
    const answer = chooseSuggestion(request, known, skill, random);
    recalls.push(...answer.recalls);
    sentences.push(answer.sentence);
  }
  const style = slotValue(known, 'style');
  const wantsDetail = style === 'detailed';
  const addsDetail =
    attends && style !== undefined ? wantsDetail : random.chance(skill.strayDetail);
  if (addsDetail) sentences.push(random.pick(detailSentences));
  const question = chooseQuestion(state, known, request !== undefined, skill, random);
  if (question !== null) sentences.push(random.pick(questionSentences[question] ?? []));
  if (sentences.length === 0) sentences.push(random.pick(vagueSentences));
  const marker = chooseMarker(attends ? slotValue(known, 'tone') : undefined, skill, random);
  const response = [...marker, ...sentences].join(' ');
  return renderOutput({ changes, recalls, question, response }, smallWorldSchema);
}

function chooseRecords(
  state: WriterState,
  skill: WriterSkill,
  random: RandomSource,
): readonly Disclosure[] {
  return state.disclosures.filter((disclosure, index) =>
    random.chance(recordChance(disclosure, index, skill)),
  );
}

function recordChance(
  { item, form, replaces }: Disclosure,
  index: number,
  skill: WriterSkill,
): number {
  const slot = smallWorldSchema.slots.find((each) => each.name === item.slot);
  if (replaces !== undefined) return skill.recordsChanges;
  if (form === 'implicit') return skill.recordsHints;
  if (slot?.kind === 'trait') return skill.recordsTraits;
  if (index > 0) return skill.recordsFurther;
  return slot?.kind === 'fact' ? skill.recordsFacts : skill.recordsTastes;
}

function chooseMistake(
  state: WriterState,
  skill: WriterSkill,
  random: RandomSource,
): ProfileItem[] {
  const [slot, value] = (state.user.intent['distractor'] ?? '').split('=');
  if (slot === undefined || value === undefined) return [];
  return random.chance(skill.recordsOthers) ? [{ slot, value }] : [];
}

function recallSlots(known: Profile, slots: readonly string[]): ProfileItem[] {
  return slots.flatMap((slot) => known.filter((item) => item.slot === slot));
}

function chooseOpening(
  state: WriterState,
  written: readonly Disclosure[],
  skill: WriterSkill,
  random: RandomSource,
): string[] {
  const heard = written.find((disclosure) => disclosure.form === 'explicit');
  if (heard !== undefined && random.chance(skill.acknowledges)) {
    const frame = random.pick(acknowledgements[heard.item.slot] ?? []);
    return [frame.replace('{}', heard.item.value)];
  }
  if (state.user.intent['opening'] === undefined) return [];
  return random.chance(0.5) ? [random.pick(greetingSentences)] : [];
}

function chooseSuggestion(
  domain: string,
  known: Profile,
  skill: WriterSkill,
  random: RandomSource,
): { sentence: string; recalls: ProfileItem[] } {
  const heads = domainHeads[domain] ?? [];
  const suggest = (value: string, head: string): string =>
    random.pick(suggestionFrames).replace('{}', `${value} ${head}`);
  const wanted = slotValue(known, domain);
  const matches = random.chance(skill.matches);
  if (!matches && !random.chance(skill.guesses)) {
    return { sentence: random.pick(vagueSentences), recalls: [] };
  }
  if (!matches) {
    return { sentence: suggest(random.pick(valuesOf(domain)), random.pick(heads)), recalls: [] };
  }
  const recalls = recallSlots(known, domain === 'food' ? ['diet', domain] : [domain]);
  const diet = slotValue(known, 'diet') ?? '';
  const fitting = domain === 'food' ? (dishesByDiet[diet] ?? heads) : heads;
  const liked = valuesOf(domain).filter((value) => value !== slotValue(known, 'hate'));
  return { sentence: suggest(wanted ?? random.pick(liked), random.pick(fitting)), recalls };
}

function chooseQuestion(
  state: WriterState,
  known: Profile,
  suggested: boolean,
  skill: WriterSkill,
  random: RandomSource,
): string | null {
  if (!random.chance(suggested ? skill.asksAfterSuggestion : skill.asks)) return null;
  const open = readNote(state.note).filter((slot) => slotValue(known, slot) === undefined);
  if (random.chance(skill.asksOpen)) return open[0] ?? null;
  const { favourite, favouriteShare, others } = stockQuestions;
  return random.chance(favouriteShare) ? favourite : random.pick(others);
}

function chooseMarker(
  tone: string | undefined,
  skill: WriterSkill,
  random: RandomSource,
): string[] {
  if (tone !== undefined) return [random.pick(toneMarkers[tone] ?? [])];
  if (!random.chance(skill.strayMarker)) return [];
  return [random.pick(Object.values(toneMarkers).flat())];
}
