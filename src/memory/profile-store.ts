/**
 * Where profiles are kept: reads and writes of one person's entries, messages, turns and history.
 *
 * Every query names its person, and every write is one transaction that first takes that person's row, so
 * that two servers on one database take turns. What a call answers is on the disk when it answers.
 */
import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type {
  Change,
  Changed,
  ChangeKind,
  Entry,
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
import { findSlot, spellValue, type Profile, type ProfileSchema } from '../profile/index.ts';
import { decide, mostEntries, type LivingEntry, type Proposal } from './decide.ts';
import type { Said, Support } from './evidence.ts';
import type { OpenedDatabase } from './open-database.ts';
import { nameBy } from './places.ts';
import { raiseConfidence, startConfidence } from './confidence.ts';
import { toEntry, toSequence } from './rows.ts';
import type { EntryRow, Tables } from './tables.ts';

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

type Writing = {
  readonly trx: Transaction<Tables>;
  readonly user: string;
  readonly now: string;
  /** Sequences of the changes made so far. */
  readonly made: number[];
};

type NewRow = Pick<EntryRow, 'slot' | 'place' | 'value' | 'status' | 'confidence' | 'source'> &
  Partial<EntryRow>;

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
      const rows = await this.#selectEntries(this.#db, user, (query) =>
        query.where('valid_to', 'is', null),
      );
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
      const [row] = await this.#selectEntries(this.#db, user, (query) =>
        query.where('id', '=', id),
      );
      if (row === undefined) return null;
      const rows = await this.#selectEntries(this.#db, user, (query) =>
        query.where('slot', '=', row.slot),
      );
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
      const changes = await this.#fill(
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
      return this.#fill(
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
      const refused = await this.#applyProposals(writing, turn, schema);
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
      return this.#applyAll(writing, { said, proposals, model }, schema);
    });
    return { changes, refused };
  }

  /** Adds an entry in the person's name; it replaces what stands in its place. Throws `ProfileError` for an unknown slot. */
  async addEntry(user: string, entry: NewEntry, schema: ProfileSchema): Promise<Changed> {
    return this.#writePerson(user, (writing) => this.#placeByPerson(writing, entry, schema));
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
        return this.#replace(writing, row, {
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
      await this.#note(writing, pinned ? 'pinned' : 'unpinned', row, null);
      return row.id;
    });
  }

  /** Deletes an entry for good, with its past, its quotes, and the messages it was read from; null where there is none. */
  async deleteEntry(user: string, id: string): Promise<Erased | null> {
    const { result } = await this.#write(
      user,
      async (writing) => {
        const { trx, now } = writing;
        const [row] = await this.#selectEntries(trx, user, (query) => query.where('id', '=', id));
        if (row === undefined) return null;
        const all = await this.#selectEntries(trx, user, (query) =>
          query.where('slot', '=', row.slot),
        );
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
        await this.#note(writing, 'deleted', row, null);
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
      const rows = await this.#selectEntries(this.#db, user, (query) => query);
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
        changes: await this.#fill(
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
        const living = await this.#readLiving(writing.trx, user);
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
        const id = await this.#insert(writing, {
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
        await this.#note(writing, 'imported', { id, slot: slot.name }, null);
      }
      return left;
    });
    return { changes: [...changes], refused };
  }

  /** Gives back what the database keeps open. */
  async close(): Promise<void> {
    await this.#database.close();
  }

  async #applyProposals(
    writing: Writing,
    turn: TurnRecord,
    schema: ProfileSchema,
  ): Promise<RefusedChange[]> {
    const { said, proposals, model } = turn;
    return this.#applyAll(writing, { said: [said], proposals, model }, schema);
  }

  async #applyAll(
    writing: Writing,
    {
      said,
      proposals,
      model,
    }: { said: readonly Said[]; proposals: readonly Proposal[]; model: string },
    schema: ProfileSchema,
  ): Promise<RefusedChange[]> {
    const { trx, user } = writing;
    if (proposals.length === 0) return [];
    const deletions = await trx
      .selectFrom('deletions')
      .select(['slot', 'at'])
      .where('user_id', '=', user)
      .execute();
    const deletedAt = new Map(deletions.map(({ slot, at }) => [slot, at]));
    const refused: RefusedChange[] = [];
    for (const proposal of proposals) {
      const living = await this.#readLiving(trx, user);
      const decision = decide(proposal, { schema, living, deletedAt, said });
      if (decision.kind === 'refuse')
        refused.push({ ...cutProposal(proposal), reason: decision.reason });
      if (decision.kind === 'add') {
        const { support, replaces, slot, place, value } = decision;
        const row: NewRow = {
          slot,
          place,
          value,
          status: support.status,
          confidence: startConfidence[support.status],
          source: 'model',
          model,
          valid_from: support.saidAt,
          confirmed_at: support.saidAt,
        };
        if (replaces === null) {
          const id = await this.#insert(writing, row, support);
          await this.#note(writing, 'added', { id, slot }, null);
        } else await this.#replace(writing, replaces, row, support);
      }
      if (decision.kind === 'confirm')
        await this.#confirm(writing, decision.entry, decision.support);
      if (decision.kind === 'retract')
        await this.#retract(writing, decision.entry, decision.support);
    }
    return refused;
  }

  async #confirm(
    { trx, user, ...rest }: Writing,
    entry: LivingEntry,
    support: Support,
  ): Promise<void> {
    await this.#quote({ trx, user, ...rest }, entry.id, support);
    await trx
      .updateTable('entries')
      .set({
        confidence: raiseConfidence(entry.confidence),
        status: support.status === 'stated' ? 'stated' : entry.status,
        confirmed_at: support.saidAt > entry.confirmed_at ? support.saidAt : entry.confirmed_at,
      })
      .where('id', '=', entry.id)
      .where('user_id', '=', user)
      .execute();
    await this.#note({ trx, user, ...rest }, 'confirmed', entry, null);
  }

  async #retract(writing: Writing, entry: LivingEntry, support: Support): Promise<void> {
    await this.#quote(writing, entry.id, support);
    await writing.trx
      .updateTable('entries')
      .set({ valid_to: support.saidAt, ended_by: 'retracted' })
      .where('id', '=', entry.id)
      .where('user_id', '=', writing.user)
      .execute();
    await this.#note(writing, 'retracted', entry, null);
  }

  /** Ends an entry and begins the one that takes its place. */
  async #replace(
    writing: Writing,
    old: Pick<EntryRow, 'id' | 'slot'>,
    row: NewRow,
    support?: Support,
  ): Promise<string> {
    const { trx, user, now } = writing;
    const kind = row.source === 'person' ? 'corrected' : 'replaced';
    const id = createId('e');
    await trx
      .updateTable('entries')
      .set({ valid_to: support?.saidAt ?? now, ended_by: kind, replaced_by: id })
      .where('id', '=', old.id)
      .where('user_id', '=', user)
      .execute();
    // The new wording may be that of a third entry, which then says the same.
    await trx
      .updateTable('entries')
      .set({ valid_to: support?.saidAt ?? now, ended_by: kind, replaced_by: id })
      .where('user_id', '=', user)
      .where('place', '=', row.place)
      .where('valid_to', 'is', null)
      .execute();
    await this.#insert(writing, { ...row, id }, support);
    await this.#note(writing, kind, { id, slot: row.slot }, old.id);
    return id;
  }

  async #placeByPerson(writing: Writing, entry: NewEntry, schema: ProfileSchema): Promise<string> {
    const slot = findSlot(schema, entry.slot);
    const value = spellValue(slot, entry.value);
    const place = nameBy(slot, value);
    const row: NewRow = {
      slot: slot.name,
      place,
      value,
      status: 'stated',
      confidence: 1,
      source: 'person',
      pinned: entry.pinned === true ? 1 : 0,
      held_at: writing.now,
    };
    const current = (await this.#readLiving(writing.trx, writing.user)).find(
      (each) => each.place === place,
    );
    if (current !== undefined) return this.#replace(writing, current, row);
    const id = await this.#insert(writing, row);
    await this.#note(writing, 'added', { id, slot: slot.name }, null);
    return id;
  }

  async #insert({ trx, user, now }: Writing, row: NewRow, support?: Support): Promise<string> {
    const id = row.id ?? createId('e');
    await trx
      .insertInto('entries')
      .values({
        model: null,
        pinned: 0,
        valid_from: now,
        valid_to: null,
        recorded_at: now,
        confirmed_at: now,
        held_at: null,
        ended_by: null,
        replaced_by: null,
        ...row,
        id,
        user_id: user,
      })
      .execute();
    if (support !== undefined) await this.#quote({ trx, user, now, made: [] }, id, support);
    return id;
  }

  async #quote({ trx, user }: Writing, entryId: string, support: Support): Promise<void> {
    await trx
      .insertInto('evidence')
      .values({
        id: createId('q'),
        entry_id: entryId,
        user_id: user,
        message_id: support.messageId,
        quote: support.quote,
        said_at: support.saidAt,
      })
      .execute();
  }

  async #note(
    { trx, user, now, made }: Writing,
    kind: ChangeKind,
    entry: Pick<EntryRow, 'id' | 'slot'>,
    before: string | null,
  ): Promise<void> {
    const row = await trx
      .insertInto('changes')
      .values({
        user_id: user,
        kind,
        at: now,
        slot: entry.slot,
        entry_id: entry.id,
        before_id: before,
      })
      .returning('sequence')
      .executeTakeFirstOrThrow();
    made.push(toSequence(row.sequence));
  }

  async #readLiving(db: Kysely<Tables>, user: string): Promise<LivingEntry[]> {
    const rows = await this.#selectEntries(db, user, (query) =>
      query.where('valid_to', 'is', null),
    );
    return rows.map((row) => ({ ...toEntry(row), place: row.place, heldAt: row.held_at }));
  }

  /** Rows of entries with their evidence, oldest first. */
  async #selectEntries(
    db: Kysely<Tables>,
    user: string,
    narrow: (query: EntryQuery) => EntryQuery,
  ): Promise<FullRow[]> {
    const rows = await narrow(db.selectFrom('entries').selectAll().where('user_id', '=', user))
      .orderBy('recorded_at')
      .orderBy('id')
      .execute();
    if (rows.length === 0) return [];
    const quotes = await db
      .selectFrom('evidence')
      .selectAll()
      .where('user_id', '=', user)
      .$if(rows.length < 500, (query) =>
        query.where(
          'entry_id',
          'in',
          rows.map(({ id }) => id),
        ),
      )
      .orderBy('said_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      ...row,
      evidence: quotes.filter(({ entry_id: id }) => id === row.id),
    }));
  }

  /** Changes by their sequences, oldest first, with their entries as they stand now. */
  async #fill(db: Kysely<Tables>, user: string, sequences: readonly number[]): Promise<Change[]> {
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
    const entries = await this.#selectEntries(db, user, (query) =>
      named.size < 500 ? query.where('id', 'in', [...named]) : query,
    );
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

  async #writePerson(user: string, work: (writing: Writing) => Promise<string>): Promise<Changed> {
    const { result, changes } = await this.#write(user, work);
    const [row] = await this.#guard(() =>
      this.#selectEntries(this.#db, user, (query) => query.where('id', '=', result)),
    );
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
        const [row] = await this.#selectEntries(writing.trx, user, (query) =>
          query.where('id', '=', id).where('valid_to', 'is', null),
        );
        return row === undefined ? null : work(writing, row);
      },
      'is known',
    );
    if (result === null) return null;
    const [row] = await this.#guard(() =>
      this.#selectEntries(this.#db, user, (query) => query.where('id', '=', result)),
    );
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
        return { result, changes: await this.#fill(trx, user, writing.made) };
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

type EntryQuery = ReturnType<typeof selectAllEntries>;
type FullRow = Parameters<typeof toEntry>[0];

/** For its type alone: a query that can still be narrowed. */
function selectAllEntries(db: Kysely<Tables>) {
  return db.selectFrom('entries').selectAll();
}

/** An entry with all that it replaced and all that replaced it. */
function collectLinked(rows: readonly FullRow[], start: FullRow): FullRow[] {
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

function count(result: { readonly numDeletedRows: bigint } | undefined): number {
  return Number(result?.numDeletedRows ?? 0n);
}

function cutProposal({ kind, slot, value }: Proposal): Proposal {
  return { kind, slot: slot.slice(0, 64), value: value.slice(0, 400) };
}

/** Ids are made of a random UUID, so that two servers never give the same. */
export function createId(mark: 'e' | 'q' | 't' | 'm'): string {
  return `${mark}_${randomUUID().replaceAll('-', '')}`;
}

function nextMillisecond(time: string): string {
  const milliseconds = Number(time.slice(20, 23)) + 1;
  // A clock that stands still or goes back for longer than a second moves on by its last digits.
  return `${time.slice(0, 20)}${String(Math.min(milliseconds, 999)).padStart(3, '0')}Z`;
}
