/** What is shown of a person: the profile, an entry's past, the time line, and all of it. */
import type { Kysely } from 'kysely';
import type { Change, EntryHistory, Export, History, ProfileView } from '../api/index.ts';
import type { ProfileItem } from '../profile/index.ts';
import { collectLinked, describeChanges, selectEntries, selectLiving } from './entry-rows.ts';
import { toBareEntry, toEntry, toSequence, type BareEntry } from './rows.ts';
import type { Tables } from './tables.ts';

/** The entries that hold, without the words they rest on, in the order of `readProfile`: what a turn begins with. */
export async function readBareEntries(db: Kysely<Tables>, user: string): Promise<BareEntry[]> {
  const rows = await selectLiving(db, { user });
  return rows.map(toBareEntry).sort(compareEntries);
}

/** The entries that hold: pinned ones first, then the most recently confirmed. */
export async function readProfile(db: Kysely<Tables>, user: string): Promise<ProfileView> {
  const rows = await selectEntries(db, user, { isLiving: true });
  const entries = rows.map(toEntry).sort(compareEntries);
  return { user, entries, sequence: await readSequence(db, user) };
}

/** Of the newest change; 0 where there is none. */
export async function readSequence(db: Kysely<Tables>, user: string): Promise<number> {
  const last = await db
    .selectFrom('changes')
    .select((get) => get.fn.max('sequence').as('last'))
    .where('user_id', '=', user)
    .executeTakeFirst();
  return toSequence(last?.last);
}

/** Times and ids are plain ASCII: no need of a language's order. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareEntries(a: BareEntry, b: BareEntry): number {
  return (
    Number(b.pinned) - Number(a.pinned) ||
    compareText(b.confirmed_at, a.confirmed_at) ||
    compareText(a.id, b.id)
  );
}

/** Everything that stood in the place of an entry, newest first; null where there is no such entry. */
export async function readEntryHistory(
  db: Kysely<Tables>,
  user: string,
  id: string,
): Promise<EntryHistory | null> {
  const [row] = await selectEntries(db, user, { ids: [id] });
  if (row === undefined) return null;
  const rows = await selectEntries(db, user, { slot: row.slot });
  const linked = collectLinked(rows, row);
  const entries = linked
    .map(toEntry)
    .sort(
      (a, b) =>
        b.valid_from.localeCompare(a.valid_from) || b.recorded_at.localeCompare(a.recorded_at),
    );
  return { user, entries };
}

/** The time line, newest first. */
export async function readHistory(
  db: Kysely<Tables>,
  user: string,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<History> {
  const rows = await db
    .selectFrom('changes')
    .selectAll()
    .where('user_id', '=', user)
    .$if(page.before !== undefined, (query) => query.where('sequence', '<', page.before ?? 0))
    .orderBy('sequence', 'desc')
    .limit(page.limit + 1)
    .execute();
  const shown = rows.slice(0, page.limit);
  return {
    user,
    changes: await describeChanges(db, user, shown),
    next: rows.length > shown.length ? toSequence(shown.at(-1)?.sequence) : null,
  };
}

/** Changes after a sequence, oldest first. */
export async function readChangesAfter(
  db: Kysely<Tables>,
  user: string,
  { sequence, limit }: { readonly sequence: number; readonly limit: number },
): Promise<readonly Change[]> {
  const rows = await db
    .selectFrom('changes')
    .selectAll()
    .where('user_id', '=', user)
    .where('sequence', '>', sequence)
    .orderBy('sequence')
    .limit(limit)
    .execute();
  return describeChanges(db, user, rows);
}

/** All that is held of a person. */
export async function exportUser(
  db: Kysely<Tables>,
  user: string,
  exportedAt: string,
): Promise<Export> {
  const rows = await selectEntries(db, user);
  const changes = await db
    .selectFrom('changes')
    .selectAll()
    .where('user_id', '=', user)
    .orderBy('sequence')
    .execute();
  const messages = await db
    .selectFrom('messages')
    .select(['id', 'content', 'said_at'])
    .where('user_id', '=', user)
    .orderBy('said_at')
    .execute();
  const turns = await db
    .selectFrom('turns')
    .select([
      ...(['id', 'message_id', 'message', 'note', 'output', 'response as reply'] as const),
      ...(['profile_after', 'format_problem', 'model', 'at'] as const),
    ])
    .where('user_id', '=', user)
    .orderBy('at')
    .execute();
  return {
    format: 'rlpa-profile',
    version: 1,
    user,
    exported_at: exportedAt,
    entries: rows.map(toEntry).sort((a, b) => a.recorded_at.localeCompare(b.recorded_at)),
    changes: await describeChanges(db, user, changes),
    messages,
    turns: turns.map(({ profile_after: profile, ...turn }) => ({
      ...turn,
      profile_after: profile === null ? null : (JSON.parse(profile) as ProfileItem[]),
    })),
  };
}
