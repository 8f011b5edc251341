/** One suite for every database a profile store can have; Postgres where Debian's package is installed. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProfileStore, type ProfileStore } from '../../src/memory/index.ts';
import { personSchema } from '../../src/profile/index.ts';
import { findPostgres, startPostgres, type TestPostgres } from '../server/postgres.ts';
import { defineStoreCases, person, set, takeTurn } from './profile-store-cases.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-store-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

describe('a profile store in a SQLite file', () => {
  const file = path.join(folder, 'profiles.db');
  let store: ProfileStore;
  beforeAll(async () => {
    store = await openProfileStore(file);
  });
  afterAll(() => store.close());
  defineStoreCases(
    () => store,
    async () => {
      await store.close();
      return (store = await openProfileStore(file));
    },
  );

  it('does not answer once it is closed, whatever it was asked before', async () => {
    const closed = await openProfileStore(path.join(folder, 'closed.db'));
    await closed.readProfile('anna');
    await closed.close();
    await expect(closed.readProfile('anna')).rejects.toThrow();
  });

  it('never tells the same time twice, though its clock stands still', async () => {
    const clock = { nowMs: () => 0, timestamp: () => '2026-01-31T23:59:59.999Z' };
    const still = await openProfileStore(path.join(folder, 'still.db'), clock);
    const times = Array.from({ length: 3 }, () => still.now());
    await still.close();
    expect(times).toEqual([
      '2026-01-31T23:59:59.999Z',
      '2026-02-01T00:00:00.000Z',
      '2026-02-01T00:00:00.001Z',
    ]);
  });

  it('leaves no byte of an erased text in its files', async () => {
    const [user, secret] = [person(), 'Xanadu-4711-Quarz'];
    const paste = 'lorem ipsum '.repeat(2000);
    await takeTurn(store, user, `I live in ${secret}. ${paste}`, [set('home', secret)]);
    await store.addEntry(user, { slot: 'other', value: `${secret} again` }, personSchema);
    expect(findIn(folder, secret)).not.toEqual([]);
    await store.erase(user);
    expect(findIn(folder, secret)).toEqual([]);
    expect(findIn(folder, user)).toEqual([]);
  });

  it('leaves no byte of many who are erased among many who stay', async () => {
    const everybody = Array.from({ length: 120 }, (_, index) => ({
      user: `${person()} of many`,
      secret: `Secret${index}-${'q'.repeat((index * 37) % 900)}-${index}`,
    }));
    for (const { user, secret } of everybody) {
      await takeTurn(store, user, `My name is ${secret}`, [set('name', secret.slice(0, 300))]);
    }
    const gone = everybody.filter((_, index) => index % 3 !== 0);
    for (const { user } of gone) await store.erase(user);
    const bytes = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name)));
    const left = gone.filter(({ user, secret }) =>
      bytes.some((each) => each.includes(user) || each.includes(secret.slice(0, 60))),
    );
    expect(left.map(({ user }) => user)).toEqual([]);
    const { user } = everybody[0]!;
    expect((await store.readProfile(user)).entries).toHaveLength(1);
  });

  it('leaves no byte of a deleted entry in its files', async () => {
    const [user, secret] = [person(), 'Shangri-0815-La'];
    await takeTurn(store, user, `I live in ${secret}`, [set('home', secret)]);
    const { entries } = await store.readProfile(user);
    await store.deleteEntry(user, entries[0]!.id);
    expect(findIn(folder, secret)).toEqual([]);
  });
});

describe('a profile store in memory', () => {
  it('opens, and has no file', async () => {
    const store = await openProfileStore(':memory:');
    await takeTurn(store, 'somebody', 'I live in Oslo', [set('home', 'Oslo')]);
    expect((await store.readProfile('somebody')).entries).toHaveLength(1);
    await store.close();
  });
});

describe('a place that is no store', () => {
  it('is refused with what was expected, and without a password', async () => {
    await expect(openProfileStore('mysql://root:secret@host/db')).rejects.toThrow(/SQLite file/u);
    const file = path.join(folder, 'text.db');
    fs.writeFileSync(
      file,
      'this is no database, and long enough to be looked at as one'.repeat(99),
    );
    await expect(openProfileStore(file)).rejects.toThrow(/cannot be opened: SQLITE_NOTADB/u);
    await expect(openProfileStore(folder)).rejects.toThrow(/is a folder/u);
    // A name that only this system has, and that takes no folder; elsewhere a file is in the way.
    const blocked = fs.existsSync('/proc/self') ? '/proc/none/here.db' : path.join(file, 'here.db');
    await expect(openProfileStore(blocked)).rejects.toThrow(/cannot be made: E[A-Z]+/u);
    const failure = await openProfileStore('postgres://me:secret@127.0.0.1:1/db').catch(String);
    expect(failure).toMatch(/postgres:\/\/127\.0\.0\.1:1\/db/u);
    expect(failure).not.toContain('secret');
  });
});

const programs = findPostgres();
describe.skipIf(programs === null)(
  'a profile store in Postgres (needs the package postgresql)',
  () => {
    let postgres: TestPostgres;
    let store: ProfileStore;
    let url: string;
    beforeAll(async () => {
      postgres = await startPostgres(programs ?? '');
      url = postgres.createDatabase();
      store = await openProfileStore(url);
    });
    afterAll(async () => {
      await store.close();
      await postgres.stop();
    });
    defineStoreCases(
      () => store,
      async () => {
        await store.close();
        return (store = await openProfileStore(url));
      },
    );

    it('is shared by servers that open it together and write to one person', async () => {
      const shared = postgres.createDatabase();
      const stores = await Promise.all([openProfileStore(shared), openProfileStore(shared)]);
      const user = person();
      await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          takeTurn(stores[index % 2]!, user, `I live in Town${index} and like Dish${index}`, [
            set('home', `Town${index}`),
            set('likes', `Dish${index}`),
          ]),
        ),
      );
      const exported = await stores[0]!.exportUser(user);
      expect(exported.turns).toHaveLength(40);
      const living = exported.entries.filter(({ valid_to: end }) => end === null);
      expect(living.filter(({ slot }) => slot === 'home')).toHaveLength(1);
      expect(living.filter(({ slot }) => slot === 'likes')).toHaveLength(40);
      const sequences = exported.changes.map(({ sequence }) => sequence);
      expect(new Set(sequences).size).toBe(sequences.length);
      for (const each of stores) await each.close();
    });
  },
);

/** Files of a folder whose bytes hold a text. */
function findIn(where: string, text: string): string[] {
  return fs
    .readdirSync(where)
    .filter((name) => fs.readFileSync(path.join(where, name)).includes(text));
}
