/**
 * Where profiles are kept: reads and writes of one person's entries, messages, turns and history.
 *
 * Every query names its person, and every write is one transaction that first takes that person's row, so
 * that two servers on one database take turns. What a call answers is on the disk when it answers.
 */
import type { ExpressionBuilder, Kysely, Transaction } from 'kysely';
import type {
  Change,
  Changed,
  EntryHistory,
  EntryPatch,
  Erased,
  Export,
  History,
  Import,
  Imported,
  NewEntry,
  ProfileView,
  RefusedChange,
} from '../api/index.ts';
import { nextTimestamp, StoreError, type Clock } from '../base/index.ts';
import type { ProfileSchema } from '../profile/index.ts';
import {
  findConversation,
  insertMessage,
  insertTurn,
  type StoredConversation,
  type TurnRecord,
} from './conversations.ts';
import type { Proposal } from './decide.ts';
import { importEntries, patchEntry, placeEntry } from './entry-edits.ts';
import { describeChanges, selectEntries } from './entry-rows.ts';
import { applyProposals, type Writing } from './entry-writes.ts';
import { deleteEntry, erasePerson } from './erasure.ts';
import type { Said } from './evidence.ts';
import type { OpenedDatabase } from './open-database.ts';
import {
  exportUser,
  readBareEntries,
  readChangesAfter,
  readEntryHistory,
  readHistory,
  readProfile,
  readSequence,
} from './profile-reads.ts';
import { toEntry, type BareEntry } from './rows.ts';
import { keepQuery } from './kept-query.ts';
import type { Tables, UserRow } from './tables.ts';

const insertUser = keepQuery(['id', 'created_at'], (db, row: UserRow) =>
  db
    .insertInto('users')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ id: row.id }))
    .returning((get) => selectDeletedAt(get, row.id)),
);

const touchUser = keepQuery(['id'], (db, { id }: Pick<UserRow, 'id'>) =>
  db
    .updateTable('users')
    .set({ id })
    .where('id', '=', id)
    .returning((get) => selectDeletedAt(get, id)),
);

/** When the person last deleted something; comes with the statement that takes their row, because every turn asks. */
const selectDeletedAt = (get: ExpressionBuilder<Tables, 'users'>, user: string) =>
  get
    .selectFrom('deletions')
    .select(({ fn }) => fn.max('deletions.at').as('at'))
    .where('deletions.user_id', '=', user)
    .as('deletedAt');

export type RecordedTurn = {
  readonly turnId: string;
  readonly changes: readonly Change[];
  readonly refused: readonly RefusedChange[];
};

/** Whether a write may be the first of a person: one that is of somebody known writes nothing for anybody else. */
type Acquaintance = 'may be new' | 'is known' | 'must be known';

/** What a turn began with was erased or deleted before it could be written down. */
class ForgottenMeanwhile extends Error {}

export type TurnStart = {
  readonly entries: readonly BareEntry[];
  readonly conversation: StoredConversation | null;
};

/** Called after a change is on the disk; with no changes after an erasure. */
export type ChangeListener = (user: string, changes: readonly Change[]) => void;

/** Erasures that are remembered for turns that began before them. */
const mostErasures = 10_000;

export class ProfileStore {
  readonly #database: OpenedDatabase;
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;
  readonly #listeners = new Set<ChangeListener>();
  /** When somebody was erased here, for turns that began before it; in memory alone. */
  readonly #erasedAt = new Map<string, string>();
  #lastTime = '';
  /** The last write failed: whether there is room again is only found out by writing. */
  #isUnwritable = false;
  /** Something was deleted whose bytes may still be in the database's files. */
  #isUnclean = false;

  constructor(database: OpenedDatabase, clock: Clock) {
    this.#database = database;
    this.#db = database.db;
    this.#clock = clock;
  }

  /** Says what it is, without a password. */
  get name(): string {
    return this.#database.name;
  }

  /** The time, never the same twice, so that of two statements one is the newer. */
  now(): string {
    const time = this.#clock.timestamp();
    this.#lastTime = time > this.#lastTime ? time : nextTimestamp(this.#lastTime);
    return this.#lastTime;
  }

  /** Adds a listener; gives what takes it off again. */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Throws `StoreError` where the database does not answer, or takes no writes since one failed. */
  async ping(): Promise<void> {
    if (!this.#isUnwritable) {
      await this.#guard(() => this.#db.selectFrom('users').select('id').limit(1).execute());
      return;
    }
    // No person has an empty id.
    await this.#guardWrite(() =>
      this.#db.transaction().execute(async (trx) => {
        await insertUser(trx, { id: '', created_at: this.#clock.timestamp() });
        await trx.deleteFrom('users').where('id', '=', '').execute();
      }),
    );
  }

  /** The entries that hold: pinned ones first, then the most recently confirmed. */
  readProfile(user: string): Promise<ProfileView> {
    return this.#guard(() => readProfile(this.#db, user));
  }

  /** Everything that stood in the place of an entry, newest first; null where there is no such entry. */
  readEntryHistory(user: string, id: string): Promise<EntryHistory | null> {
    return this.#guard(() => readEntryHistory(this.#db, user, id));
  }

  /** The time line, newest first. */
  readHistory(
    user: string,
    page: { before?: number | undefined; limit: number },
  ): Promise<History> {
    return this.#guard(() => readHistory(this.#db, user, page));
  }

  /** Changes after a sequence, oldest first. */
  readChangesAfter(user: string, sequence: number, limit = 500): Promise<readonly Change[]> {
    return this.#guard(() => readChangesAfter(this.#db, user, { sequence, limit }));
  }

  /** Of the newest change; 0 where there is none. */
  readSequence(user: string): Promise<number> {
    return this.#guard(() => readSequence(this.#db, user));
  }

  /** All that is held of a person. */
  exportUser(user: string): Promise<Export> {
    return this.#guard(() => exportUser(this.#db, user, this.#clock.timestamp()));
  }

  /**
   * What a turn begins with, in two reads: the entries that hold, as `readProfile` orders them, and the
   * conversation of the key of its texts so far; null for a new one, or where it was never held here.
   */
  readForTurn(user: string, historyKey: string | null): Promise<TurnStart> {
    return this.#guard(async () => {
      const [entries, conversation] = await Promise.all([
        readBareEntries(this.#db, user),
        historyKey === null ? null : findConversation(this.#db, user, historyKey),
      ]);
      return { entries, conversation };
    });
  }

  /**
   * Writes a turn down and applies what was proposed in it, all or nothing. Null, and nothing is written, where
   * the person was erased or deleted an entry after the turn began: its texts may hold what is gone.
   */
  async recordTurn(
    user: string,
    turn: TurnRecord,
    schema: ProfileSchema,
  ): Promise<RecordedTurn | null> {
    const { said, proposals, model } = turn;
    const who = turn.isKnown ? 'must be known' : 'may be new';
    try {
      const { result, changes } = await this.#write(
        user,
        async (writing, deletedAt) => {
          const forgotten = [this.#erasedAt.get(user), deletedAt];
          if (forgotten.some((at) => at != null && at > said.saidAt))
            throw new ForgottenMeanwhile();
          const turnId = await insertTurn(writing, turn);
          const refused = await applyProposals(writing, { said: [said], proposals, model }, schema);
          return { turnId, refused };
        },
        who,
      );
      return { ...result, changes };
    } catch (error) {
      if (error instanceof ForgottenMeanwhile) return null;
      throw error;
    }
  }

  /** Applies proposals that come with messages of the person, outside of a chat. */
  async propose(
    user: string,
    {
      said,
      proposals,
      model,
    }: { said: readonly Said[]; proposals: readonly Proposal[]; model: string },
    schema: ProfileSchema,
  ): Promise<Omit<RecordedTurn, 'turnId'>> {
    const { result: refused, changes } = await this.#write(user, async (writing) => {
      for (const { messageId, text, saidAt } of said) {
        if (messageId !== null) await insertMessage(writing, { messageId, text, saidAt });
      }
      return applyProposals(writing, { said, proposals, model }, schema);
    });
    return { changes, refused };
  }

  /** Adds an entry in the person's name; it replaces what stands in its place. Throws `ProfileError` for an unknown slot. */
  async addEntry(user: string, entry: NewEntry, schema: ProfileSchema): Promise<Changed> {
    const { result, changes } = await this.#write(user, (writing) =>
      placeEntry(writing, entry, schema),
    );
    return this.#describe(user, result, changes);
  }

  /** Corrects or pins an entry that holds; null where there is none. */
  async patchEntry(
    user: string,
    id: string,
    patch: EntryPatch,
    schema: ProfileSchema,
  ): Promise<Changed | null> {
    const { result, changes } = await this.#write(
      user,
      async (writing) => {
        const [row] = await selectEntries(writing.trx, user, { ids: [id], isLiving: true });
        return row === undefined ? null : patchEntry(writing, row, patch, schema);
      },
      'is known',
    );
    return result === null ? null : this.#describe(user, result, changes);
  }

  /**
   * Deletes an entry for good, with its past, its quotes, and the messages it was read from; null where there is
   * none, or another holds in its place.
   */
  async deleteEntry(user: string, id: string): Promise<Erased | null> {
    const { result } = await this.#write(user, (writing) => deleteEntry(writing, id), 'is known');
    if (result !== null || this.#isUnclean) await this.#forgetDeleted();
    return result;
  }

  /** Erases a person: everything that names them. */
  async erase(user: string): Promise<Erased> {
    this.#rememberErasure(user);
    const erased = await this.#guardWrite(() =>
      this.#db.transaction().execute(async (trx) => {
        await this.#takeUser(trx, user, 'is known');
        return erasePerson(trx, user);
      }),
    );
    for (const listener of this.#listeners) listener(user, []);
    await this.#forgetDeleted();
    return { user, erased };
  }

  /** Takes entries from elsewhere; what the person has in a place already stays. */
  async importEntries(user: string, { entries }: Import, schema: ProfileSchema): Promise<Imported> {
    const { result: reasons, changes } = await this.#write(user, (writing) =>
      importEntries(writing, entries, schema),
    );
    const refused = Object.values(reasons).reduce((sum, count) => sum + count, 0);
    return { changes: [...changes], refused, reasons };
  }

  /** Gives back what the database keeps open. */
  async close(): Promise<void> {
    await this.#database.close();
  }

  /** An entry as it stands after a change. */
  async #describe(user: string, id: string, changes: readonly Change[]): Promise<Changed> {
    const [row] = await this.#guard(() => selectEntries(this.#db, user, { ids: [id] }));
    return { entry: row === undefined ? null : toEntry(row), changes: [...changes] };
  }

  async #write<Result>(
    user: string,
    work: (writing: Writing, deletedAt: string | null) => Promise<Result>,
    who: Acquaintance = 'may be new',
  ): Promise<{ readonly result: Result; readonly changes: readonly Change[] }> {
    const written = await this.#guardWrite(() =>
      this.#db.transaction().execute(async (trx) => {
        const deletedAt = await this.#takeUser(trx, user, who);
        const writing: Writing = { trx, user, now: this.now(), made: [] };
        const result = await work(writing, deletedAt);
        return { result, changes: await describeChanges(trx, user, writing.made) };
      }),
    );
    if (written.changes.length > 0) {
      for (const listener of this.#listeners) listener(user, written.changes);
    }
    return written;
  }

  /**
   * The first statement writes, so that the transaction holds this person from its beginning. Gives the time at
   * which they last deleted something; null for never.
   */
  async #takeUser(
    trx: Transaction<Tables>,
    user: string,
    who: Acquaintance,
  ): Promise<string | null> {
    const [row] =
      who === 'may be new'
        ? await insertUser(trx, { id: user, created_at: this.#clock.timestamp() })
        : await touchUser(trx, { id: user });
    if (row === undefined && who === 'must be known') throw new ForgottenMeanwhile();
    return row?.deletedAt ?? null;
  }

  #rememberErasure(user: string): void {
    this.#erasedAt.delete(user);
    this.#erasedAt.set(user, this.now());
    const [oldest] = this.#erasedAt.keys();
    if (this.#erasedAt.size > mostErasures && oldest !== undefined) this.#erasedAt.delete(oldest);
  }

  /** Takes what was deleted out of the files as well. Throws `StoreError` `store_not_cleaned` where that fails. */
  async #forgetDeleted(): Promise<void> {
    this.#isUnclean = true;
    try {
      await this.#database.forgetDeleted();
    } catch (cause) {
      if (!this.#database.isFailure(cause)) throw cause;
      throw new StoreError(
        'store_not_cleaned',
        `It is deleted from the profile store ${this.name}, whose file could not be written anew (${this.#database.describe(cause)}) and may still hold bytes of it.`,
        { hint: 'Make room on the disk, then delete or erase once more.', cause },
      );
    }
    this.#isUnclean = false;
  }

  async #guardWrite<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await this.#guard(work);
      this.#isUnwritable = false;
      return result;
    } catch (error) {
      if (error instanceof StoreError) this.#isUnwritable = true;
      throw error;
    }
  }

  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      if (!this.#database.isFailure(cause)) throw cause;
      throw new StoreError(
        'store_unavailable',
        `The profile store ${this.name} did not answer: ${this.#database.describe(cause)}.`,
        { hint: 'Nothing of this request was saved. Check the database, then try again.', cause },
      );
    }
  }
}
