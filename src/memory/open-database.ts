/**
 * Opens a store's database and brings its tables up to date: a SQLite file by default, Postgres for more than one server.
 *
 * The only place that knows the two apart: drivers, what a deletion leaves behind, and what an error of
 * each looks like. Queries are the same for both.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  Kysely,
  Migrator,
  PostgresDialect,
  SqliteDialect,
  type Dialect,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely';
import type Database from 'libsql';
import { ConfigError, makeFolder, StoreError } from '../base/index.ts';
import { askDirectly } from './kept-query.ts';
import { provideMigrations } from './migrations.ts';
import type { Tables } from './tables.ts';

export type OpenedDatabase = {
  readonly db: Kysely<Tables>;
  /** For messages; never with a password. */
  readonly name: string;
  /** Takes what a deletion left out of the database's own files. Cost: SQLite writes the whole file anew. */
  forgetDeleted(): Promise<void>;
  /** Says whether an error is the database's. */
  isFailure(error: unknown): boolean;
  /** An error in words that hold no text of a person. */
  describe(error: unknown): string;
  close(): Promise<void>;
};

/** Opens the database of a place. Throws `ConfigError` for one that is none, `StoreError` where it does not open. */
export async function openDatabase(location: string): Promise<OpenedDatabase> {
  const isPostgres = /^postgres(?:ql)?:\/\//u.test(location);
  const database = isPostgres ? await openPostgres(location) : await openSqlite(location);
  try {
    const provider = provideMigrations({ isPostgres });
    const { error } = await new Migrator({ db: database.db, provider }).migrateToLatest();
    if (error !== undefined) throw error;
    return database;
  } catch (cause) {
    await database.close();
    throw new StoreError(
      'store_not_opened',
      `The profile store ${database.name} cannot be opened: ${database.describe(cause)}.`,
      {
        hint: 'Check that it is there, can be written, and was made by this or an older version.',
        cause,
      },
    );
  }
}

async function openSqlite(location: string): Promise<OpenedDatabase> {
  const { default: Sqlite } = await import('libsql');
  const isFile = location !== ':memory:';
  if (isFile) makeRoom(location);
  const name = isFile ? path.resolve(location) : 'in memory';
  let connection: Database.Database;
  try {
    connection = new Sqlite(location);
    for (const pragma of [
      'busy_timeout = 10000',
      'journal_mode = WAL',
      // What was answered is on the disk, whatever happens to the machine.
      'synchronous = FULL',
      'foreign_keys = ON',
      'secure_delete = ON',
    ]) {
      connection.pragma(pragma);
    }
  } catch (cause) {
    throw new StoreError(
      'store_not_opened',
      `The profile store ${name} cannot be opened: ${describeOpening(cause)}.`,
      {
        hint: 'Expected a SQLite database or a path where one can be made.',
        cause,
      },
    );
  }
  const isFailure = (error: unknown): boolean => /^SQLITE_/u.test(readCode(error));
  const database = keepStatements(connection);
  const db = createKysely(new SqliteDialect({ database }));
  askDirectly(db, {
    get inTransaction() {
      return connection.inTransaction;
    },
    run: (sql, parameters) => {
      const statement = database.prepare(sql);
      if (statement.reader) return statement.all(parameters);
      statement.run(parameters);
      return [];
    },
  });
  return {
    db,
    name,
    forgetDeleted: async () => {
      // Rows are overwritten where they are deleted, but pages that were rearranged keep old copies: the file is
      // written anew, and the log that still holds the old one is emptied.
      connection.exec('vacuum');
      connection.pragma('wal_checkpoint(TRUNCATE)');
    },
    isFailure,
    describe: readCode,
    close: async () => {
      if (!connection.open) return;
      try {
        // Whoever copies the file afterwards has all of it.
        connection.pragma('wal_checkpoint(TRUNCATE)');
      } catch (error) {
        // On a full disk what was written stays in the log beside the file, and is found there when it is opened.
        if (!isFailure(error)) throw error;
      }
      connection.close();
    },
  };
}

/** Statements that stay prepared: there are as many texts as queries, but for the lengths of their lists. */
const keptStatements = 128;

/** A connection that prepares a text once: that takes longer than to run it. */
function keepStatements(connection: Database.Database): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();
  return {
    prepare: (text) => {
      // A statement outlives its connection, so that it would still answer.
      const found = connection.open ? kept.get(text) : undefined;
      if (found !== undefined) return found;
      const statement = connection.prepare(text) as unknown as SqliteStatement;
      const [oldest] = kept.keys();
      if (kept.size >= keptStatements && oldest !== undefined) kept.delete(oldest);
      kept.set(text, statement);
      return statement;
    },
    close: () => connection.close(),
  };
}

function makeRoom(location: string): void {
  if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(location)) {
    throw new ConfigError(
      'store_unknown',
      'A store must be the path of a SQLite file or an address that begins with postgres://.',
      { hint: 'For example --store profiles.db' },
    );
  }
  if (fs.statSync(location, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new StoreError('store_not_opened', `${path.resolve(location)} is a folder.`, {
      hint: 'Expected the path of a SQLite file, for example --store profiles.db',
    });
  }
  const folder = path.dirname(path.resolve(location));
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new StoreError(
      'store_not_opened',
      `The folder of the profile store cannot be made: ${readCode((cause as Error).cause ?? cause)}.`,
      { hint: `Expected to write in ${folder}.`, cause },
    );
  }
}

async function openPostgres(location: string): Promise<OpenedDatabase> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: location,
    max: 10,
    connectionTimeoutMillis: 5000,
    statement_timeout: 30_000,
    application_name: 'rlpa',
  });
  // A connection that breaks while nobody uses it is replaced by the pool.
  pool.on('error', () => undefined);
  return {
    db: createKysely(new PostgresDialect({ pool })),
    name: describePostgres(location),
    // Old rows go with the database's own vacuum.
    forgetDeleted: () => Promise.resolve(),
    isFailure: (error) => isPostgresError(error),
    describe: readCode,
    close: () => pool.end(),
  };
}

function createKysely(dialect: Dialect): Kysely<Tables> {
  return new Kysely<Tables>({ dialect });
}

/** Server errors have a code of five letters, network errors one of Node; the pool's own have none. */
function isPostgresError(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  if (typeof code === 'string') return /^[0-9A-Z]{5}$|^E[A-Z_]+$/u.test(code);
  return /timeout|Connection terminated|pool after calling end/u.test(message ?? '');
}

/** The library gives no code where a file cannot be opened at all. */
function describeOpening(cause: unknown): string {
  const { code } = cause as { readonly code?: unknown };
  return code === '' ? 'nothing can be read or made there' : readCode(cause);
}

/** Messages of databases may repeat values; their codes do not. */
function readCode(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string') return 'no connection';
  return code === '' ? 'no code was given' : code;
}

function describePostgres(location: string): string {
  if (!URL.canParse(location)) return 'postgres';
  const { hostname, port, pathname } = new URL(location);
  return `postgres://${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
}
