/** The profile as the server holds it, its time line, and what the person does to single entries. */
import { batch, computed, signal } from '@preact/signals';
import type { Change, Changed, Entry } from '../../src/api/index.ts';
import { ApiError } from '../../src/client/client.ts';
import { announced, attempt, person } from './session.ts';
import { tellBefore, tellChange } from './tell-change.ts';

/** An entry that the last turn or a person has just changed, and what stood there before, in words. */
export type Mark = {
  readonly kind: 'new' | 'revised' | 'confirmed';
  readonly before: string | null;
};

export const hasStore = signal(true);
export const entries = signal<readonly Entry[]>([]);
export const marks = signal<ReadonlyMap<string, Mark>>(new Map());
/** Newest first. */
export const changes = signal<readonly Change[]>([]);
/** Where older changes go on; null where all are shown. */
export const nextChanges = signal<number | null>(null);
/** Of the newest change that is shown; null before the first look. */
export const sequence = signal<number | null>(null);

/** A correction that is being written, of an entry that may have changed or gone meanwhile. */
export const correction = signal<Pick<Entry, 'id' | 'slot' | 'value'> | null>(null);
/** The entry it is for: the one it was begun with, or what stands in its place now. */
export const corrected = computed(() => {
  const begun = correction.value;
  if (begun === null) return null;
  const living = entries.value;
  return (
    living.find(({ id }) => id === begun.id) ??
    living.find(({ slot }) => slot === begun.slot) ??
    null
  );
});

let looks = 0;
let newestLook: Promise<void> = Promise.resolve();

/** Reads profile and time line anew; once it is done, they are shown as they were asked for last. */
export function refresh(): Promise<void> {
  looks += 1;
  const mine = looks;
  newestLook = readAnew(mine).then(() => (mine === looks ? undefined : newestLook));
  return newestLook;
}

async function readAnew(mine: number): Promise<void> {
  try {
    const [profile, history] = await Promise.all([
      person().profile(),
      person().history({ limit: 30 }),
    ]);
    // An answer that comes late may be about somebody who has left, or older than what is shown.
    if (mine !== looks) return;
    batch(() => {
      hasStore.value = true;
      entries.value = profile.entries;
      sequence.value = profile.sequence;
      changes.value = history.changes;
      nextChanges.value = history.next;
    });
  } catch (error) {
    if (mine !== looks) return;
    if (!(error instanceof ApiError) || error.code !== 'no_store') throw error;
    hasStore.value = false;
  }
}

/** Takes the profile out of sight, also one whose answer is still on its way. */
export function hideProfile(): void {
  looks += 1;
  newestLook = Promise.resolve();
  batch(() => {
    marks.value = new Map();
    entries.value = [];
    changes.value = [];
    nextChanges.value = null;
    sequence.value = null;
    correction.value = null;
  });
}

export async function readOlderChanges(): Promise<void> {
  const before = nextChanges.value;
  if (before === null) return;
  const mine = looks;
  const history = await person().history({ before, limit: 30 });
  if (mine !== looks) return;
  changes.value = [...changes.value, ...history.changes];
  nextChanges.value = history.next;
}

/** Marks what has just changed. */
export function markChanges(made: readonly Change[]): void {
  const marked = new Map<string, Mark>();
  for (const { kind, entry, before } of made) {
    if (entry === null) continue;
    if (kind === 'added' || kind === 'imported')
      marked.set(entry.id, { kind: 'new', before: null });
    if (kind === 'replaced' || kind === 'corrected') {
      const was = before === null ? null : tellBefore(before);
      marked.set(entry.id, { kind: 'revised', before: was });
    }
    if (kind === 'confirmed') marked.set(entry.id, { kind: 'confirmed', before: null });
  }
  marks.value = marked;
}

/** Makes a change by hand; gives the id of the entry that holds now, or null where it was refused. */
async function change(make: () => Promise<Changed>): Promise<string | null> {
  let id: string | null = null;
  await attempt(async () => {
    const made = await make();
    // A pin leaves the marks of the last turn.
    if (!made.changes.every(({ kind }) => kind.endsWith('pinned'))) markChanges(made.changes);
    await refresh();
    announced.value = made.changes.map(tellChange).join('. ');
    id = made.entry?.id ?? null;
  });
  return id;
}

export function correct(entry: Entry, value: string): Promise<string | null> {
  return change(() => person().correct(entry.id, value.trim()));
}

export function add(slot: string, value: string): Promise<string | null> {
  return change(() => person().add({ slot, value: value.trim() }));
}

export function pin(entry: Entry): Promise<string | null> {
  return change(() => person().pin(entry.id, !entry.pinned));
}

/** Hands all that is held of the person over as a file. */
export async function download(): Promise<void> {
  await attempt(async () => {
    const text = JSON.stringify(await person().export(), null, 2);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = 'rlpa-profile.json';
    link.click();
    URL.revokeObjectURL(link.href);
    announced.value = 'Exported as rlpa-profile.json.';
  });
}
