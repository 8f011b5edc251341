/**
 * What becomes of the changes that a model proposes: pure rules, no database.
 *
 * 1. A change needs words of the person's own messages; a profile that was shown is none of them.
 * 2. What a proposal does not mention stays as it is.
 * 3. A newer statement replaces an older one; what was said replaces what was inferred, never the reverse.
 * 4. What the person wrote, corrected, pinned or deleted gives way only to what they said after it, in words.
 * 5. Nothing is overwritten: what ends keeps its place in the history.
 * 6. A slot whose values are listed holds no other.
 */
import { longestValue, valueSchema, type Entry, type RefusalReason } from '../api/index.ts';
import {
  isListed,
  normaliseValue,
  spellValue,
  type ProfileSchema,
  type Slot,
} from '../profile/index.ts';
import { findDenial, findSupport, type Said, type Support } from './evidence.ts';
import { isOpposite, nameBy } from './places.ts';

export type Proposal = {
  readonly kind: 'set' | 'retract';
  readonly slot: string;
  readonly value: string;
};

/** An entry that holds, with the moment at which its person last spoke for it themselves. */
export type LivingEntry = Entry & { readonly place: string; readonly heldAt: string | null };

export type Situation = {
  readonly schema: ProfileSchema;
  readonly living: readonly LivingEntry[];
  /** When the person last deleted something, by slot. */
  readonly deletedAt: ReadonlyMap<string, string>;
  /** The person's own messages that may be evidence, oldest first. */
  readonly said: readonly Said[];
};

export type Decision =
  | {
      readonly kind: 'add';
      readonly slot: string;
      readonly place: string;
      readonly value: string;
      readonly support: Support;
      /** What it takes the place of. */
      readonly replaces: LivingEntry | null;
    }
  | { readonly kind: 'confirm'; readonly entry: LivingEntry; readonly support: Support }
  | { readonly kind: 'retract'; readonly entry: LivingEntry; readonly support: Support }
  /** It stands so already, from the very same message. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refuse'; readonly reason: RefusalReason };

/** Living entries a person can have; a model that runs wild stops there. */
export const mostEntries = 1000;

/** Decides on one proposal; later ones see what earlier ones did. */
export function decide(proposal: Proposal, situation: Situation): Decision {
  const slot = situation.schema.slots.find(({ name }) => name === proposal.slot);
  if (slot === undefined) return refuse('no_such_slot');
  if (proposal.value.length > longestValue || !valueSchema.safeParse(proposal.value).success) {
    return refuse('bad_value');
  }
  const value = spellValue(slot, proposal.value);
  return proposal.kind === 'set'
    ? decideSet(slot, value, situation)
    : decideRetract(slot, value, situation);
}

function decideSet(slot: Slot, value: string, situation: Situation): Decision {
  const { living, said, deletedAt } = situation;
  if (!isListed(slot, value)) return refuse('value_not_listed');
  const support = findSupport({ slot: slot.name, value }, said);
  if (support === null) return refuse('no_evidence');
  const place = nameBy(slot, value);
  const current =
    living.find((entry) => entry.place === place) ??
    living.find((entry) => entry.slot === slot.name && isOpposite(slot, entry.value, value));
  if (current === undefined) {
    if (support.saidAt <= (deletedAt.get(slot.name) ?? '')) return refuse('held_by_person');
    if (living.length >= mostEntries) return refuse('too_many');
    return { kind: 'add', slot: slot.name, place, value, support, replaces: null };
  }
  if (isSame(slot, current, value, place)) {
    const isKnown = current.evidence.some(({ message_id }) => message_id === support.messageId);
    return isKnown ? { kind: 'nothing' } : { kind: 'confirm', entry: current, support };
  }
  const isWeaker = support.status === 'inferred' && current.status === 'stated';
  const reason = mayEnd(current, support) ?? (isWeaker ? 'weaker_than_known' : null);
  if (reason !== null) return refuse(reason);
  return { kind: 'add', slot: slot.name, place, value, support, replaces: current };
}

function decideRetract(slot: Slot, value: string, { living, said }: Situation): Decision {
  const place = nameBy(slot, value);
  const entry = living.find((each) => each.place === place && isSame(slot, each, value, place));
  if (entry === undefined) return refuse('not_there');
  const support = findDenial(entry, said);
  if (support === null) return refuse('no_evidence');
  const reason = mayEnd(entry, support);
  return reason === null ? { kind: 'retract', entry, support } : refuse(reason);
}

function isSame(slot: Slot, entry: LivingEntry, value: string, place: string): boolean {
  if (entry.place !== place) return false;
  return slot.multiple || normaliseValue(entry.value) === normaliseValue(value);
}

/** Why a statement may not end an entry; null where it may. */
function mayEnd(entry: LivingEntry, support: Support): RefusalReason | null {
  const isHeld = entry.heldAt !== null;
  if (isHeld && (support.status !== 'stated' || support.saidAt <= (entry.heldAt ?? ''))) {
    return 'held_by_person';
  }
  const lastSaid = entry.evidence.at(-1)?.said_at ?? entry.valid_from;
  return support.saidAt < lastSaid ? 'older_than_known' : null;
}

function refuse(reason: RefusalReason): Decision {
  return { kind: 'refuse', reason };
}
