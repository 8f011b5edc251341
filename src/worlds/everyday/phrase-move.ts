/** Puts what a person means into sentences: one or two for each act, now and then with talk around it. */
import type { RandomSource } from '../../base/index.ts';
import type { Split } from '../../env/index.ts';
import type { ProfileItem } from '../../profile/index.ts';
import type { ActOf, DialogueAct } from '../../users/index.ts';
import type { Move } from '../dynamics/index.ts';
import { joinFacts } from './about-facts.ts';
import { aboutStatements } from './phrases/about.ts';
import * as say from './phrases/acts.ts';
import { fill, linesFor, lowerFirst } from './phrases/lines.ts';
import { plainRequests } from './phrases/plain.ts';
import { slotPhrases } from './phrases/slots.ts';
import { petNames, tails } from './phrases/tails.ts';
import { aboutSlot, avoidedSlots } from './values.ts';
import type { Manner } from './writing.ts';

/** A sentence, and the words in it that must be spelt right. */
export type Piece = { readonly text: string; readonly keeps: readonly string[] };

export type PhraseOptions = {
  readonly split: Split;
  readonly manner: Pick<Manner, 'chatter' | 'namesFormer' | 'trails'>;
  readonly random: RandomSource;
};

/** Phrases the acts of a message in their order. */
export function phraseMove(
  { acts, disclosures }: Pick<Move, 'acts' | 'disclosures'>,
  options: PhraseOptions,
): readonly Piece[] {
  const { split, manner, random } = options;
  const told = joinTold(acts);
  const pieces = told.flatMap((act, index) => {
    const former = findFormer(act, disclosures);
    if (former !== undefined && random.fork(`former/${index}`).chance(manner.namesFormer)) {
      return phraseFormer(act, former, { acts: told, split, random });
    }
    if (isSlip(act, told[index + 1])) return phraseSlip(act, { acts: told, split, random });
    const said = phraseAct(act, told, split, random);
    const further = random.fork(`further/${index}`);
    return act.kind === 'disclosure' && further.chance(manner.trails)
      ? said.map((piece) => trail(piece, act.item, split, further))
      : said;
  });
  const isFact = acts.some(({ kind }) =>
    ['disclosure', 'change', 'hint', 'distractor', 'restatement'].includes(kind),
  );
  if (!isFact || !random.chance(manner.chatter)) return pieces;
  const around: Piece = { text: random.pick(linesFor(say.chatter, split)), keeps: [] };
  const greets = acts[0]?.kind === 'greeting' ? 1 : 0;
  return random.chance(0.5)
    ? [...pieces, around]
    : [...pieces.slice(0, greets), around, ...pieces.slice(greets)];
}

type Told = {
  readonly acts: readonly DialogueAct[];
  readonly split: Split;
  readonly random: RandomSource;
};

/** Two facts told as sentences become one, where they stand side by side. */
function joinTold(acts: readonly DialogueAct[]): readonly DialogueAct[] {
  const isFact = (act: DialogueAct | undefined): act is ActOf<'disclosure'> =>
    act?.kind === 'disclosure' && act.item.slot === aboutSlot;
  return acts.flatMap((act, index) => {
    const [before, next] = [acts[index - 1], acts[index + 1]];
    if (isFact(act) && isFact(before)) return [];
    if (!isFact(act) || !isFact(next)) return [act];
    const value = joinFacts(act.item.value, next.item.value);
    return [{ kind: 'disclosure' as const, item: { slot: aboutSlot, value } }];
  });
}

/** A value said by mistake: the right one of that slot follows. */
function isSlip(act: DialogueAct, next: DialogueAct | undefined): act is ActOf<'distractor'> {
  return (
    act.kind === 'distractor' && next?.kind === 'disclosure' && next.item.slot === act.item.slot
  );
}

function phraseSlip({ item }: ActOf<'distractor'>, { acts, split, random }: Told): Piece[] {
  const said = phraseAct({ kind: 'disclosure', item }, acts, split, random);
  return [...said, { text: fill(random.pick(linesFor(say.slips, split)), item.value), keeps: [] }];
}

/** What a change takes the place of. */
function findFormer(act: DialogueAct, disclosures: Move['disclosures']): ProfileItem | undefined {
  if (act.kind !== 'change') return undefined;
  return disclosures.find(({ item }) => item === act.item)?.replaces;
}

function phraseFormer(
  act: DialogueAct,
  former: ProfileItem,
  { acts, split, random }: Told,
): Piece[] {
  const lines = say.formers[former.slot] ?? say.drops;
  const over = fill(random.pick(linesFor(lines, split)), former.value);
  const [, ...now] = phraseAct(act, acts, split, random);
  return [{ text: upperFirst(over), keeps: [former.value] }, ...now];
}

function phraseAct(
  act: DialogueAct,
  acts: readonly DialogueAct[],
  split: Split,
  random: RandomSource,
): Piece[] {
  const pick = (table: readonly string[] = [], value = ''): Piece => ({
    text: upperFirst(fill(random.pick(linesFor(table, split)), value)),
    keeps: value === '' ? [] : [value],
  });
  const of = (slot: string): (typeof slotPhrases)[string] => {
    const phrases = slotPhrases[slot];
    if (phrases === undefined) throw new Error(`internal: nothing is said of ${slot}`);
    return phrases;
  };
  const state = ({ slot, value }: ProfileItem): Piece => {
    if (slot !== aboutSlot) return pick(of(slot).statements, value);
    const line = random.pick(linesFor(aboutStatements, split));
    const goesOn = /[a-z,]\s\{\}/u.test(line);
    return { text: upperFirst(fill(line, goesOn ? lowerFirst(value) : value)), keeps: [value] };
  };
  switch (act.kind) {
    case 'greeting':
      return [pick(say.greetings)];
    case 'small_talk':
      return [pick(say.smallTalk)];
    case 'complaint':
      return [pick(say.repeated)];
    case 'puzzled':
      return [pick(say.puzzled)];
    case 'nothing':
      return [pick(say.nothing)];
    case 'evasion':
      return [pick(say.evasions)];
    case 'request':
      return [pick(of(act.topic).requests)];
    case 'plain_request':
      return [pick(plainRequests[act.topic]?.asks)];
    case 'remark':
      return [pick(of(act.topic ?? '').remarks)];
    case 'disclosure':
      return [state(act.item)];
    case 'hint':
      return [pick(of(act.item.slot).hints, act.item.value)];
    case 'correction':
      return [pick(say.corrections, act.wrong), state(act.item)];
    case 'change':
      return [pick(say.announcements), state(act.item)];
    case 'drop':
      return [
        pick(
          avoidedSlots.includes(act.item.slot) ? say.dropsOfDislikes : say.drops,
          act.item.value,
        ),
      ];
    case 'doubt':
      return [pick(say.doubts, act.item.value)];
    case 'restatement': {
      if (acts.some(({ kind }) => kind === 'complaint')) return [state(act.item)];
      const opening = random.pick(linesFor(say.again, split));
      const { text, keeps } = state(act.item);
      const isJoined = !/[.:?!]$/u.test(opening);
      return [{ text: `${opening} ${isJoined ? lowerFirst(text, keeps) : text}`, keeps }];
    }
    case 'distractor': {
      const { text, keeps } = pick(of(act.item.slot).notMine, act.item.value);
      return [{ text: nameSomebody(text, random), keeps }];
    }
  }
}

/** Goes on behind the value that a sentence ends with. */
function trail(
  piece: Piece,
  { slot, value }: ProfileItem,
  split: Split,
  random: RandomSource,
): Piece {
  const table = tails[slot];
  if (table === undefined || !piece.text.endsWith(`${value}.`)) return piece;
  const called = random.fork('called').pick(linesFor(petNames, split));
  const more = random.pick(linesFor(table, split)).replaceAll('{called}', called);
  const joint = more.startsWith(',') ? '' : ' ';
  return { ...piece, text: `${piece.text.slice(0, -1)}${joint}${more}.` };
}

/** Puts another relative or acquaintance in the place of the one a sentence begins with. */
function nameSomebody(text: string, random: RandomSource): string {
  const found = say.somebody.find((each) => text.startsWith(`My ${each} `));
  if (found === undefined) return text;
  return `My ${random.pick(say.somebody)}${text.slice('My '.length + found.length)}`;
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
