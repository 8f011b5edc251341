/** Reads of one person's entries and changes, in a transaction or outside. */
import type { Kysely, Selectable } from 'kysely';
import type { Change, Entry } from '../api/index.ts';
import type { LivingEntry } from './decide.ts';
import { keepQuery } from './kept-query.ts';
import { toEntry, toSequence } from './rows.ts';
import type { ChangeRow, EvidenceRow, EntryRow, Tables } from './tables.ts';

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

/**
 * The entries that hold. The words they rest on are read for the slots that are named only: whoever decides
 * about some slots asks nothing else of the others.
 */
export async function readLiving(
  db: Kysely<Tables>,
  user: string,
  slots: readonly string[],
): Promise<LivingEntry[]> {
  const rows = await selectLiving(db, { user });
  const concerned = rows.filter(({ slot }) => slots.includes(slot));
  const evidenceOf = new Map(
    (await addEvidence(db, user, concerned)).map(({ id, evidence }) => [id, evidence]),
  );
  return rows.map((row) => ({
    ...toEntry({ ...row, evidence: evidenceOf.get(row.id) ?? [] }),
    place: row.place,
    heldAt: row.held_at,
  }));
}

/** Rows of entries with their evidence, oldest first. */
export async function selectEntries(
  db: Kysely<Tables>,
  user: string,
  choice: EntryChoice = {},
): Promise<FullRow[]> {
  return addEvidence(db, user, await selectRows(db, user, choice));
}

/** A person's entries, alone, oldest first: what every read of them begins with. */
const fromEntries = (db: Kysely<Tables>, user: string) =>
  db
    .selectFrom('entries')
    .selectAll()
    .where('user_id', '=', user)
    .orderBy('recorded_at')
    .orderBy('id');

/** Rows of the entries that hold, alone, oldest first. */
export const selectLiving = keepQuery(['user'], (db, { user }: { readonly user: string }) =>
  fromEntries(db, user).where('valid_to', 'is', null),
);

const selectNamed = keepQuery(
  ['user', 'ids'],
  (db, { user, ids }: { readonly user: string; readonly ids: readonly string[] }) =>
    fromEntries(db, user).where('id', 'in', ids),
);

const selectQuotes = keepQuery(
  ['user', 'ids'],
  (db, { user, ids }: { readonly user: string; readonly ids: readonly string[] }) =>
    db
      .selectFrom('evidence')
      .selectAll()
      .where('user_id', '=', user)
      .where('entry_id', 'in', ids)
      .orderBy('said_at')
      .orderBy('id'),
);

/** Rows of entries alone, oldest first. */
function selectRows(
  db: Kysely<Tables>,
  user: string,
  { ids, slot, isLiving = false }: EntryChoice,
): Promise<EntryRow[]> {
  const isSome = ids !== undefined && ids.length > 0 && ids.length <= mostNames;
  if (isSome && slot === undefined && !isLiving) return selectNamed(db, { user, ids });
  const names = ids === undefined || ids.length > mostNames ? null : [...ids];
  return fromEntries(db, user)
    .$if(names !== null, (query) => query.where('id', 'in', names ?? []))
    .$if(slot !== undefined, (query) => query.where('slot', '=', slot ?? ''))
    .$if(isLiving, (query) => query.where('valid_to', 'is', null))
    .execute();
}

async function addEvidence(
  db: Kysely<Tables>,
  user: string,
  rows: readonly EntryRow[],
): Promise<FullRow[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const quotesOf = new Map<string, EvidenceRow[]>(ids.map((id) => [id, []]));
  for (let first = 0; first < ids.length; first += mostNames) {
    const quotes = await selectQuotes(db, { user, ids: ids.slice(first, first + mostNames) });
    for (const quote of quotes) quotesOf.get(quote.entry_id)?.push(quote);
  }
  return rows.map((row) => ({ ...row, evidence: quotesOf.get(row.id) ?? [] }));
}

/** A row of a change, before it is said whose. */
export type StepRow = Omit<Selectable<ChangeRow>, 'user_id'>;

/** Steps of the history with their entries as they stand now. */
export async function describeChanges(
  db: Kysely<Tables>,
  user: string,
  rows: readonly StepRow[],
): Promise<Change[]> {
  if (rows.length === 0) return [];
  const named = new Set(
    rows.flatMap((row) => [row.entry_id, row.before_id].filter((id) => id !== null)),
  );
  const entries = new Map(
    (await selectEntries(db, user, { ids: [...named] })).map((row) => [row.id, toEntry(row)]),
  );
  const find = (id: string | null): Entry | null => (id === null ? null : entries.get(id)) ?? null;
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
