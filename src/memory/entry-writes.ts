/**
 * Writes of one person's entries inside a transaction: begin, confirm, end, replace, and what a turn proposes.
 *
 * An entry is never overwritten: what replaces it is a row of its own, and every step leaves a change.
 */
import { randomUUID } from 'node:crypto';
import type { Insertable, Transaction } from 'kysely';
import type { ChangeKind, RefusedChange } from '../api/index.ts';
import type { ProfileSchema } from '../profile/index.ts';
import { raiseConfidence, startConfidence } from './confidence.ts';
import { decide, type LivingEntry, type Proposal } from './decide.ts';
import { readLiving, type StepRow } from './entry-rows.ts';
import type { Said, Support } from './evidence.ts';
import { keepQuery } from './kept-query.ts';
import { toSequence } from './rows.ts';
import type { ChangeRow, EntryRow, EvidenceRow, Tables } from './tables.ts';

/** A transaction that holds one person. */
export type Writing = {
  readonly trx: Transaction<Tables>;
  readonly user: string;
  readonly now: string;
  /** The changes made so far. */
  readonly made: StepRow[];
};

export type NewRow = Pick<
  EntryRow,
  'slot' | 'place' | 'value' | 'status' | 'confidence' | 'source'
> &
  Partial<EntryRow>;

const selectDeletions = keepQuery(['user'], (db, { user }: { readonly user: string }) =>
  db.selectFrom('deletions').select(['slot', 'at']).where('user_id', '=', user),
);

const insertEvidence = keepQuery(
  ['id', 'entry_id', 'user_id', 'message_id', 'quote', 'said_at'],
  (db, row: EvidenceRow) => db.insertInto('evidence').values(row),
);

const insertChange = keepQuery(
  ['user_id', 'kind', 'at', 'slot', 'entry_id', 'before_id'],
  (db, row: Insertable<ChangeRow>) => db.insertInto('changes').values(row).returning('sequence'),
);

const insertEntryRow = keepQuery(
  [
    ...(['id', 'user_id', 'slot', 'place', 'value', 'status', 'confidence', 'source'] as const),
    ...(['model', 'pinned', 'valid_from', 'valid_to', 'recorded_at', 'confirmed_at'] as const),
    ...(['held_at', 'ended_by', 'replaced_by'] as const),
  ],
  (db, row: EntryRow) => db.insertInto('entries').values(row),
);

type Ending = Pick<EntryRow, 'valid_to' | 'ended_by' | 'replaced_by'>;

const endEntry = keepQuery(
  ['id', 'user', 'valid_to', 'ended_by', 'replaced_by'],
  (db, { id, user, ...ending }: Ending & { readonly id: string; readonly user: string }) =>
    db.updateTable('entries').set(ending).where('id', '=', id).where('user_id', '=', user),
);

const endPlace = keepQuery(
  ['place', 'user', 'valid_to', 'ended_by', 'replaced_by'],
  (db, { place, user, ...ending }: Ending & { readonly place: string; readonly user: string }) =>
    db
      .updateTable('entries')
      .set(ending)
      .where('user_id', '=', user)
      .where('place', '=', place)
      .where('valid_to', 'is', null),
);

type Confirmation = Pick<EntryRow, 'confidence' | 'status' | 'confirmed_at'>;

const updateConfirmed = keepQuery(
  ['id', 'user', 'confidence', 'status', 'confirmed_at'],
  (db, { id, user, ...found }: Confirmation & { readonly id: string; readonly user: string }) =>
    db.updateTable('entries').set(found).where('id', '=', id).where('user_id', '=', user),
);

/** Applies what a model proposed, one after the other; gives what was refused. */
export async function applyProposals(
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
  const deletions = await selectDeletions(trx, { user });
  const deletedAt = new Map(deletions.map(({ slot, at }) => [slot, at]));
  const slots = proposals.map(({ slot }) => slot);
  const refused: RefusedChange[] = [];
  let living: LivingEntry[] | null = null;
  for (const proposal of proposals) {
    living ??= await readLiving(trx, user, slots);
    const decision = decide(proposal, { schema, living, deletedAt, said });
    if (decision.kind === 'nothing') continue;
    if (decision.kind === 'refuse') {
      refused.push({ ...cutProposal(proposal), reason: decision.reason });
      continue;
    }
    // What is done now is known to the next one.
    living = null;
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
        const id = await insertEntry(writing, row, support);
        await noteChange(writing, 'added', { id, slot }, null);
      } else await replaceEntry(writing, replaces, row, support);
    }
    if (decision.kind === 'confirm') await confirmEntry(writing, decision.entry, decision.support);
    if (decision.kind === 'retract') await retractEntry(writing, decision.entry, decision.support);
  }
  return refused;
}

async function confirmEntry(
  { trx, user, ...rest }: Writing,
  entry: LivingEntry,
  support: Support,
): Promise<void> {
  await addQuote({ trx, user, ...rest }, entry.id, support);
  await updateConfirmed(trx, {
    id: entry.id,
    user,
    confidence: raiseConfidence(entry.confidence),
    status: support.status === 'stated' ? 'stated' : entry.status,
    confirmed_at: support.saidAt > entry.confirmed_at ? support.saidAt : entry.confirmed_at,
  });
  await noteChange({ trx, user, ...rest }, 'confirmed', entry, null);
}

async function retractEntry(writing: Writing, entry: LivingEntry, support: Support): Promise<void> {
  await addQuote(writing, entry.id, support);
  await endEntry(writing.trx, {
    id: entry.id,
    user: writing.user,
    ...{ valid_to: support.saidAt, ended_by: 'retracted', replaced_by: null },
  });
  await noteChange(writing, 'retracted', entry, null);
}

/** Ends an entry and begins the one that takes its place; gives the new one's id. */
export async function replaceEntry(
  writing: Writing,
  old: Pick<EntryRow, 'id' | 'slot'>,
  row: NewRow,
  support?: Support,
): Promise<string> {
  const { trx, user, now } = writing;
  const kind = row.source === 'person' ? 'corrected' : 'replaced';
  const id = createId('e');
  const ending: Ending = { valid_to: support?.saidAt ?? now, ended_by: kind, replaced_by: id };
  await endEntry(trx, { id: old.id, user, ...ending });
  // The new wording may be that of a third entry, which then says the same.
  await endPlace(trx, { place: row.place, user, ...ending });
  await insertEntry(writing, { ...row, id }, support);
  await noteChange(writing, kind, { id, slot: row.slot }, old.id);
  return id;
}

/** Begins an entry; gives its id. */
export async function insertEntry(
  { trx, user, now }: Writing,
  row: NewRow,
  support?: Support,
): Promise<string> {
  const id = row.id ?? createId('e');
  await insertEntryRow(trx, {
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
  });
  if (support !== undefined) await addQuote({ trx, user, now, made: [] }, id, support);
  return id;
}

async function addQuote({ trx, user }: Writing, entryId: string, support: Support): Promise<void> {
  await insertEvidence(trx, {
    id: createId('q'),
    entry_id: entryId,
    user_id: user,
    message_id: support.messageId,
    quote: support.quote,
    said_at: support.saidAt,
  });
}

/** Writes a step of the history. */
export async function noteChange(
  { trx, user, now, made }: Writing,
  kind: ChangeKind,
  entry: Pick<EntryRow, 'id' | 'slot'>,
  before: string | null,
): Promise<void> {
  const step = { kind, at: now, slot: entry.slot, entry_id: entry.id, before_id: before };
  const [row] = await insertChange(trx, { user_id: user, ...step });
  made.push({ sequence: toSequence(row?.sequence), ...step });
}

function cutProposal({ kind, slot, value }: Proposal): Proposal {
  return { kind, slot: slot.slice(0, 64), value: value.slice(0, 400) };
}

/** Ids are made of a random UUID, so that two servers never give the same. */
export function createId(mark: 'e' | 'q' | 't' | 'm'): string {
  return `${mark}_${randomUUID().replaceAll('-', '')}`;
}
