/**
 * Where profiles are kept: reads and writes of one person's entries, messages, turns and history.
 *
 * Every query names its person, and every write is one transaction that first takes that person's row, so
 * that two servers on one database take turns. What a call answers is on the disk when it answers.
 */
import type { Kysely, Transaction } from 'kysely';
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
import { StoreError, type Clock } from '../base/index.ts';
import { spellValue, type Profile, type ProfileSchema } from '../profile/index.ts';
import { startConfidence } from './confidence.ts';
import { mostEntries, type Proposal } from './decide.ts';
import {
  collectLinked,
  readChanges,
  readLiving,
  selectEntries,
  type FullRow,
} from './entry-rows.ts';
import {
  applyProposals,
  createId,
  insertEntry,
  noteChange,
  placeEntry,
  replaceEntry,
  type Writing,
} from './entry-writes.ts';
import type { Said } from './evidence.ts';
import type { OpenedDatabase } from './open-database.ts';
import { nameBy } from './places.ts';
import { toEntry, toSequence } from './rows.ts';
import type { Tables } from './tables.ts';

/** One exchange of an earlier turn, as a dialogue goes on from it. */
export type StoredTurn = {
  readonly id: string;
  readonly message: string;
  readonly note: string;
  /** Null where it was cleared, because something in it was deleted. */
  readonly output: string | null;
  readonly response: string;
};

export type StoredConversation = {
  /** Oldest first. */
  readonly turns: readonly StoredTurn[];
  /** The profile that the model was left with; null where it was cleared. */
  readonly profile: Profile | null;
};

/** An answered message, to be written down with the changes that it led to. */
export type TurnRecord = {
  /** The person's message as it came, and when. */
  readonly said: Said & { readonly messageId: string };
  readonly parentId: string | null;
  readonly historyKey: string;
  /** The message and the note as the model was shown them. */
  readonly message: string;
  readonly note: string;
  readonly output: string;
  readonly response: string;
  readonly profileAfter: Profile;
  readonly model: string;
  readonly formatProblem: string | null;
  readonly proposals: readonly Proposal[];
};

export type RecordedTurn = {
  readonly turnId: string;
  readonly changes: readonly Change[];
  readonly refused: readonly RefusedChange[];
};

/** Called after a change is on the disk. */
export type ChangeListener = (user: string, changes: readonly Change[]) => void;

/** Turns that a conversation is read back with. */
const longestConversation = 400;

export class ProfileStore {
  readonly #database: OpenedDatabase;
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;
  readonly #listeners = new Set<ChangeListener>();
  #lastTime = '';

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
    this.#lastTime = time > this.#lastTime ? time : nextMillisecond(this.#lastTime);
    return this.#lastTime;
  }

  /** Adds a listener; gives what takes it off again. */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Throws `StoreError` where the database does not answer. */
  async ping(): Promise<void> {
    await this.#guard(() => this.#db.selectFrom('users').select('id').limit(1).execute());
  }

  /** The entries that hold: pinned ones first, then the most recently confirmed. */
  async readProfile(user: string): Promise<ProfileView> {
    return this.#guard(async () => {
      const rows = await selectEntries(this.#db, user, { isLiving: true });
      const last = await this.#db
        .selectFrom('changes')
        .select((get) => get.fn.max('sequence').as('last'))
        .where('user_id', '=', user)
        .executeTakeFirst();
      const entries = rows
        .map(toEntry)
        .sort(
          (a, b) =>
            Number(b.pinned) - Number(a.pinned) ||
            b.confirmed_at.localeCompare(a.confirmed_at) ||
            a.id.localeCompare(b.id),
        );
      return { user, entries, sequence: toSequence(last?.last) };
    });
  }

  /** Everything that stood in the place of an entry, newest first; null where there is no such entry. */
  async readEntryHistory(user: string, id: string): Promise<EntryHistory | null> {
    return this.#guard(async () => {
      const [row] = await selectEntries(this.#db, user, { ids: [id] });
      if (row === undefined) return null;
      const rows = await selectEntries(this.#db, user, { slot: row.slot });
      const linked = collectLinked(rows, row);
      const entries = linked
        .map(toEntry)
        .sort(
          (a, b) =>
            b.valid_from.localeCompare(a.valid_from) || b.recorded_at.localeCompare(a.recorded_at),
        );
      return { user, entries };
    });
  }

  /** The time line, newest first. */
  async readHistory(
    user: string,
    page: { before?: number | undefined; limit: number },
  ): Promise<History> {
    return this.#guard(async () => {
      const rows = await this.#db
        .selectFrom('changes')
        .selectAll()
        .where('user_id', '=', user)
        .$if(page.before !== undefined, (query) => query.where('sequence', '<', page.before ?? 0))
        .orderBy('sequence', 'desc')
        .limit(page.limit + 1)
        .execute();
      const shown = rows.slice(0, page.limit);
      const changes = await readChanges(
        this.#db,
        user,
        shown.map(({ sequence }) => sequence),
      );
      return {
        user,
        changes: changes.reverse(),
        next: rows.length > shown.length ? toSequence(shown.at(-1)?.sequence) : null,
      };
    });
  }

  /** Changes after a sequence, oldest first. */
  async readChangesAfter(user: string, sequence: number, limit = 500): Promise<readonly Change[]> {
    return this.#guard(async () => {
      const rows = await this.#db
        .selectFrom('changes')
        .select('sequence')
        .where('user_id', '=', user)
        .where('sequence', '>', sequence)
        .orderBy('sequence')
        .limit(limit)
        .execute();
      return readChanges(
        this.#db,
        user,
        rows.map((row) => row.sequence),
      );
    });
  }

  /** Finds a conversation by the key of its texts so far; null where it was never held here. */
  async findConversation(user: string, historyKey: string): Promise<StoredConversation | null> {
    return this.#guard(async () => {
      const last = await this.#db
        .selectFrom('turns')
        .select(['id', 'profile_after'])
        .where('user_id', '=', user)
        .where('history_key', '=', historyKey)
        .orderBy('at', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (last === undefined) return null;
      const rows = await this.#db
        .withRecursive('chain', (db) =>
          db
            .selectFrom('turns')
            .select(['id', 'parent_id', 'message', 'note', 'output', 'response', 'at'])
            .where('id', '=', last.id)
            .where('user_id', '=', user)
            .unionAll(
              db
                .selectFrom('turns')
                .innerJoin('chain', 'chain.parent_id', 'turns.id')
                .select([
                  'turns.id',
                  'turns.parent_id',
                  'turns.message',
                  'turns.note',
                  'turns.output',
                  'turns.response',
                  'turns.at',
                ])
                .where('turns.user_id', '=', user),
            ),
        )
        .selectFrom('chain')
        .select(['id', 'message', 'note', 'output', 'response'])
        .orderBy('at', 'desc')
        .limit(longestConversation)
        .execute();
      const { profile_after: profile } = last;
      return {
        turns: rows.reverse(),
        profile: profile === null ? null : (JSON.parse(profile) as Profile),
      };
    });
  }

  /** Writes a turn down and applies what was proposed in it, all or nothing. */
  async recordTurn(user: string, turn: TurnRecord, schema: ProfileSchema): Promise<RecordedTurn> {
    const { result, changes } = await this.#write(user, async (writing) => {
      const { trx, now } = writing;
      const { said } = turn;
      await trx
        .insertInto('messages')
        .values({ id: said.messageId, user_id: user, content: said.text, said_at: said.saidAt })
        .execute();
      const turnId = createId('t');
      await trx
        .insertInto('turns')
        .values({
          id: turnId,
          user_id: user,
          parent_id: turn.parentId,
          message_id: said.messageId,
          history_key: turn.historyKey,
          message: turn.message,
          note: turn.note,
          output: turn.output,
          response: turn.response,
          profile_after: JSON.stringify(turn.profileAfter),
          model: turn.model,
          format_problem: turn.formatProblem,
          at: now,
        })
        .execute();
      const refused = await applyProposals(
        writing,
        { said: [turn.said], proposals: turn.proposals, model: turn.model },
        schema,
      );
      return { turnId, refused };
    });
    return { ...result, changes };
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
        if (messageId === null) continue;
        await writing.trx
          .insertInto('messages')
          .values({ id: messageId, user_id: user, content: text, said_at: saidAt })
          .execute();
      }
      return applyProposals(writing, { said, proposals, model }, schema);
    });
    return { changes, refused };
  }

  /** Adds an entry in the person's name; it replaces what stands in its place. Throws `ProfileError` for an unknown slot. */
  async addEntry(user: string, entry: NewEntry, schema: ProfileSchema): Promise<Changed> {
    return this.#writePerson(user, (writing) => placeEntry(writing, entry, schema));
  }

  /** Corrects or pins an entry that holds; null where there is none. */
  async patchEntry(
    user: string,
    id: string,
    patch: EntryPatch,
    schema: ProfileSchema,
  ): Promise<Changed | null> {
    return this.#writeEntry(user, id, async (writing, row) => {
      const { trx, now } = writing;
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
        .where('id', '=', id)
        .where('user_id', '=', user)
        .execute();
      await noteChange(writing, pinned ? 'pinned' : 'unpinned', row, null);
      return row.id;
    });
  }

  /** Deletes an entry for good, with its past, its quotes, and the messages it was read from; null where there is none. */
  async deleteEntry(user: string, id: string): Promise<Erased | null> {
    const { result } = await this.#write(
      user,
      async (writing) => {
        const { trx, now } = writing;
        const [row] = await selectEntries(trx, user, { ids: [id] });
        if (row === undefined) return null;
        const all = await selectEntries(trx, user, { slot: row.slot });
        const linked = collectLinked(all, row);
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
        const turns = count(
          await trx.deleteFrom('turns').where('user_id', '=', user).executeTakeFirst(),
        );
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
      },
      'is known',
    );
    if (result !== null) await this.#guard(() => this.#database.forgetDeleted());
    return result;
  }

  /** Erases a person: everything that names them. */
  async erase(user: string): Promise<Erased> {
    const erased = await this.#guard(() =>
      this.#db.transaction().execute(async (trx) => {
        await this.#takeUser(trx, user, 'is known');
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
      }),
    );
    await this.#guard(() => this.#database.forgetDeleted());
    return { user, erased };
  }

  /** All that is held of a person. */
  async exportUser(user: string): Promise<Export> {
    return this.#guard(async () => {
      const rows = await selectEntries(this.#db, user);
      const sequences = await this.#db
        .selectFrom('changes')
        .select('sequence')
        .where('user_id', '=', user)
        .orderBy('sequence')
        .execute();
      const messages = await this.#db
        .selectFrom('messages')
        .select(['id', 'content', 'said_at'])
        .where('user_id', '=', user)
        .orderBy('said_at')
        .execute();
      const turns = await this.#db
        .selectFrom('turns')
        .select(['id', 'message_id', 'response as reply', 'model', 'at'])
        .where('user_id', '=', user)
        .orderBy('at')
        .execute();
      return {
        format: 'rlpa-profile',
        version: 1,
        user,
        exported_at: this.#clock.timestamp(),
        entries: rows.map(toEntry).sort((a, b) => a.recorded_at.localeCompare(b.recorded_at)),
        changes: await readChanges(
          this.#db,
          user,
          sequences.map(({ sequence }) => sequence),
        ),
        messages,
        turns,
      };
    });
  }

  /** Takes entries from elsewhere; what the person has in a place already stays. */
  async importEntries(user: string, { entries }: Import, schema: ProfileSchema): Promise<Imported> {
    const { result: refused, changes } = await this.#write(user, async (writing) => {
      let left = 0;
      for (const entry of entries) {
        const slot = schema.slots.find(({ name }) => name === entry.slot);
        const living = await readLiving(writing.trx, user);
        const place = slot === undefined ? '' : nameBy(slot, spellValue(slot, entry.value));
        const isTaken = living.some((each) => each.place === place);
        if (
          slot === undefined ||
          isTaken ||
          entry.valid_to != null ||
          living.length >= mostEntries
        ) {
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
    });
    return { changes: [...changes], refused };
  }

  /** Gives back what the database keeps open. */
  async close(): Promise<void> {
    await this.#database.close();
  }

  async #writePerson(user: string, work: (writing: Writing) => Promise<string>): Promise<Changed> {
    const { result, changes } = await this.#write(user, work);
    const [row] = await this.#guard(() => selectEntries(this.#db, user, { ids: [result] }));
    return { entry: row === undefined ? null : toEntry(row), changes: [...changes] };
  }

  async #writeEntry(
    user: string,
    id: string,
    work: (writing: Writing, row: FullRow) => Promise<string>,
  ): Promise<Changed | null> {
    const { result, changes } = await this.#write(
      user,
      async (writing) => {
        const [row] = await selectEntries(writing.trx, user, { ids: [id], isLiving: true });
        return row === undefined ? null : work(writing, row);
      },
      'is known',
    );
    if (result === null) return null;
    const [row] = await this.#guard(() => selectEntries(this.#db, user, { ids: [result] }));
    return { entry: row === undefined ? null : toEntry(row), changes: [...changes] };
  }

  async #write<Result>(
    user: string,
    work: (writing: Writing) => Promise<Result>,
    isNew: 'may be new' | 'is known' = 'may be new',
  ): Promise<{ readonly result: Result; readonly changes: readonly Change[] }> {
    const written = await this.#guard(() =>
      this.#db.transaction().execute(async (trx) => {
        await this.#takeUser(trx, user, isNew);
        const writing: Writing = { trx, user, now: this.now(), made: [] };
        const result = await work(writing);
        return { result, changes: await readChanges(trx, user, writing.made) };
      }),
    );
    if (written.changes.length > 0) {
      for (const listener of this.#listeners) listener(user, written.changes);
    }
    return written;
  }

  /** The first statement writes, so that the transaction holds this person from its beginning. */
  async #takeUser(
    trx: Transaction<Tables>,
    user: string,
    who: 'may be new' | 'is known',
  ): Promise<void> {
    if (who === 'is known') {
      await trx.updateTable('users').set({ id: user }).where('id', '=', user).execute();
      return;
    }
    await trx
      .insertInto('users')
      .values({ id: user, created_at: this.#clock.timestamp() })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ id: user }))
      .execute();
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

function count(result: { readonly numDeletedRows: bigint } | undefined): number {
  return Number(result?.numDeletedRows ?? 0n);
}

function nextMillisecond(time: string): string {
  const milliseconds = Number(time.slice(20, 23)) + 1;
  // A clock that stands still or goes back for longer than a second moves on by its last digits.
  return `${time.slice(0, 20)}${String(Math.min(milliseconds, 999)).padStart(3, '0')}Z`;
}
