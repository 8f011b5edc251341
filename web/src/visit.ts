/** What reaches profile and conversation at once: coming, speaking as somebody else, what changes elsewhere, leaving. */
import type { Entry } from '../../src/api/index.ts';
import { draft, startOver } from './conversation.ts';
import { hasStore, hideProfile, refresh, sequence } from './profile.ts';
import {
  announced,
  attempt,
  client,
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
  user.value = name;
  key.value = secret;
  keep('user', name);
  keep('key', secret);
  startOver();
  draft.value = '';
  hideProfile();
  void start();
}

/** Follows what changes elsewhere, in a terminal or another tab; a server that is away is asked until it is back. */
async function follow(signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !needsKey.value) {
    try {
      if (hasStore.value) await followChanges(signal);
    } catch (error) {
      if (!signal.aborted) noteFault(error);
    }
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
    if (!signal.aborted && !needsKey.value) await attempt(look);
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
      startOver();
    } finally {
      await refresh();
    }
    announced.value = `Deleted an entry of ${tellPlace(entry.slot)}, its history, and the messages it came from. A new conversation begins, because the former may hold it.`;
  });
}

/** Deletes all that is held of the person, here and on the server. */
export async function erase(): Promise<void> {
  await attempt(async () => {
    startOver();
    draft.value = '';
    const { erased } = await person().erase();
    await refresh();
    announced.value = `Erased: ${erased.entries} entries, ${erased.messages} messages, ${erased.turns} turns.`;
  });
}
