/**
 * One POST to an OpenAI-compatible server, and the name of what went wrong with it.
 *
 * It sends once; waiting and trying again are the caller's. A redirect is a failure: whoever named
 * the server meant the prompt and the key for that one. What a server says in an error is not
 * repeated, because servers quote prompts and parts of keys.
 */
import { exchange, isSuccess, type HttpReply, type HttpRequest } from './exchange.ts';
import { CallFailure, type FailureKind } from './failures.ts';
import { parseForeignJson } from './parse-json.ts';
import type { ServerKey } from './server-key.ts';
import type { CallLimits } from './settings.ts';

/** What of the limits bounds one request. */
export type RequestLimits = Pick<CallLimits, 'timeoutSeconds' | 'longestReplyBytes'>;

/**
 * Sends one body and returns what came back, read as JSON; undefined where it is none.
 * Throws `CallFailure`; rejects with the signal's reason when it fires.
 */
export type Post = (path: string, body: object, signal: AbortSignal) => Promise<unknown>;

/** Creates the function that posts to paths below a server's address. */
export function createPost(server: URL, key: ServerKey | null, limits: RequestLimits): Post {
  const { timeoutSeconds } = limits;
  return async (path, body, signal) => {
    signal.throwIfAborted();
    const request = composeRequest({ server, key, path, body, limits });
    // A signal that outlives its requests would gather a listener of each.
    const ending = new AbortController();
    const end = (): void => ending.abort();
    signal.addEventListener('abort', end, { once: true });
    const timer = setTimeout(end, timeoutSeconds * 1000);
    try {
      return readReply(await exchange(request, ending.signal), request.url, key);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof CallFailure) throw error;
      throw ending.signal.aborted ? new CallFailure('timeout') : classifyError(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  };
}

export type PostedBody = {
  readonly server: URL;
  readonly key: ServerKey | null;
  /** Below the server's address. */
  readonly path: string;
  readonly body: object;
  readonly limits: Pick<RequestLimits, 'longestReplyBytes'>;
};

/** Composes what is sent: nothing but the body, fixed headers and the server's own key. */
export function composeRequest({ server, key, path, body, limits }: PostedBody): HttpRequest {
  const url = new URL(server);
  url.pathname = `${server.pathname.replace(/\/+$/u, '')}${path}`;
  const headers = { ...fixedHeaders, ...key?.authorize(url) };
  return { url, headers, body: JSON.stringify(body), longestReplyBytes: limits.longestReplyBytes };
}

/** All that is sent besides the key; servers under a guard turn away who names no agent. */
const fixedHeaders = {
  accept: 'application/json',
  'accept-encoding': 'identity',
  'content-type': 'application/json',
  'user-agent': 'rlpa',
};

function readReply(reply: HttpReply, url: URL, key: ServerKey | null): unknown {
  const { status, isWhole } = reply;
  if (!isSuccess(status)) throw describeFailedReply(reply, url, key);
  if (isWhole) return readContent(reply);
  throw new CallFailure('too_large', { status });
}

/** Names what a reply that is none tells. */
export function describeFailedReply(
  reply: HttpReply,
  url: URL,
  key: ServerKey | null,
): CallFailure {
  const { status, headers } = reply;
  const retryAfter = headers['retry-after'] ?? null;
  const target = findTarget(headers.location, url, key);
  return new CallFailure(classifyStatus(status, readContent(reply)), {
    status,
    retryAfter,
    target,
  });
}

/** Whatever type the server gives it: some send JSON as text. */
function readContent({ text, isWhole }: HttpReply): unknown {
  return isWhole ? parseForeignJson(text) : undefined;
}

/** Longest host that is named; a server may send anything. */
const longestTarget = 200;

function findTarget(location: string | undefined, from: URL, key: ServerKey | null): string | null {
  if (location === undefined || !URL.canParse(location, from.href)) return null;
  const { protocol, host } = new URL(location, from.href);
  const target = `${protocol}//${host}`.slice(0, longestTarget);
  return key === null ? target : key.hideIn(target);
}

function classifyStatus(status: number, content: unknown): FailureKind {
  const { error } = (content ?? {}) as { readonly error?: { readonly code?: unknown } | null };
  if (error?.code === 'insufficient_quota' || status === 402) return 'quota';
  if (status >= 300 && status < 400) return 'redirected';
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 404) return 'not_found';
  if (status === 408) return 'timeout';
  if (status === 429) return 'rate_limited';
  return status >= 500 || status === 409 ? 'server_error' : 'refused';
}

/** Codes of a server that was not there; it has computed nothing, so nothing is charged. */
const absent = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'];

/** Names what Node says of a connection that failed. */
export function classifyError(error: unknown): CallFailure {
  const code = String((error as NodeJS.ErrnoException).code);
  // The parser's own codes: what came back is no HTTP.
  if (code.startsWith('HPE_')) return new CallFailure('malformed');
  const usage = absent.includes(code) ? { promptTokens: 0, completionTokens: 0 } : null;
  return new CallFailure('connection', { usage });
}
