/**
 * Conversations as they were held: turns read back by the key of their texts so far, and written down.
 *
 * They are a cache for a model that goes on from them: what a person has deleted is not in them.
 */
import type { Kysely } from 'kysely';
import type { Profile } from '../profile/index.ts';
import type { Proposal } from './decide.ts';
import { createId, type Writing } from './entry-writes.ts';
import type { Said } from './evidence.ts';
import { keepQuery } from './kept-query.ts';
import type { MessageRow, Tables, TurnRow } from './tables.ts';

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
  /** Something was held of the person when the turn began: where nothing is any more, they were erased since. */
  readonly isKnown: boolean;
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

/** Turns that a conversation is read back with. */
const longestConversation = 400;

const selectChain = keepQuery(
  ['user', 'historyKey'],
  (db, { user, historyKey }: { readonly user: string; readonly historyKey: string }) =>
    db
      .withRecursive('chain', (db) =>
        db
          .selectFrom(
            db
              .selectFrom('turns')
              .select([
                ...(['id', 'parent_id', 'message', 'note', 'output', 'response', 'at'] as const),
                'profile_after',
              ])
              .where('user_id', '=', user)
              .where('history_key', '=', historyKey)
              .orderBy('at', 'desc')
              .limit(1)
              .as('last'),
          )
          .selectAll()
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
                'turns.profile_after',
              ])
              .where('turns.user_id', '=', user),
          ),
      )
      .selectFrom('chain')
      .select(['id', 'message', 'note', 'output', 'response', 'profile_after'])
      .orderBy('at', 'desc')
      .limit(longestConversation),
);

const insertMessageRow = keepQuery(['id', 'user_id', 'content', 'said_at'], (db, row: MessageRow) =>
  db.insertInto('messages').values(row),
);

const insertTurnRow = keepQuery(
  [
    ...(['id', 'user_id', 'parent_id', 'message_id', 'history_key', 'message', 'note'] as const),
    ...(['output', 'response', 'profile_after', 'model', 'format_problem', 'at'] as const),
  ],
  (db, row: TurnRow) => db.insertInto('turns').values(row),
);

/** Finds a conversation by the key of its texts so far; null where it was never held here. */
export async function findConversation(
  db: Kysely<Tables>,
  user: string,
  historyKey: string,
): Promise<StoredConversation | null> {
  const rows = await selectChain(db, { user, historyKey });
  const [last] = rows;
  if (last === undefined) return null;
  const { profile_after: profile } = last;
  return {
    turns: rows.reverse().map(({ profile_after: _, ...turn }) => turn),
    profile: profile === null ? null : (JSON.parse(profile) as Profile),
  };
}

/** Writes a message and its answer down; gives the id of the turn. */
export async function insertTurn(
  { trx, user, now }: Writing,
  { said, ...turn }: TurnRecord,
): Promise<string> {
  await insertMessage({ trx, user }, said);
  const id = createId('t');
  await insertTurnRow(trx, {
    id,
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
  });
  return id;
}

/** Writes down what a person wrote. */
export async function insertMessage(
  { trx, user }: Pick<Writing, 'trx' | 'user'>,
  { messageId, text, saidAt }: TurnRecord['said'],
): Promise<void> {
  await insertMessageRow(trx, { id: messageId, user_id: user, content: text, said_at: saidAt });
}
