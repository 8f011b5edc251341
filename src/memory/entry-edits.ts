/** Entries as a person puts them right, and as they come from elsewhere. */
import type { EntryPatch, Import } from '../api/index.ts';
import { spellValue, type ProfileSchema } from '../profile/index.ts';
import { startConfidence } from './confidence.ts';
import { mostEntries } from './decide.ts';
import { readLiving, type FullRow } from './entry-rows.ts';
import { insertEntry, noteChange, replaceEntry, type Writing } from './entry-writes.ts';
import { nameBy } from './places.ts';

/** Corrects or pins an entry that holds; gives the id of the one that holds now. */
export async function patchEntry(
  writing: Writing,
  row: FullRow,
  patch: EntryPatch,
  schema: ProfileSchema,
): Promise<string> {
  const { trx, user, now } = writing;
  const pinned = patch.pinned ?? row.pinned === 1;
  if (patch.value !== undefined && patch.value !== row.value) {
    const slot = schema.slots.find(({ name }) => name === row.slot);
    const multiple = slot?.multiple ?? row.place !== row.slot;
    const kept = slot ?? { name: row.slot, kind: 'fact' as const, multiple };
    const value = spellValue(kept, patch.value);
    return replaceEntry(writing, row, {
      slot: row.slot,
      place: nameBy(kept, value),
      value,
      status: 'stated',
      confidence: 1,
      source: 'person',
      pinned: pinned ? 1 : 0,
      held_at: now,
    });
  }
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

/** Takes entries from elsewhere; what the person has in a place already stays. Counts what was left out. */
export async function importEntries(
  writing: Writing,
  entries: Import['entries'],
  schema: ProfileSchema,
): Promise<number> {
  let left = 0;
  for (const entry of entries) {
    const slot = schema.slots.find(({ name }) => name === entry.slot);
    const living = await readLiving(writing.trx, writing.user, []);
    const place = slot === undefined ? '' : nameBy(slot, spellValue(slot, entry.value));
    const isTaken = living.some((each) => each.place === place);
    if (slot === undefined || isTaken || entry.valid_to != null || living.length >= mostEntries) {
      left += 1;
      continue;
    }
    const id = await insertEntry(writing, {
      slot: slot.name,
      place,
      value: spellValue(slot, entry.value),
      status: entry.status ?? 'stated',
      confidence: entry.confidence ?? startConfidence.imported,
      source: 'import',
      pinned: entry.pinned === true ? 1 : 0,
      held_at: entry.pinned === true ? writing.now : null,
      valid_from: entry.valid_from ?? writing.now,
    });
    await noteChange(writing, 'imported', { id, slot: slot.name }, null);
  }
  return left;
}
