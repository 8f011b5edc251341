/** What is taken out for good: an entry with all that it rests on, or a person. */
import type { Transaction } from 'kysely';
import type { Erased } from '../api/index.ts';
import { collectLinked, selectEntries } from './entry-rows.ts';
import { noteChange, type Writing } from './entry-writes.ts';
import type { EntryRow, Tables } from './tables.ts';

/**
 * Deletes an entry with its past, its quotes, and the messages it was read from; null where there is none, or
 * where another holds in its place: whoever asks for it has not seen that one.
 */
export async function deleteEntry(writing: Writing, id: string): Promise<Erased | null> {
  const { trx, user, now } = writing;
  const [row] = await selectEntries(trx, user, { ids: [id] });
  if (row === undefined) return null;
  const all = await selectEntries(trx, user, { slot: row.slot });
  const linked = collectLinked(all, row);
  const holds = (each: Pick<EntryRow, 'valid_to'>): boolean => each.valid_to === null;
  if (!holds(row) && linked.some(holds)) return null;
  const ids = linked.map((each) => each.id);
  const quoted = linked.flatMap(({ evidence }) => evidence);
  const messageIds = [
    ...new Set(quoted.flatMap(({ message_id: of }) => (of === null ? [] : [of]))),
  ];
  const messages =
    messageIds.length === 0
      ? 0
      : count(
          await trx
            .deleteFrom('messages')
            .where('user_id', '=', user)
            .where('id', 'in', messageIds)
            .executeTakeFirst(),
        );
  // What was said in conversations is a cache of texts that may hold the value in other words.
  const turns = count(await trx.deleteFrom('turns').where('user_id', '=', user).executeTakeFirst());
  await trx
    .deleteFrom('evidence')
    .where('user_id', '=', user)
    .where('entry_id', 'in', ids)
    .execute();
  const entries = count(
    await trx
      .deleteFrom('entries')
      .where('user_id', '=', user)
      .where('id', 'in', ids)
      .executeTakeFirst(),
  );
  await trx
    .insertInto('deletions')
    .values({ user_id: user, slot: row.slot, at: now })
    .onConflict((conflict) => conflict.columns(['user_id', 'slot']).doUpdateSet({ at: now }))
    .execute();
  await noteChange(writing, 'deleted', row, null);
  return { user, erased: { entries, evidence: quoted.length, messages, turns, changes: 0 } };
}

/** Erases a person: everything that names them. Counts what there was. */
export async function erasePerson(
  trx: Transaction<Tables>,
  user: string,
): Promise<Erased['erased']> {
  const remove = async (
    table: 'entries' | 'evidence' | 'messages' | 'turns' | 'changes' | 'deletions',
  ) => count(await trx.deleteFrom(table).where('user_id', '=', user).executeTakeFirst());
  const evidence = await remove('evidence');
  const entries = await remove('entries');
  const turns = await remove('turns');
  const messages = await remove('messages');
  const changes = await remove('changes');
  await remove('deletions');
  await trx.deleteFrom('users').where('id', '=', user).execute();
  return { entries, evidence, messages, turns, changes };
}

function count(result: { readonly numDeletedRows: bigint } | undefined): number {
  return Number(result?.numDeletedRows ?? 0n);
}
