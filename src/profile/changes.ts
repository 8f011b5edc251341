/**
 * Changing a profile and comparing two of them.
 *
 * Changes are applied by program, never by the model: a single-valued slot is overwritten, a
 * multiple slot accumulates, and applying the same changes twice equals applying them once.
 */
import { findSlot, itemKey, spellValue } from './schema.ts';
import type { Profile, ProfileChange, ProfileItem, ProfileSchema } from './types.ts';

/**
 * Applies changes in order and returns a new profile; values keep their case, whose first spelling stays.
 * A retract of an item that is not there does nothing. Throws ProfileError `unknown_slot`.
 */
export function applyChanges(
  profile: Profile,
  changes: readonly ProfileChange[],
  schema: ProfileSchema,
): Profile {
  let items: readonly ProfileItem[] = profile;
  for (const change of changes) {
    const slot = findSlot(schema, change.item.slot);
    const item = { slot: slot.name, value: spellValue(slot, change.item.value) };
    const key = itemKey(item);
    if (change.kind === 'retract') {
      items = items.filter((other) => itemKey(other) !== key);
    } else if (!items.some((other) => itemKey(other) === key)) {
      const kept = slot.multiple ? items : items.filter((other) => other.slot !== slot.name);
      items = [...kept, item];
    }
  }
  return items;
}

export type ProfileDifference = {
  /** Items of `after` that `before` lacks, and the reverse. */
  readonly added: Profile;
  readonly removed: Profile;
};

/** Compares two profiles as sets of items. */
export function diffProfiles(before: Profile, after: Profile): ProfileDifference {
  const beforeKeys = new Set(before.map(itemKey));
  const afterKeys = new Set(after.map(itemKey));
  return {
    added: after.filter((item) => !beforeKeys.has(itemKey(item))),
    removed: before.filter((item) => !afterKeys.has(itemKey(item))),
  };
}

/** Lists the changes that lead from one profile to the other: what is gone, then what came. */
export function listDifferences(before: Profile, after: Profile): ProfileChange[] {
  const { added, removed } = diffProfiles(before, after);
  return [
    ...removed.map((item) => ({ kind: 'retract' as const, item })),
    ...added.map((item) => ({ kind: 'set' as const, item })),
  ];
}

/** True if the profile holds the item. */
export function hasItem(profile: Profile, item: ProfileItem): boolean {
  const key = itemKey(item);
  return profile.some((other) => itemKey(other) === key);
}

/** The first value of a slot, or undefined. */
export function slotValue(profile: Profile, slot: string): string | undefined {
  return profile.find((item) => item.slot === slot)?.value;
}
