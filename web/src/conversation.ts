/**
 * The conversation: what was said, the replies as they are written, and the draft of what comes next.
 *
 * It lives in this tab alone, over a reload too. What was deleted or erased on the server may stand in it and
 * would be sent again, so it begins anew then.
 */
import { computed, effect, signal } from '@preact/signals';
import type { TurnReport } from '../../src/api/index.ts';
import {
  changes,
  hasStore,
  markChanges,
  marks,
  nextChanges,
  refresh,
  sequence,
} from './profile.ts';
import {
  announced,
  askForKey,
  attempt,
  client,
  describe,
  keep,
  readKept,
  user,
} from './session.ts';
import { tellChange, tellRefused } from './tell-change.ts';

/** A message of the person and what came of it; `left`: the page was loaded again before its reply was there. */
export type Exchange = {
  readonly id: number;
  readonly message: string;
  readonly reply: string;
  readonly report: TurnReport | null;
  readonly state: 'writing' | 'done' | 'stopped' | 'failed' | 'left';
  readonly failure: string | null;
};

type Kept = {
  /** Of the newest change of the profile that the page had seen; null before it saw one. */
  readonly seen: number | null;
  readonly exchanges: readonly Exchange[];
};

function readConversation(): Kept {
  try {
    const kept = JSON.parse(readKept('conversation') ?? '') as Kept;
    const settle = (each: Exchange): Exchange =>
      each.state === 'writing' ? { ...each, state: 'left' } : each;
    return { seen: kept.seen, exchanges: kept.exchanges.map(settle) };
  } catch {
    // Nothing was kept, or another version of the page kept it otherwise.
    return { seen: null, exchanges: [] };
  }
}

const kept = readConversation();

export const exchanges = signal(kept.exchanges);
export const draft = signal(readKept('draft') ?? '');
export const remembers = signal(readKept('memory') !== 'off');
/** Why the conversation began anew, where the person did not ask for it. */
export const beganAnew = signal('');
/** Whether what is said is noted. */
export const takesNotes = computed(() => hasStore.value && remembers.value);
export const isWriting = computed(() => exchanges.value.at(-1)?.state === 'writing');

/** Of the newest change of the profile: what was deleted up to there does not stand in the conversation. */
const seen = signal(kept.seen);
let writing: AbortController | null = null;
/** The page is being left: requests fail then, and it is not the server that is away. */
let isLeaving = false;
window.addEventListener('pagehide', () => (isLeaving = true));
window.addEventListener('pageshow', () => (isLeaving = false));

effect(() => {
  keep('draft', draft.value === '' ? null : draft.value);
});

effect(() => {
  let said = exchanges.value;
  const last = said.at(-1);
  // A conversation is not written down anew with every word of a reply.
  if (last?.state === 'writing' && last.reply !== '') return;
  const compose = (): string | null =>
    said.length === 0 ? null : JSON.stringify({ seen: seen.value, exchanges: said } satisfies Kept);
  // Where the tab has no room for all of it, the newer part is kept.
  while (!keep('conversation', compose())) said = said.slice(Math.ceil(said.length / 2));
});

effect(() => {
  const newest = sequence.value;
  const before = seen.peek();
  if (newest === null) return;
  seen.value = newest;
  if (before === null || exchanges.peek().length === 0) return;
  const since = changes.value.filter((change) => change.sequence > before);
  const mayBeMore = since.length === changes.value.length && nextChanges.value !== null;
  // A history that ends before what was seen is that of somebody who was erased.
  if (newest < before || mayBeMore || since.some(({ kind }) => kind === 'deleted')) {
    startOver(
      'A new conversation: what has been deleted may stand in the former, which would be sent again.',
    );
  }
});

/** Switches memory; what was said under the other rule is not sent along, so a new conversation begins. */
export function switchMemory(isOn: boolean): void {
  remembers.value = isOn;
  keep('memory', isOn ? 'on' : 'off');
  if (exchanges.value.length > 0) {
    startOver(
      isOn
        ? 'A new conversation: what was said with memory off is not sent along.'
        : 'A new conversation, of which nothing is kept.',
    );
  }
}

/** Sends a message and shows the reply while it is written. */
export async function send(text: string): Promise<void> {
  const message = text.trim();
  if (message === '' || isWriting.value) return;
  const past = exchanges.value.filter(({ state, reply }) => state === 'done' && reply !== '');
  const id = (exchanges.value.at(-1)?.id ?? 0) + 1;
  beganAnew.value = '';
  announced.value = '';
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
    if (takesNotes.value) await attempt(refresh);
  } catch (error) {
    if (mine.signal.aborted || isLeaving) {
      update({ state: isLeaving ? 'left' : 'stopped' });
      return;
    }
    const failure = describe(error);
    update({ state: 'failed', failure });
    announced.value = `Not answered. ${failure}`;
    askForKey(error);
  }
}

function takeReport(
  report: TurnReport,
  reply: string,
  update: (what: Partial<Exchange>) => void,
): void {
  update({ report });
  markChanges(report.changes);
  announced.value = [
    `Reply: ${reply}`,
    ...report.changes.map(tellChange),
    ...report.refused.map(tellRefused),
    ...report.notices,
  ].join('. ');
}

/** Takes a message that got no reply out of the conversation, to be sent again or written anew. */
function takeBack({ id, message }: Exchange): string {
  exchanges.value = exchanges.value.filter((each) => each.id !== id);
  return message;
}

export function sendAgain(exchange: Exchange): void {
  if (!isWriting.value) void send(takeBack(exchange));
}

/** Puts a message that got no reply before what is being written. */
export function editAgain(exchange: Exchange): void {
  const message = takeBack(exchange);
  draft.value = draft.value.trim() === '' ? message : `${message}\n${draft.value}`;
}

/** Stops the reply that is being written; nothing of it is kept. */
export function stop(): void {
  writing?.abort();
}

/** Begins a new conversation; why, where the person did not ask for it. */
export function startOver(why = ''): void {
  stop();
  exchanges.value = [];
  marks.value = new Map();
  beganAnew.value = why;
  announced.value = why === '' ? 'A new conversation. The profile is kept.' : why;
}
