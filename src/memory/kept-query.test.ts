/** Queries that are compiled once: for values, for lists of any length, and inside somebody's transaction. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepQuery } from './kept-query.ts';
import { openDatabase, type OpenedDatabase } from './open-database.ts';

let database: OpenedDatabase;
beforeEach(async () => {
  database = await openDatabase(':memory:');
});
afterEach(() => database.close());

/** Queries of users, with the number of times that they were built. */
function keepUsers(): {
  readonly find: (ids: readonly string[], since?: string) => Promise<string[]>;
  readonly countBuilt: () => number;
} {
  let built = 0;
  const query = keepQuery(
    ['ids', 'since'],
    (db, { ids, since }: { readonly ids: readonly string[]; readonly since: string }) => {
      built += 1;
      return db
        .selectFrom('users')
        .select('id')
        .where('created_at', '>=', since)
        .where('id', 'in', ids)
        .orderBy('id');
    },
  );
  return {
    find: async (ids, since = '') => {
      const rows = await query(database.db, { ids, since });
      return rows.map(({ id }) => id);
    },
    countBuilt: () => built,
  };
}

it('takes lists of any length, and builds few queries for them', async () => {
  const names = Array.from({ length: 9 }, (_, index) => `user ${index}`);
  for (const id of names) {
    await database.db
      .insertInto('users')
      .values({ id, created_at: `200${id.at(-1)}` })
      .execute();
  }
  const { find, countBuilt } = keepUsers();
  for (let length = 1; length <= names.length; length += 1) {
    expect(await find(names.slice(0, length))).toEqual(names.slice(0, length));
  }
  // Places for 1, 2, 4, 8 and 16.
  expect(countBuilt()).toBe(5);
  expect(await find([...names].reverse(), '2007')).toEqual(['user 7', 'user 8']);
  expect(await find(['nobody', 'user 3'])).toEqual(['user 3']);
  expect(countBuilt()).toBe(5);
});

it('waits for a transaction of somebody else, and sees its own', async () => {
  const { find } = keepUsers();
  const own = keepQuery(['id'], (db, { id }: { readonly id: string }) =>
    db.selectFrom('users').select('id').where('id', '=', id),
  );
  const seen: string[][] = [];
  let outside: Promise<string[]> | null = null;
  await database.db.transaction().execute(async (trx) => {
    await trx.insertInto('users').values({ id: 'new', created_at: '2026' }).execute();
    seen.push((await own(trx, { id: 'new' })).map(({ id }) => id));
    outside = find(['new']).then((found) => {
      seen.push(found);
      return found;
    });
    await new Promise(setImmediate);
    await trx.deleteFrom('users').execute();
  });
  await outside;
  expect(seen).toEqual([['new'], []]);
});
