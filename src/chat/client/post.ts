/**
 * One POST to an OpenAI-compatible server, through the `openai` package.
 *
 * It sends and names what went wrong; waiting and trying again are the client's. The package's own
 * retries are off, its log is off, and nothing is taken from its environment variables, so that a key
 * never goes to a server it was not meant for. What a server says in an error is not repeated: servers
 * quote prompts and parts of keys.
 */
import type OpenAI from 'openai';
import type { FailureKind } from './ledger.ts';
import type { ModelAddress } from './settings.ts';
import type { TokenUsage } from './tokens.ts';

/** Why one request brought no reply. Holds nothing that the server or a person wrote. */
export class CallFailure extends Error {
  readonly kind: FailureKind;
  readonly status: number | null;
  /** Value of the Retry-After header. */
  readonly retryAfter: string | null;
  /** What the server says it used, where a reply could not be read; null when unknown. */
  readonly usage: TokenUsage | null;

  constructor(
    kind: FailureKind,
    rest: {
      readonly status?: number | null;
      readonly retryAfter?: string | null;
      readonly usage?: TokenUsage | null;
    } = {},
  ) {
    super(kind);
    this.kind = kind;
    this.status = rest.status ?? null;
    this.retryAfter = rest.retryAfter ?? null;
    this.usage = rest.usage ?? null;
  }
}

/**
 * Sends one body and returns what came back, read as JSON; null where it is none.
 * Throws `CallFailure`; rejects with the signal's reason when it fires.
 */
export type Post = (path: string, body: object, signal: AbortSignal) => Promise<unknown>;

/** Creates the function that posts. The package is loaded at the first request. */
export function createPost(
  address: ModelAddress,
  key: string | null,
  timeoutSeconds: number,
): Post {
  let opened: Promise<OpenAI> | null = null;
  return async (path, body, signal) => {
    opened ??= openSdk(address, key, timeoutSeconds);
    const sdk = await opened;
    signal.throwIfAborted();
    // The package never takes its listener off the signal it is given, so it is given one of its own.
    const ending = new AbortController();
    const end = (): void => ending.abort();
    signal.addEventListener('abort', end, { once: true });
    // The package's own timeout ends with the headers; a body that never ends has to be cut as well.
    const timer = setTimeout(end, timeoutSeconds * 1000);
    try {
      const content: unknown = await sdk.post(path, { body, signal: ending.signal });
      // Some servers send JSON under another content type; the package then hands over the text.
      return typeof content === 'string' ? parseJson(content) : content;
    } catch (error) {
      signal.throwIfAborted();
      throw ending.signal.aborted ? new CallFailure('timeout') : await classifyFailure(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  };
}

async function openSdk(
  address: ModelAddress,
  key: string | null,
  timeoutSeconds: number,
): Promise<OpenAI> {
  const { default: Sdk } = await import('openai');
  return new Sdk({
    baseURL: address.baseUrl,
    // Without a key of our own it would take one from the environment.
    apiKey: key ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: timeoutSeconds * 1000,
    logLevel: 'off',
    fetch: (url, init) => fetch(url, { ...init, headers: chooseHeaders(key) }),
  });
}

/** All headers of a request: the package would add those of OPENAI_CUSTOM_HEADERS, and the machine's. */
function chooseHeaders(key: string | null): Record<string, string> {
  return {
    accept: 'application/json',
    'content-type': 'application/json',
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

async function classifyFailure(error: unknown): Promise<CallFailure> {
  const { APIConnectionTimeoutError, APIError } = await import('openai');
  if (error instanceof SyntaxError) return new CallFailure('malformed');
  if (error instanceof APIConnectionTimeoutError) return new CallFailure('timeout');
  if (!(error instanceof APIError) || error.status === undefined) {
    const usage = wasReached(error) ? null : { promptTokens: 0, completionTokens: 0 };
    return new CallFailure('connection', { usage });
  }
  const status = Number(error.status);
  const headers = error.headers as Headers | undefined;
  const kind = classifyStatus(status, error.code === 'insufficient_quota');
  return new CallFailure(kind, { status, retryAfter: headers?.get('retry-after') ?? null });
}

/** A server that was not there has computed nothing, so nothing is charged. */
function wasReached(error: unknown): boolean {
  const absent = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (absent.includes((cause as NodeJS.ErrnoException).code ?? '')) return false;
  }
  return true;
}

function classifyStatus(status: number, isQuota: boolean): FailureKind {
  if (isQuota || status === 402) return 'quota';
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 404) return 'not_found';
  if (status === 408) return 'timeout';
  if (status === 429) return 'rate_limited';
  return status >= 500 || status === 409 ? 'server_error' : 'refused';
}
