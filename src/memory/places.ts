/**
 * What takes up the same place in a profile, however it is worded.
 *
 * A slot for one value is one place. In a slot for several, two values share a place where they say the
 * same: equal content words, one denial or none. So a fact told in three ways is one entry, and a changed
 * mind about a thing ("loves jazz", "hates jazz") is seen as one.
 */
import {
  computeContentWords,
  isNegated,
  isOpenItem,
  normaliseValue,
  type Slot,
} from '../profile/index.ts';

/** Names the place that a value of a slot takes up. */
export function nameBy(slot: Slot, value: string): string {
  return slot.multiple ? `${slot.name}=${readSubject(value)}${signOf(slot, value)}` : slot.name;
}

/** Says whether two values of a slot for several speak of one thing and deny each other. */
export function isOpposite(slot: Slot, first: string, second: string): boolean {
  return (
    slot.multiple &&
    isOpenItem({ slot: slot.name }) &&
    readSubject(first) === readSubject(second) &&
    isNegated(first) !== isNegated(second)
  );
}

function readSubject(value: string): string {
  return [...new Set(computeContentWords(value))].sort().join(' ') || normaliseValue(value);
}

function signOf(slot: Slot, value: string): string {
  return isOpenItem({ slot: slot.name }) && isNegated(value) ? '!' : '';
}
