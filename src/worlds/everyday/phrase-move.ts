/** Puts what a person means into sentences: one or two for each act, now and then with talk around it. */
import type { RandomSource } from '../../base/index.ts';
import type { Split } from '../../env/index.ts';
import type { ProfileItem } from '../../profile/index.ts';
import type { DialogueAct } from '../../users/index.ts';
import { aboutStatements } from './phrases/about.ts';
import * as say from './phrases/acts.ts';
import { fill, linesFor } from './phrases/lines.ts';
import { plainRequests } from './phrases/plain.ts';
import { slotPhrases } from './phrases/slots.ts';
import { aboutSlot, avoidedSlots } from './values.ts';
import type { Manner } from './writing.ts';

/** A sentence, and the words in it that must be spelt right. */
export type Piece = { readonly text: string; readonly keeps: readonly string[] };

export type PhraseOptions = {
  readonly split: Split;
  readonly manner: Pick<Manner, 'chatter'>;
  readonly random: RandomSource;
};

/** Phrases the acts of a message in their order. */
export function phraseMove(acts: readonly DialogueAct[], options: PhraseOptions): readonly Piece[] {
  const { split, manner, random } = options;
  const pieces = acts.flatMap((act) => phraseAct(act, acts, split, random));
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
  const state = ({ slot, value }: ProfileItem): Piece =>
    pick(slot === aboutSlot ? aboutStatements : of(slot).statements, value);
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
    case 'distractor':
      return [pick(of(act.item.slot).notMine, act.item.value)];
  }
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Where a sentence goes on after an opening: "As I said, my name's ..." */
function lowerFirst(text: string, keeps: readonly string[]): string {
  const isName = /^I\b/u.test(text) || keeps.some((kept) => text.startsWith(kept));
  return isName ? text : text.charAt(0).toLowerCase() + text.slice(1);
}
