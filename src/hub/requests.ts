/**
 * Requests to a hub: bounded tries, an end to silence, and errors that say what to do.
 *
 * A request is tried again where that may help, a fixed number of times, after the wait the hub asks
 * for or one that doubles. The token goes to the endpoint alone: where it passes a request on to a
 * store of files elsewhere, `fetch` leaves it behind.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { AbortedError, DataError, ProviderError, throwIfAborted } from '../base/index.ts';
import { renderHubName, type HubName } from './model-name.ts';

/** How patient a request is. */
export type Patience = {
  /** Tries of one thing, the first included. */
  readonly tries: number;
  /** Wait before the second try; doubled each time. Units: milliseconds. */
  readonly firstWaitMs: number;
  /** Longest wait that the hub may ask for. Units: milliseconds. */
  readonly longestWaitMs: number;
  /** Silence after which a request is given up. Units: milliseconds. */
  readonly silenceMs: number;
};

export const defaultPatience: Patience = {
  tries: 5,
  firstWaitMs: 1000,
  longestWaitMs: 60_000,
  silenceMs: 60_000,
};

export type Connection = {
  readonly endpoint: string;
  readonly token: string | null;
  readonly signal: AbortSignal;
  readonly patience: Patience;
};

/** A try that failed in a way that may pass. */
export class PassingFailure extends Error {
  /** What the hub asks to wait. Units: milliseconds; null where it does not say. */
  readonly waitMs: number | null;
  /** Nothing came for long: trying again costs as long again. */
  readonly isSilence: boolean;

  constructor(
    reason: string,
    more: { readonly waitMs?: number | null; readonly isSilence?: boolean } = {},
  ) {
    super(reason);
    this.waitMs = more.waitMs ?? null;
    this.isSilence = more.isSilence ?? false;
  }
}

/** Tries something until it succeeds, fails for good, or the tries are used up. */
export async function tryAgain<Result>(
  { patience, signal }: Connection,
  name: HubName,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    throwIfAborted(signal);
    try {
      return await work();
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof PassingFailure)) throw error;
      const waitMs = error.waitMs ?? patience.firstWaitMs * 2 ** (attempt - 1);
      if (attempt >= patience.tries || waitMs > patience.longestWaitMs) {
        throw new ProviderError(
          'hub_unavailable',
          `${renderHubName(name)}: the hub did not answer as it should: ${error.message}, at try ${attempt} of ${patience.tries}.`,
          {
            hint: 'Run the same command later: what was downloaded is kept, and it goes on from there.',
          },
        );
      }
      await pause(waitMs, signal);
    }
  }
}

async function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(waitMs, undefined, { signal });
  } catch {
    throw new AbortedError('aborted', 'The work was interrupted.');
  }
}

export type HubReply = {
  readonly status: number;
  readonly headers: Headers;
  /** Pieces of the body; throws `PassingFailure` where it breaks off. */
  readonly pieces: AsyncIterable<Uint8Array>;
};

/**
 * Asks the hub for something and hands over the reply while it comes in. Throws `PassingFailure` for
 * what may pass, `DataError` or `ProviderError` for what will not.
 */
export async function ask<Result>(
  connection: Connection,
  name: HubName,
  { path, headers = {} }: { readonly path: string; readonly headers?: Record<string, string> },
  take: (reply: HubReply) => Promise<Result>,
): Promise<Result> {
  const { endpoint, token, signal, patience } = connection;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), patience.silenceMs);
  const guard = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch (error) {
      const isSilence = silence.signal.aborted;
      throw new PassingFailure(isSilence ? 'it fell silent' : describe(error), { isSilence });
    }
  };
  try {
    const response = await guard(() =>
      fetch(`${endpoint}${path}`, {
        signal: AbortSignal.any([signal, silence.signal]),
        headers: {
          ...headers,
          // A part of a packed body could not be put behind what is there.
          'accept-encoding': 'identity',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
      }),
    );
    refuse(response, connection, name);
    const pieces = (async function* (): AsyncGenerator<Uint8Array> {
      const reader = response.body?.getReader();
      for (;;) {
        timer.refresh();
        const piece = await guard(async () => reader?.read());
        if (piece === undefined || piece.done) return;
        yield piece.value as Uint8Array;
      }
    })();
    return await take({ status: response.status, headers: response.headers, pieces });
  } finally {
    clearTimeout(timer);
    // Whoever did not read to the end wants no more of it.
    silence.abort();
  }
}

/** What `fetch` throws says little and may hold the address; the code of the system is enough. */
function describe(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  const code = typeof cause?.code === 'string' ? cause.code : 'broken off';
  return `the connection failed (${code})`;
}

function refuse(response: Response, { endpoint, token }: Connection, name: HubName): void {
  const { status } = response;
  if (status === 200 || status === 206 || status === 416) return;
  const subject = renderHubName(name);
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  if (status === 429 || status >= 500) {
    const what = status === 429 ? 'it asks for fewer requests' : 'it has a fault of its own';
    const waitMs = Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter * 1000 : null;
    throw new PassingFailure(`${what} (status ${status})`, { waitMs });
  }
  if (status === 401 || status === 403) {
    throw new ProviderError(
      'hub_denied',
      `${subject}: ${endpoint} denies access (status ${status}): there is no such model, or it may not be read ${token === null ? 'without a token' : 'with this token'}.`,
      {
        isFatal: true,
        hint: `Check the name; accept its terms at ${endpoint}/${name.repository}; give a token of yours in HF_TOKEN.`,
      },
    );
  }
  if (status === 404) {
    throw new DataError(
      'hub_model_missing',
      `${subject}: ${endpoint} has no such model, revision or file (status 404).`,
      { hint: 'Check owner, name and revision.' },
    );
  }
  throw new ProviderError('hub_refused', `${subject}: ${endpoint} refused (status ${status}).`, {
    isFatal: true,
    hint: 'Check HF_ENDPOINT.',
  });
}
