/**
 * Changes of one person's profile as they happen.
 *
 * Changes made here are heard of at once; those of another server on the same database are looked for every
 * second. The database's own sequence says what is new, so nothing is told twice or left out; that of somebody
 * erased is gone with them, and the stream says so.
 */
import type { Change } from '../../api/index.ts';
import type { ProfileStore } from '../../memory/index.ts';

export type EventOptions = {
  readonly user: string;
  /** `Last-Event-ID` of a client that comes back; without one it begins with what happens next. */
  readonly last: string | undefined;
  readonly signal: AbortSignal;
};

const lookEveryMs = 1000;
/** A comment now and then, so that nothing between takes the connection for dead. */
const beatEveryMs = 15_000;

/** What was added to the history, and where it ends now: before what was told already, once the person was erased. */
type News = { readonly changes: readonly Change[]; readonly newest: number };

async function readNews(store: ProfileStore, user: string, sequence: number): Promise<News> {
  const newest = await store.readSequence(user);
  return { newest, changes: newest > sequence ? await store.readChangesAfter(user, sequence) : [] };
}

/** Answers with the stream. Throws `StoreError` where the store does not answer now. */
export async function streamEvents(store: ProfileStore, options: EventOptions): Promise<Response> {
  const { user, last, signal } = options;
  const isResumed = last !== undefined && /^\d{1,15}$/u.test(last);
  let sequence = isResumed ? Number(last) : await store.readSequence(user);
  const encoder = new TextEncoder();
  let stop: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      let isLooking = false;
      let isWanted = false;
      const look = async (): Promise<void> => {
        isWanted = true;
        if (isLooking) return;
        isLooking = true;
        while (isWanted && !signal.aborted) {
          isWanted = false;
          // A store that is away for a moment is asked again at the next look.
          const nothingNew: News = { changes: [], newest: sequence };
          const { changes, newest } = await readNews(store, user, sequence).catch(() => nothingNew);
          if (signal.aborted) break;
          if (newest < sequence) {
            sequence = newest;
            send(`id: ${sequence}\nevent: erased\ndata: {}\n\n`);
          }
          for (const change of changes) {
            sequence = change.sequence;
            send(`id: ${sequence}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`);
          }
        }
        isLooking = false;
      };
      send(`retry: 2000\n: sequence ${sequence}\n\n`);
      const unlisten = store.listen((changed) => {
        if (changed === user) void look();
      });
      const looking = setInterval(() => void look(), lookEveryMs);
      const beating = setInterval(() => send(': still here\n\n'), beatEveryMs);
      stop = (): void => {
        unlisten();
        clearInterval(looking);
        clearInterval(beating);
      };
      signal.addEventListener(
        'abort',
        () => {
          stop();
          try {
            controller.close();
          } catch {
            // The reader has left already.
          }
        },
        { once: true },
      );
      void look();
    },
    cancel() {
      stop();
    },
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
  });
}
