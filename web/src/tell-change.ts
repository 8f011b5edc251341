/** A change of the profile in a few words. */
import type { Change, Entry, TurnReport } from '../../src/api/index.ts';
import { refusalWords } from '../../src/api/refusals.ts';

/** What a place of the profile is called: `favourite food`. */
export function tellPlace(slot: string): string {
  return slot.replaceAll('-', ' ');
}

/** What stood there before; a pin that gave way to newer words is named. */
export function tellBefore({ value, pinned }: Entry): string {
  return pinned ? `was ${value}, which you had pinned` : `was ${value}`;
}

export function tellChange({ kind, slot, entry, before }: Change): string {
  const place = tellPlace(slot);
  const value = entry?.value ?? before?.value ?? 'an entry';
  const was = before === null ? '' : `, ${tellBefore(before)}`;
  const told: Record<Change['kind'], string> = {
    added: `Learnt ${place}: ${value}`,
    confirmed: `Heard again ${place}: ${value}`,
    replaced: `Revised ${place}: ${value}${was}`,
    retracted: `No longer ${place}: ${value}`,
    corrected: `You corrected ${place}: ${value}${was}`,
    pinned: `You pinned ${place}: ${value}`,
    unpinned: `You unpinned ${place}: ${value}`,
    deleted: `You deleted an entry of ${place}`,
    imported: `Imported ${place}: ${value}`,
  };
  return told[kind];
}

/** A note that was not made, and why. */
export function tellRefused({ slot, value, reason }: TurnReport['refused'][number]): string {
  return `Not noted: ${tellPlace(slot)} ${value} (${refusalWords[reason]}).`;
}
