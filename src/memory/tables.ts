/** The tables of a store, as the queries see them; the same in SQLite and Postgres. */
import type { Generated } from 'kysely';
import type { ChangeKind, Entry } from '../api/index.ts';

export type UserRow = { readonly id: string; readonly created_at: string };

/** What a person wrote, as it came. */
export type MessageRow = {
  readonly id: string;
  readonly user_id: string;
  readonly content: string;
  readonly said_at: string;
};

/** An answered message, as the model was shown it and as it wrote it. */
export type TurnRow = {
  readonly id: string;
  readonly user_id: string;
  /** The turn before it in the same conversation. */
  readonly parent_id: string | null;
  readonly message_id: string | null;
  /** Names the conversation up to and including this turn by its texts. */
  readonly history_key: string;
  readonly message: string;
  readonly note: string;
  /** Null where it was cleared, because something in it was deleted. */
  readonly output: string | null;
  readonly response: string;
  /** What the model was left with, as JSON. */
  readonly profile_after: string | null;
  readonly model: string;
  readonly format_problem: string | null;
  readonly at: string;
};

export type EntryRow = {
  readonly id: string;
  readonly user_id: string;
  readonly slot: string;
  /** What at most one living entry of a person may take up. */
  readonly place: string;
  readonly value: string;
  readonly status: Entry['status'];
  readonly confidence: number;
  readonly source: Entry['source'];
  readonly model: string | null;
  /** 0 or 1: SQLite has no other. */
  readonly pinned: number;
  readonly valid_from: string;
  readonly valid_to: string | null;
  readonly recorded_at: string;
  readonly confirmed_at: string;
  /** When the person last spoke for it themselves: wrote, corrected or pinned it. */
  readonly held_at: string | null;
  readonly ended_by: Entry['ended_by'];
  readonly replaced_by: string | null;
};

export type EvidenceRow = {
  readonly id: string;
  readonly entry_id: string;
  readonly user_id: string;
  readonly message_id: string | null;
  readonly quote: string;
  readonly said_at: string;
};

export type ChangeRow = {
  readonly sequence: Generated<number>;
  readonly user_id: string;
  readonly kind: ChangeKind;
  readonly at: string;
  readonly slot: string;
  readonly entry_id: string | null;
  readonly before_id: string | null;
};

/** What a person deleted: when and in which slot, not what it said. */
export type DeletionRow = {
  readonly user_id: string;
  readonly slot: string;
  readonly at: string;
};

export type Tables = {
  readonly users: UserRow;
  readonly messages: MessageRow;
  readonly turns: TurnRow;
  readonly entries: EntryRow;
  readonly evidence: EvidenceRow;
  readonly changes: ChangeRow;
  readonly deletions: DeletionRow;
};
