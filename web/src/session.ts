/**
 * Who speaks, and how the server is asked.
 *
 * The server is the truth: every change is asked for there, and its answer or its stream of events is shown.
 * Who speaks, the key, the draft and the conversation are kept for as long as the tab is open, over a reload too.
 */
import { signal } from '@preact/signals';
import type { ModelDescription } from '../../src/api/index.ts';
import { ApiError, createClient, type Client, type UserClient } from '../../src/client/client.ts';

/** Where a browser lets pages keep nothing, all lasts until the page is loaded again. */
function openTab(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  try {
    return window.sessionStorage;
  } catch {
    const kept = new Map<string, string>();
    return {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, text) => void kept.set(name, text),
      removeItem: (name) => void kept.delete(name),
    };
  }
}

const tab = openTab();

/** What the tab kept under a name; null where it kept nothing. */
export function readKept(name: string): string | null {
  return tab.getItem(name);
}

/** Keeps a text for as long as the tab is open; null lets go of it. False where there is no room for it. */
export function keep(name: string, text: string | null): boolean {
  tab.removeItem(name);
  if (text === null) return true;
  try {
    tab.setItem(name, text);
    return true;
  } catch {
    return false;
  }
}

export const user = signal(readKept('user') ?? 'me');
export const key = signal(readKept('key') ?? '');
export const needsKey = signal(false);
export const model = signal<ModelDescription | null>(null);
/** Said aloud by screen readers. */
export const announced = signal('');
/** What did not work, for everybody to see, until something works. */
export const fault = signal('');

export function client(): Client {
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
    noteFault(error);
    return false;
  }
}

/** Shows what failed; a key that is not taken is asked for again. */
export function noteFault(error: unknown): void {
  askForKey(error);
  fault.value = describe(error);
}

/** Asks for a key again, where the one there is was not taken. */
export function askForKey(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) needsKey.value = true;
}

/** A failure in a sentence or two for the person. */
export function describe(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) {
    return key.value === '' ? 'This server asks for a key.' : 'The server does not know this key.';
  }
  if (error instanceof ApiError) return error.message;
  return 'The server does not answer. Is rlpa serve still running?';
}
