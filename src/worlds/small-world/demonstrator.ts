/**
 * The scripted assistant: one writer whose skill is a table of probabilities.
 *
 * With `mediocreSkill` it demonstrates the protocol for the warm start. It fails by omission: in more
 * than half of its turns it pays no attention, so it writes nothing down and minds neither tone nor
 * style, and it falls back on stock questions. What it does right it does because of the user, and
 * (plain facts, traits and what it noted aside) in less than half of the turns, so that the likeliest
 * choice of its clone is not already the best one. A noted preference it nearly always uses when it is
 * asked for: a policy whose base seldom did never learnt to. With `oracleSkill` the same writer makes
 * no mistakes: the ceiling of the world.
 */
import type { RandomSource } from '../../base/index.ts';
import { applyChanges, hasItem, slotValue } from '../../profile/index.ts';
import type { Profile, ProfileChange, ProfileItem } from '../../profile/index.ts';
import { renderOutput } from '../../protocol/index.ts';
import { findAct, hasAct, type Disclosure } from '../../users/index.ts';
import type { Demonstrator } from '../../env/index.ts';
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
  /** Paying attention in a turn, by the first thing the user tells: a trait, a plain fact, a taste. */
  readonly attendsToTraits: number;
  readonly attendsToFacts: number;
  readonly attendsToTastes: number;
  /** The same for a hint, a change of mind, and a turn that tells nothing new. */
  readonly attendsToHints: number;
  readonly attendsToChanges: number;
  readonly attendsOtherwise: number;
  /** When attending: writing down a second fact, recalling tone and style and keeping to them. */
  readonly recordsFurther: number;
  readonly recallsTraits: number;
  /** Recalling the noted preference a request is about; else it guesses or is vague. */
  readonly matches: number;
  readonly guesses: number;
  /** Acknowledging what was written down. */
  readonly acknowledges: number;
  /** A mistake: writing down what was said of somebody else. */
  readonly recordsOthers: number;
  /** Asking at all, asking after a suggestion, and asking what is open rather than a stock question. */
  readonly asks: number;
  readonly asksAfterSuggestion: number;
  readonly asksOpen: number;
  /** Without recalling traits: opening with some tone marker, and adding detail. */
  readonly strayMarker: number;
  readonly strayDetail: number;
};

/** The demonstrator of the warm start. */
export const mediocreSkill: WriterSkill = {
  attendsToTraits: 0.75,
  attendsToFacts: 0.6,
  attendsToTastes: 0.42,
  attendsToHints: 0.35,
  attendsToChanges: 0.4,
  attendsOtherwise: 0.42,
  recordsFurther: 0.4,
  recallsTraits: 0.92,
  matches: 0.9,
  guesses: 0.6,
  acknowledges: 0.92,
  recordsOthers: 0.3,
  asks: 0.88,
  asksAfterSuggestion: 0.15,
  asksOpen: 0.75,
  strayMarker: 0.35,
  strayDetail: 0.45,
};

/** The demonstrator of short fragments: it attends to nearly all, so that copying is practised. */
export const fragmentSkill: WriterSkill = {
  ...mediocreSkill,
  attendsToTraits: 0.9,
  attendsToFacts: 0.9,
  attendsToTastes: 0.85,
  attendsToHints: 0.7,
  attendsToChanges: 0.85,
  attendsOtherwise: 0.7,
  recordsFurther: 0.8,
  matches: 0.95,
  recordsOthers: 0.2,
};

/** No mistakes. */
export const oracleSkill: WriterSkill = {
  attendsToTraits: 1,
  attendsToFacts: 1,
  attendsToTastes: 1,
  attendsToHints: 1,
  attendsToChanges: 1,
  attendsOtherwise: 1,
  recordsFurther: 1,
  recallsTraits: 1,
  matches: 1,
  guesses: 1,
  acknowledges: 1,
  recordsOthers: 0,
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
  const attends = random.chance(attentionChance(state.user.disclosures[0], skill));
  const written = attends ? chooseRecords(state, skill, random) : [];
  const strayed = chooseMistake(state, skill, random);
  const changes: ProfileChange[] = [...written.map(({ item }) => item), ...strayed].map((item) => ({
    kind: 'set',
    item,
  }));
  const known = applyChanges(state.inferred, changes, smallWorldSchema);
  const recallsTraits = attends && random.chance(skill.recallsTraits);
  const recalls: ProfileItem[] = recallsTraits ? recallSlots(known, ['tone', 'style']) : [];
  const sentences: string[] = [];
  const request = findAct(state.user.acts, 'request')?.topic;
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
    recallsTraits && style !== undefined ? wantsDetail : random.chance(skill.strayDetail);
  if (addsDetail) sentences.push(random.pick(detailSentences));
  const question = chooseQuestion(state, known, request !== undefined, skill, random);
  if (question !== null) sentences.push(random.pick(questionSentences[question] ?? []));
  if (sentences.length === 0) sentences.push(random.pick(vagueSentences));
  const marker = chooseMarker(recallsTraits ? slotValue(known, 'tone') : undefined, skill, random);
  const response = [...marker, ...sentences].join(' ');
  return renderOutput({ changes, recalls, question, response }, smallWorldSchema);
}

function attentionChance(first: Disclosure | undefined, skill: WriterSkill): number {
  if (first === undefined) return skill.attendsOtherwise;
  if (first.replaces !== undefined) return skill.attendsToChanges;
  if (first.form === 'implicit') return skill.attendsToHints;
  const slot = smallWorldSchema.slots.find((each) => each.name === first.item.slot);
  if (slot?.kind === 'trait') return skill.attendsToTraits;
  return slot?.kind === 'fact' ? skill.attendsToFacts : skill.attendsToTastes;
}

/** What is written down when attending: what was said again and is not known, then what is new. */
function chooseRecords(
  state: WriterState,
  skill: WriterSkill,
  random: RandomSource,
): Pick<Disclosure, 'item' | 'form'>[] {
  const again = listItem(findAct(state.user.acts, 'restatement')).filter(
    (item) => !hasItem(state.inferred, item),
  );
  const fresh = state.user.disclosures.filter(
    (_, index) => index + again.length === 0 || random.chance(skill.recordsFurther),
  );
  return [...again.map((item) => ({ item, form: 'explicit' as const })), ...fresh];
}

function listItem(act: { readonly item: ProfileItem } | undefined): ProfileItem[] {
  return act === undefined ? [] : [act.item];
}

function chooseMistake(
  state: WriterState,
  skill: WriterSkill,
  random: RandomSource,
): ProfileItem[] {
  const mentioned = listItem(findAct(state.user.acts, 'distractor'));
  return mentioned.length > 0 && random.chance(skill.recordsOthers) ? mentioned : [];
}

function recallSlots(known: Profile, slots: readonly string[]): ProfileItem[] {
  return slots.flatMap((slot) => known.filter((item) => item.slot === slot));
}

function chooseOpening(
  state: WriterState,
  written: readonly Pick<Disclosure, 'item' | 'form'>[],
  skill: WriterSkill,
  random: RandomSource,
): string[] {
  const heard = written.find((disclosure) => disclosure.form === 'explicit');
  if (heard !== undefined && random.chance(skill.acknowledges)) {
    const frame = random.pick(acknowledgements[heard.item.slot] ?? []);
    return [frame.replace('{}', heard.item.value)];
  }
  if (!hasAct(state.user.acts, 'greeting')) return [];
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
  if (random.chance(skill.asksOpen)) return open.length > 0 ? random.pick(open) : null;
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
