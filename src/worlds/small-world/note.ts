/**
 * The program's note: up to three slots that are still open, in random order.
 *
 * Off by default, for it is half of what there is to learn. It is made only of what the policy itself
 * wrote and asked (slots it neither recorded nor asked about), never of hidden truth.
 */
import type { RandomSource } from '../../base/index.ts';
import type { Profile } from '../../profile/index.ts';
import { slotToken, type AnsweredTurn } from '../../protocol/index.ts';
import { askedSlots } from './reply-grammar.ts';
import { slotNames } from './values.ts';

/** Most slots a note names. */
export const noteLength = 3;

/** Writes the note for the next output; empty when nothing is open. */
export function composeOpenSlots(
  inferred: Profile,
  turns: readonly AnsweredTurn[],
  random: RandomSource,
): string {
  const closed = new Set(inferred.map((item) => item.slot));
  for (const turn of turns) {
    for (const slot of askedSlots(turn.response)) closed.add(slot);
    if (typeof turn.question === 'string') closed.add(turn.question);
  }
  const open = slotNames.filter((slot) => !closed.has(slot));
  return random.shuffle(open).slice(0, noteLength).map(slotToken).join(' ');
}
