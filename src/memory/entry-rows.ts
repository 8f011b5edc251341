/** Reads of one person's entries and changes, in a transaction or outside. */
import type { Kysely } from 'kysely';
import type { Change, Entry } from '../api/index.ts';
import type { LivingEntry } from './decide.ts';
import { toEntry, toSequence } from './rows.ts';
import type { EvidenceRow, EntryRow, Tables } from './tables.ts';

/** A row with the words it rests on. */
export type FullRow = EntryRow & { readonly evidence: readonly EvidenceRow[] };

/** What of a person's entries is read. */
export type EntryChoice = {
  readonly ids?: readonly string[];
  readonly slot?: string;
  /** Only those that hold. */
  readonly isLiving?: boolean;
};

/** More names than this are not put into one query. */
const mostNames = 500;

/** The entries that hold. */
export async function readLiving(db: Kysely<Tables>, user: string): Promise<LivingEntry[]> {
  const rows = await selectEntries(db, user, { isLiving: true });
  return rows.map((row) => ({ ...toEntry(row), place: row.place, heldAt: row.held_at }));
}

/** Rows of entries with their evidence, oldest first. */
export async function selectEntries(
  db: Kysely<Tables>,
  user: string,
  { ids, slot, isLiving = false }: EntryChoice = {},
): Promise<FullRow[]> {
  const names = ids === undefined || ids.length > mostNames ? null : [...ids];
  const rows = await db
    .selectFrom('entries')
    .selectAll()
    .where('user_id', '=', user)
    .$if(names !== null, (query) => query.where('id', 'in', names ?? []))
    .$if(slot !== undefined, (query) => query.where('slot', '=', slot ?? ''))
    .$if(isLiving, (query) => query.where('valid_to', 'is', null))
    .orderBy('recorded_at')
    .orderBy('id')
    .execute();
  if (rows.length === 0) return [];
  const found = rows.map(({ id }) => id);
  const quotes = await db
    .selectFrom('evidence')
    .selectAll()
    .where('user_id', '=', user)
    .$if(found.length <= mostNames, (query) => query.where('entry_id', 'in', found))
    .orderBy('said_at')
    .orderBy('id')
    .execute();
  const quotesOf = new Map<string, EvidenceRow[]>();
  for (const quote of quotes) {
    quotesOf.set(quote.entry_id, [...(quotesOf.get(quote.entry_id) ?? []), quote]);
  }
  return rows.map((row) => ({ ...row, evidence: quotesOf.get(row.id) ?? [] }));
}

/** Changes by their sequences, oldest first, with their entries as they stand now. */
export async function readChanges(
  db: Kysely<Tables>,
  user: string,
  sequences: readonly number[],
): Promise<Change[]> {
  if (sequences.length === 0) return [];
  const first = Math.min(...sequences.map(toSequence));
  const last = Math.max(...sequences.map(toSequence));
  const rows = await db
    .selectFrom('changes')
    .selectAll()
    .where('user_id', '=', user)
    .where('sequence', '>=', first)
    .where('sequence', '<=', last)
    .orderBy('sequence')
    .execute();
  const named = new Set(
    rows.flatMap((row) => [row.entry_id, row.before_id].filter((id) => id !== null)),
  );
  const entries = await selectEntries(db, user, { ids: [...named] });
  const find = (id: string | null): Entry | null => {
    const row = entries.find((entry) => entry.id === id);
    return row === undefined ? null : toEntry(row);
  };
  return rows.map(({ sequence, kind, at, slot, entry_id: entry, before_id: before }) => ({
    sequence: toSequence(sequence),
    kind,
    at,
    slot,
    entry: find(entry),
    before: find(before),
  }));
}

/** An entry with all that it replaced and all that replaced it. */
export function collectLinked(rows: readonly FullRow[], start: FullRow): FullRow[] {
  const found = new Set([start.id]);
  let size = 0;
  while (size !== found.size) {
    size = found.size;
    for (const row of rows) {
      const next = row.replaced_by;
      const isLinked =
        found.has(row.id) || (next !== null && found.has(next)) || row.place === start.place;
      if (!isLinked) continue;
      found.add(row.id);
      if (next !== null) found.add(next);
    }
  }
  return rows.filter(({ id }) => found.has(id));
}
