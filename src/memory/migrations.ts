/**
 * The steps that bring a database to the present tables, oldest first.
 *
 * A step that was released is never changed; another is added. They run in a transaction under a lock, so
 * that servers that start together do not meet.
 */
import { sql, type Kysely, type Migration, type MigrationProvider } from 'kysely';

/** What differs between the databases a step may meet. */
type Meeting = { readonly isPostgres: boolean };

const createTables = ({ isPostgres }: Meeting): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const { schema } = db;
    await schema
      .createTable('users')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('messages')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('user_id', 'text', ownedByUser)
      .addColumn('content', 'text', (column) => column.notNull())
      .addColumn('said_at', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('turns')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('user_id', 'text', ownedByUser)
      .addColumn('parent_id', 'text')
      .addColumn('message_id', 'text')
      .addColumn('history_key', 'text', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addColumn('note', 'text', (column) => column.notNull())
      .addColumn('output', 'text')
      .addColumn('response', 'text', (column) => column.notNull())
      .addColumn('profile_after', 'text')
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('format_problem', 'text')
      .addColumn('at', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('entries')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('user_id', 'text', ownedByUser)
      .addColumn('slot', 'text', (column) => column.notNull())
      .addColumn('place', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('confidence', 'double precision', (column) => column.notNull())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('model', 'text')
      .addColumn('pinned', 'integer', (column) => column.notNull())
      .addColumn('valid_from', 'text', (column) => column.notNull())
      .addColumn('valid_to', 'text')
      .addColumn('recorded_at', 'text', (column) => column.notNull())
      .addColumn('confirmed_at', 'text', (column) => column.notNull())
      .addColumn('held_at', 'text')
      .addColumn('ended_by', 'text')
      .addColumn('replaced_by', 'text')
      .execute();
    await schema
      .createTable('evidence')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('entry_id', 'text', (column) =>
        column.notNull().references('entries.id').onDelete('cascade'),
      )
      .addColumn('user_id', 'text', ownedByUser)
      .addColumn('message_id', 'text')
      .addColumn('quote', 'text', (column) => column.notNull())
      .addColumn('said_at', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('changes')
      // A number is never used again, so that nobody who resumes misses what came after an erasure.
      .addColumn('sequence', isPostgres ? 'bigint' : 'integer', (column) =>
        isPostgres
          ? column.generatedAlwaysAsIdentity().primaryKey()
          : column.primaryKey().autoIncrement(),
      )
      .addColumn('user_id', 'text', ownedByUser)
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('at', 'text', (column) => column.notNull())
      .addColumn('slot', 'text', (column) => column.notNull())
      .addColumn('entry_id', 'text')
      .addColumn('before_id', 'text')
      .execute();
    await schema
      .createTable('deletions')
      .addColumn('user_id', 'text', ownedByUser)
      .addColumn('slot', 'text', (column) => column.notNull())
      .addColumn('at', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('deletions_key', ['user_id', 'slot'])
      .execute();
    for (const [table, columns] of indices) {
      await schema
        .createIndex(`${table}_by_${columns.join('_')}`)
        .on(table)
        .columns([...columns])
        .execute();
    }
    // One current value a place, whatever two servers do at once.
    await sql`create unique index entries_living on entries (user_id, place) where valid_to is null`.execute(
      db,
    );
  },
});

const indices = [
  ['messages', ['user_id', 'said_at']],
  ['turns', ['user_id', 'history_key']],
  ['entries', ['user_id', 'slot']],
  ['evidence', ['entry_id']],
  ['evidence', ['user_id']],
  ['changes', ['user_id', 'sequence']],
] as const;

type Column = {
  notNull(): Column;
  references(ref: string): Column;
  onDelete(action: 'cascade'): Column;
};

/** Whatever is kept of a person goes with them. */
function ownedByUser<Builder>(column: Builder): Builder {
  const builder = column as unknown as Column;
  return builder.notNull().references('users.id').onDelete('cascade') as unknown as Builder;
}

/** Gives the steps for one kind of database. */
export function provideMigrations(meeting: Meeting): MigrationProvider {
  return { getMigrations: async () => ({ '001-tables': createTables(meeting) }) };
}
