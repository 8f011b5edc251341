/**
 * What the page knows, as signals, and all that changes it.
 *
 * The server is the truth: every change is asked for there, and its answer or its stream of events is shown.
 * Only the conversation and the key live here, for as long as the tab is open.
 */
import { computed, signal } from '@preact/signals';
import type { Change, Entry, ModelDescription, TurnReport } from '../../src/api/index.ts';
import { ApiError, createClient, type Client, type UserClient } from '../../src/client/client.ts';

/** A message of the person and what came of it. */
export type Exchange = {
  readonly id: number;
  readonly message: string;
  readonly reply: string;
  readonly report: TurnReport | null;
  readonly state: 'writing' | 'done' | 'stopped' | 'failed';
  readonly failure: string | null;
};

/** An entry that the last turn or a person has just changed, and what stood there before. */
export type Mark = {
  readonly kind: 'new' | 'revised' | 'confirmed';
  readonly before: string | null;
};

const store = window.sessionStorage;
const read = (name: string, otherwise: string): string => store.getItem(name) ?? otherwise;

export const user = signal(read('user', 'me'));
export const key = signal(read('key', ''));
export const needsKey = signal(false);
export const model = signal<ModelDescription | null>(null);
export const hasStore = signal(true);
export const remembers = signal(read('memory', 'on') === 'on');
export const exchanges = signal<readonly Exchange[]>([]);
export const entries = signal<readonly Entry[]>([]);
export const marks = signal<ReadonlyMap<string, Mark>>(new Map());
export const changes = signal<readonly Change[]>([]);
export const nextChanges = signal<number | null>(null);
/** Said aloud by screen readers. */
export const announced = signal('');
/** What did not work, for everybody to see. */
export const fault = signal('');
export const isWriting = computed(() => exchanges.value.at(-1)?.state === 'writing');

let writing: AbortController | null = null;
let following: AbortController | null = null;
let lastSequence = 0;

function client(): Client {
  const options = { baseUrl: window.location.origin };
  return createClient(key.value === '' ? options : { ...options, apiKey: key.value });
}

export function person(): UserClient {
  return client().user(user.value);
}

/** Does something that may fail, and says what failed. */
export async function attempt(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    fault.value = '';
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) needsKey.value = true;
    fault.value = describe(error);
    return false;
  }
}

function describe(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return 'The server does not answer. Is rlpa serve still running?';
}

/** Asks what there is, and follows the changes. */
export async function start(): Promise<void> {
  following?.abort();
  needsKey.value = false;
  await attempt(async () => {
    const { data } = await client().models();
    model.value = data[0] ?? null;
    await refresh();
  });
  if (!needsKey.value && hasStore.value) void follow();
}

/** Switches memory; what was said under the other rule is not sent along, so a new conversation begins. */
export function switchMemory(isOn: boolean): void {
  remembers.value = isOn;
  store.setItem('memory', isOn ? 'on' : 'off');
  if (exchanges.value.length > 0) startOver();
}

/** Speaks as somebody else, or with another key. */
export async function enter(name: string, secret: string): Promise<void> {
  user.value = name;
  key.value = secret;
  store.setItem('user', name);
  store.setItem('key', secret);
  stop();
  exchanges.value = [];
  marks.value = new Map();
  // Where the server refuses, nothing of whoever was here before stays in sight.
  entries.value = [];
  changes.value = [];
  nextChanges.value = null;
  await start();
}

/** Reads profile and time line anew. */
export async function refresh(): Promise<void> {
  const asked = user.value;
  try {
    const [profile, history] = await Promise.all([
      person().profile(),
      person().history({ limit: 30 }),
    ]);
    // Somebody else has come meanwhile, who is not to see it.
    if (user.value !== asked) return;
    hasStore.value = true;
    entries.value = profile.entries;
    lastSequence = profile.sequence;
    changes.value = history.changes;
    nextChanges.value = history.next;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'no_store') throw error;
    hasStore.value = false;
  }
}

export async function readOlderChanges(): Promise<void> {
  const before = nextChanges.value;
  if (before === null) return;
  const history = await person().history({ before, limit: 30 });
  changes.value = [...changes.value, ...history.changes];
  nextChanges.value = history.next;
}

/** Follows what changes elsewhere: in a terminal, in another tab. */
async function follow(): Promise<void> {
  const mine = new AbortController();
  following = mine;
  while (!mine.signal.aborted) {
    try {
      const { signal } = mine;
      const onErased = (): void => void attempt(leaveErased);
      for await (const change of person().events({ after: lastSequence, onErased, signal })) {
        if (change.sequence <= lastSequence) continue;
        lastSequence = change.sequence;
        await refresh();
      }
    } catch {
      // The server is away or restarts; it is asked again in a moment.
    }
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
}

/** Sends a message and shows the reply while it is written. */
export async function send(text: string): Promise<void> {
  const message = text.trim();
  if (message === '' || isWriting.value) return;
  const past = exchanges.value.filter(({ state, reply }) => state === 'done' && reply !== '');
  const id = (exchanges.value.at(-1)?.id ?? 0) + 1;
  exchanges.value = [
    ...exchanges.value,
    { id, message, reply: '', report: null, state: 'writing', failure: null },
  ];
  const mine = new AbortController();
  writing = mine;
  const update = (what: Partial<Exchange>): void => {
    exchanges.value = exchanges.value.map((each) => (each.id === id ? { ...each, ...what } : each));
  };
  const messages = [
    ...past.flatMap((each) => [
      { role: 'user' as const, content: each.message },
      { role: 'assistant' as const, content: each.reply },
    ]),
    { role: 'user' as const, content: message },
  ];
  let reply = '';
  try {
    const memory = remembers.value ? ('on' as const) : ('off' as const);
    const asked = { user: user.value, messages, rlpa: { memory } };
    for await (const chunk of client().stream(asked, { signal: mine.signal })) {
      reply += chunk.choices[0]?.delta.content ?? '';
      update({ reply });
      if (chunk.rlpa !== undefined) takeReport(chunk.rlpa, reply, update);
    }
    update({ state: 'done' });
    if (remembers.value && hasStore.value) await attempt(refresh);
  } catch (error) {
    if (mine.signal.aborted) update({ state: 'stopped' });
    else update({ state: 'failed', failure: describe(error) });
    if (error instanceof ApiError && error.status === 401) needsKey.value = true;
  }
}

function takeReport(
  report: TurnReport,
  reply: string,
  update: (what: Partial<Exchange>) => void,
): void {
  update({ report });
  markChanges(report.changes);
  announced.value = [`Reply: ${reply}`, ...report.changes.map(tellChange)].join('. ');
}

/** Marks what has just changed. */
export function markChanges(made: readonly Change[]): void {
  const marked = new Map<string, Mark>();
  for (const { kind, entry, before } of made) {
    if (entry === null) continue;
    if (kind === 'added' || kind === 'imported')
      marked.set(entry.id, { kind: 'new', before: null });
    if (kind === 'replaced' || kind === 'corrected') {
      marked.set(entry.id, { kind: 'revised', before: before?.value ?? null });
    }
    if (kind === 'confirmed') marked.set(entry.id, { kind: 'confirmed', before: null });
  }
  marks.value = marked;
}

/** A change in a few words. */
export function tellChange({ kind, slot, entry, before }: Change): string {
  const place = slot.replaceAll('-', ' ');
  const value = entry?.value ?? before?.value ?? 'an entry';
  const was = before === null ? '' : `, was ${before.value}`;
  const told: Record<Change['kind'], string> = {
    added: `Learnt ${place}: ${value}`,
    confirmed: `Heard again ${place}: ${value}`,
    replaced: `Revised ${place}: ${value}${was}`,
    retracted: `No longer ${place}: ${value}`,
    corrected: `You corrected ${place}: ${value}${was}`,
    pinned: `You pinned ${place}: ${value}`,
    unpinned: `You unpinned ${place}: ${value}`,
    deleted: `You deleted an entry of ${place}`,
    imported: `Imported ${place}: ${value}`,
  };
  return told[kind];
}

/** Stops the reply that is being written; nothing of it is kept. */
export function stop(): void {
  writing?.abort();
}

export function startOver(): void {
  stop();
  exchanges.value = [];
  marks.value = new Map();
  announced.value = 'A new conversation. The profile is kept.';
}

export async function correct(entry: Entry, value: string): Promise<boolean> {
  return attempt(async () => {
    const made = await person().correct(entry.id, value.trim());
    markChanges(made.changes);
    await refresh();
    announced.value = made.changes.map(tellChange).join('. ');
  });
}

export async function add(slot: string, value: string): Promise<boolean> {
  return attempt(async () => {
    const made = await person().add({ slot, value: value.trim() });
    markChanges(made.changes);
    await refresh();
    announced.value = made.changes.map(tellChange).join('. ');
  });
}

export async function pin(entry: Entry): Promise<void> {
  await attempt(async () => {
    const made = await person().pin(entry.id, !entry.pinned);
    await refresh();
    announced.value = made.changes.map(tellChange).join('. ');
  });
}

/** Deletes an entry, and begins a new conversation: this one may hold it, and would be sent again. */
export async function forget(entry: Entry): Promise<void> {
  await attempt(async () => {
    try {
      await person().forget(entry.id);
      startOver();
      announced.value = `Deleted an entry of ${entry.slot}, its history, and the messages it came from. A new conversation begins, because the former may hold it.`;
    } finally {
      await refresh();
    }
  });
}

/** Somebody erased the person, here or elsewhere: nothing of them stays in sight. */
async function leaveErased(): Promise<void> {
  startOver();
  await refresh();
  announced.value = 'All that was held of this person has been erased.';
}

/** Deletes all that is held of the person, here and on the server. */
export async function erase(): Promise<void> {
  await attempt(async () => {
    startOver();
    const { erased } = await person().erase();
    await refresh();
    announced.value = `Erased: ${erased.entries} entries, ${erased.messages} messages, ${erased.turns} turns.`;
  });
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
