/** Entries as a person puts them right, and as they come from elsewhere. */
import type { EntryPatch, Import, Imported, NewEntry } from '../api/index.ts';
import { findSlot, spellValue, type ProfileSchema, type Slot } from '../profile/index.ts';
import { startConfidence } from './confidence.ts';
import { mostEntries, type LivingEntry } from './decide.ts';
import { readLiving, selectEntries, type FullRow } from './entry-rows.ts';
import {
  insertEntry,
  noteChange,
  replaceEntry,
  type NewRow,
  type Writing,
} from './entry-writes.ts';
import { nameBy } from './places.ts';

/** Says an entry in the person's name; gives the id of the one that holds. Throws `ProfileError` for an unknown slot. */
export async function placeEntry(
  writing: Writing,
  entry: NewEntry,
  schema: ProfileSchema,
): Promise<string> {
  const { trx, user, now } = writing;
  const slot = findSlot(schema, entry.slot);
  const value = spellValue(slot, entry.value);
  const place = nameBy(slot, value);
  const living = await readLiving(trx, user, []);
  const current = living.find((each) => each.place === place);
  const [row] = current === undefined ? [] : await selectEntries(trx, user, { ids: [current.id] });
  if (row !== undefined) return patchEntry(writing, row, { ...entry, value }, schema);
  const pinned = entry.pinned === true ? 1 : 0;
  const said = { status: 'stated', confidence: 1, source: 'person', held_at: now } as const;
  const id = await insertEntry(writing, { ...said, slot: slot.name, place, value, pinned });
  await noteChange(writing, 'added', { id, slot: slot.name }, null);
  return id;
}

/** Corrects, affirms or pins an entry that holds; gives the id of the one that holds now. */
export async function patchEntry(
  writing: Writing,
  row: FullRow,
  patch: EntryPatch,
  schema: ProfileSchema,
): Promise<string> {
  const { trx, user, now } = writing;
  const pinned = patch.pinned ?? row.pinned === 1;
  const slot = findKeptSlot(row, schema);
  const value = patch.value === undefined ? row.value : spellValue(slot, patch.value);
  if (value !== row.value) {
    return replaceEntry(writing, row, {
      slot: row.slot,
      place: nameBy(slot, value),
      value,
      status: 'stated',
      confidence: 1,
      source: 'person',
      pinned: pinned ? 1 : 0,
      held_at: now,
    });
  }
  if (patch.value !== undefined && row.held_at === null) await affirmEntry(writing, row);
  if (pinned === (row.pinned === 1)) return row.id;
  await trx
    .updateTable('entries')
    .set({
      pinned: pinned ? 1 : 0,
      held_at: pinned ? now : row.source === 'person' ? row.held_at : null,
    })
    .where('id', '=', row.id)
    .where('user_id', '=', user)
    .execute();
  await noteChange(writing, pinned ? 'pinned' : 'unpinned', row, null);
  return row.id;
}

/** The slot of an entry, also of one that the schema no longer has. */
function findKeptSlot({ slot: name, place }: FullRow, { slots }: ProfileSchema): Slot {
  const slot = slots.find((each) => each.name === name);
  return slot ?? { name, kind: 'fact', multiple: place !== name };
}

/** The person says themselves what a model noted: it stays, with its quotes, and is theirs from now on. */
async function affirmEntry(writing: Writing, row: FullRow): Promise<void> {
  const { trx, user, now } = writing;
  await trx
    .updateTable('entries')
    .set({ status: 'stated', confidence: 1, confirmed_at: now, held_at: now })
    .where('id', '=', row.id)
    .where('user_id', '=', user)
    .execute();
  await noteChange(writing, 'confirmed', row, null);
}

/** Takes entries from elsewhere; what the person has in a place already stays. Counts what was left out, and why. */
export async function importEntries(
  writing: Writing,
  entries: Import['entries'],
  schema: ProfileSchema,
): Promise<Imported['reasons']> {
  const { trx, user, now } = writing;
  const reasons: Imported['reasons'] = {};
  for (const entry of entries) {
    const found = placeImport(entry, await readLiving(trx, user, []), schema);
    if (typeof found === 'string') {
      reasons[found] = (reasons[found] ?? 0) + 1;
      continue;
    }
    const { valid_from: from = now } = entry;
    const id = await insertEntry(writing, {
      ...found,
      status: entry.status ?? 'stated',
      confidence: entry.confidence ?? startConfidence.imported,
      source: 'import',
      pinned: entry.pinned === true ? 1 : 0,
      held_at: entry.pinned === true ? now : null,
      // A clock that goes ahead elsewhere must not make what is said from now on the older statement.
      valid_from: from > now ? now : from,
    });
    await noteChange(writing, 'imported', { id, slot: found.slot }, null);
  }
  return reasons;
}

/** Finds where an entry from elsewhere goes, or why it is left out. */
function placeImport(
  entry: Import['entries'][number],
  living: readonly LivingEntry[],
  { slots }: ProfileSchema,
): Pick<NewRow, 'slot' | 'place' | 'value'> | keyof Imported['reasons'] {
  const slot = slots.find(({ name }) => name === entry.slot);
  if (slot === undefined) return 'no_such_slot';
  if (entry.valid_to != null) return 'past';
  const value = spellValue(slot, entry.value);
  const place = nameBy(slot, value);
  if (living.some((each) => each.place === place)) return 'place_taken';
  return living.length >= mostEntries ? 'too_many' : { slot: slot.name, place, value };
}
