/** A row of the database as an entry of the API. */
import type { Entry } from '../api/index.ts';
import type { EntryRow, EvidenceRow } from './tables.ts';

/** What an entry says, without the words it rests on. */
export type BareEntry = Omit<Entry, 'evidence'>;

/** Makes an entry of its row and the words it rests on. */
export function toEntry(
  row: EntryRow & {
    readonly evidence: readonly Pick<EvidenceRow, 'message_id' | 'quote' | 'said_at'>[];
  },
): Entry {
  const evidence = row.evidence.map(({ message_id, quote, said_at }) => ({
    message_id,
    quote,
    said_at,
  }));
  return { ...toBareEntry(row), evidence };
}

/** Makes an entry of its row alone. */
export function toBareEntry(row: EntryRow): BareEntry {
  return {
    id: row.id,
    slot: row.slot,
    value: row.value,
    status: row.status,
    confidence: row.confidence,
    source: row.source,
    model: row.model,
    pinned: row.pinned === 1,
    valid_from: row.valid_from,
    valid_to: row.valid_to,
    recorded_at: row.recorded_at,
    confirmed_at: row.confirmed_at,
    ended_by: row.ended_by,
    replaced_by: row.replaced_by,
  };
}

/** Postgres gives large whole numbers as text. */
export function toSequence(value: unknown): number {
  return Number(value ?? 0);
}
