/** What reaches profile and conversation at once: coming, speaking as somebody else, what changes elsewhere, leaving. */
import type { Entry } from '../../src/api/index.ts';
import { draft, startOver, stop } from './conversation.ts';
import { hasStore, hideProfile, refresh, sequence } from './profile.ts';
import {
  announced,
  attempt,
  client,
  fault,
  keep,
  key,
  model,
  needsKey,
  noteFault,
  person,
  user,
} from './session.ts';
import { tellPlace } from './tell-change.ts';

/** Milliseconds until a server that is away is asked again. */
const askAgainMs = 3000;
/** Until a server without a store, which tells of no changes, is looked at again. */
const lookAgainMs = 30_000;

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

let following: AbortController | null = null;

/** Asks what there is, and follows the changes. */
export async function start(): Promise<void> {
  following?.abort();
  const mine = new AbortController();
  following = mine;
  needsKey.value = false;
  await attempt(look);
  await follow(mine.signal);
}

async function look(): Promise<void> {
  const { data } = await client().models();
  model.value = data[0] ?? null;
  await refresh();
}

/** Speaks as somebody else, or with another key: where the server refuses, nothing of the former stays in sight. */
export function enter(name: string, secret: string): void {
  if (name !== user.value) {
    startOver();
    draft.value = '';
  }
  user.value = name;
  key.value = secret;
  keep('user', name);
  keep('key', secret);
  hideProfile();
  void start();
}

/** Follows what changes elsewhere, in a terminal or another tab; a server that is away is asked until it is back. */
async function follow(signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !needsKey.value) {
    const hidden = watchHiding();
    try {
      if (hasStore.value) await followChanges(AbortSignal.any([signal, hidden]));
    } catch (error) {
      if (!signal.aborted && !hidden.aborted) noteFault(error);
    }
    if (hidden.aborted) await comeIntoSight();
    else await wait(hasStore.value || fault.value !== '' ? askAgainMs : lookAgainMs);
    if (!signal.aborted && !needsKey.value) await attempt(look);
  }
}

/** Fires once the page is out of sight: browsers hold few connections to a server, and other tabs need theirs. */
function watchHiding(): AbortSignal {
  const hiding = new AbortController();
  const notice = (): void => {
    if (document.hidden) hiding.abort();
  };
  notice();
  document.addEventListener('visibilitychange', notice, { signal: hiding.signal });
  return hiding.signal;
}

async function comeIntoSight(): Promise<void> {
  while (document.hidden) {
    await new Promise((resolve) => {
      document.addEventListener('visibilitychange', resolve, { once: true });
    });
  }
}

/** Shows changes as the server tells them, until it ends the stream. */
async function followChanges(signal: AbortSignal): Promise<void> {
  const onErased = (): void => {
    void attempt(refresh).then(() => {
      announced.value = 'All that was held of this person has been erased.';
    });
  };
  const after = sequence.value;
  const told = person().events({ ...(after === null ? {} : { after }), onErased, signal });
  for await (const change of told) {
    if (change.sequence > (sequence.value ?? 0)) await refresh();
  }
}

/** Deletes an entry; the conversation begins anew, because it may hold what is deleted. */
export async function forget(entry: Entry): Promise<void> {
  await attempt(async () => {
    try {
      await person().forget(entry.id);
      startOver(
        `Deleted an entry of ${tellPlace(entry.slot)}, its history, and the messages it came from. A new conversation, because the former may hold it.`,
      );
    } finally {
      await refresh();
    }
  });
}

/** Deletes all that is held of the person, on the server and then here. */
export async function erase(): Promise<void> {
  stop();
  await attempt(async () => {
    try {
      const { erased } = await person().erase();
      draft.value = '';
      startOver(
        `Erased: ${erased.entries} entries, ${erased.messages} messages, ${erased.turns} turns.`,
      );
    } finally {
      await refresh();
    }
  });
}
