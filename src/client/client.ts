/**
 * A client of `rlpa serve` for Node and browsers, typed by the schemas that the server checks by.
 *
 * One call is one request: nothing is tried again, nothing is kept. What the server refuses, or answers otherwise
 * than expected, is an `ApiError` with its status, code and message; a server that cannot be reached makes `fetch`
 * throw its own error.
 */
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type {
  Change,
  Changed,
  ChatChunk,
  ChatCompletion,
  ChatRequestBody,
  EntryHistory,
  EntryPatch,
  Erased,
  ErrorBody,
  Export,
  History,
  Import,
  Imported,
  ModelList,
  NewEntry,
  Observed,
  ProfileView,
} from '../api/index.ts';

export type ClientOptions = {
  /** Where the server is: `http://127.0.0.1:4748`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** In place of the global one. */
  readonly fetch?: typeof fetch;
};

/** What the server said in place of an answer. */
export class ApiError extends Error {
  readonly status: number;
  /** Of the server's error, or null where it sent none. */
  readonly code: string | null;
  readonly type: string | null;

  constructor(status: number, body: ErrorBody | null, message?: string) {
    super(body?.error.message ?? message ?? `The server answered with status ${status}.`);
    this.name = 'ApiError';
    this.status = status;
    this.code = body?.error.code ?? null;
    this.type = body?.error.type ?? null;
  }
}

/** Of one call. */
export type CallOptions = { readonly signal?: AbortSignal };

/** A chat as it is asked for: the common fields of OpenAI's API, and those of this server. */
export type ChatInput = Partial<Omit<ChatRequestBody, 'messages' | 'stream'>> &
  Pick<ChatRequestBody, 'messages'>;

/** One person's profile. */
export type UserClient = {
  profile(options?: { readonly q?: string } & CallOptions): Promise<ProfileView>;
  /** The profile as text for a prompt; empty where nothing is known. */
  promptText(
    options?: { readonly maxTokens?: number; readonly q?: string } & CallOptions,
  ): Promise<string>;
  add(entry: NewEntry): Promise<Changed>;
  correct(entry: string, value: string): Promise<Changed>;
  pin(entry: string, pinned?: boolean): Promise<Changed>;
  patch(entry: string, patch: EntryPatch): Promise<Changed>;
  forget(entry: string): Promise<Erased>;
  history(options?: { readonly before?: number; readonly limit?: number }): Promise<History>;
  entryHistory(entry: string): Promise<EntryHistory>;
  /** Lets the server's model read a message of the person that was answered elsewhere. */
  observe(messages: ChatRequestBody['messages'], options?: CallOptions): Promise<Observed>;
  export(): Promise<Export>;
  import(entries: Import): Promise<Imported>;
  erase(): Promise<Erased>;
  /**
   * Changes as they happen, until the signal fires; `after` is the sequence to go on from. `onErased` is called
   * when the person was erased.
   */
  events(
    options?: { readonly after?: number; readonly onErased?: () => void } & CallOptions,
  ): AsyncGenerator<Change>;
};

export type Client = {
  models(): Promise<ModelList>;
  chat(input: ChatInput, options?: CallOptions): Promise<ChatCompletion>;
  /** The chunks of a streamed answer; the one that ends the reply carries usage and what the turn changed. */
  stream(input: ChatInput, options?: CallOptions): AsyncGenerator<ChatChunk>;
  user(id: string): UserClient;
};

type Sent = {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
};

/** Creates the client. */
export function createClient(options: ClientOptions): Client {
  const { apiKey } = options;
  const send = options.fetch ?? fetch;
  const base = options.baseUrl.replace(/\/+$/u, '').replace(/\/v1$/u, '');

  const request = async (path: string, sent: Sent = {}): Promise<Response> => {
    const response = await send(`${base}${path}`, {
      method: sent.method ?? 'GET',
      headers: {
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(sent.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...sent.headers,
      },
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
      ...(sent.signal === undefined ? {} : { signal: sent.signal }),
    });
    if (response.ok) return response;
    const body = (await response.json().catch(() => null)) as ErrorBody | null;
    throw new ApiError(response.status, body?.error === undefined ? null : body);
  };
  const json = async <Answer>(path: string, sent?: Sent): Promise<Answer> => {
    const response = await request(path, sent);
    const text = await response.text();
    try {
      return JSON.parse(text) as Answer;
    } catch {
      const message = `Expected JSON of rlpa serve at ${base}, found something else. Is it another server?`;
      throw new ApiError(response.status, null, message);
    }
  };

  return {
    models: () => json('/v1/models'),
    chat: (input, { signal } = {}) =>
      json('/v1/chat/completions', { method: 'POST', body: input, signal }),
    async *stream(input, { signal } = {}) {
      const body = { ...input, stream: true };
      const response = await request('/v1/chat/completions', { method: 'POST', body, signal });
      for await (const { data } of readEvents(response)) {
        if (data === '[DONE]') return;
        const chunk = JSON.parse(data) as ChatChunk | ErrorBody;
        if ('error' in chunk) throw new ApiError(response.status, chunk);
        yield chunk;
      }
      throw new ApiError(response.status, null, 'The stream ended before the reply did.');
    },
    user: (id) => {
      const path = `/v1/users/${encodeURIComponent(id)}`;
      const entryPath = (entry: string): string => `${path}/profile/${encodeURIComponent(entry)}`;
      const patch = (entry: string, body: EntryPatch): Promise<Changed> =>
        json(entryPath(entry), { method: 'PATCH', body });
      return {
        profile: ({ q, signal } = {}) => json(`${path}/profile${query({ q })}`, { signal }),
        promptText: async ({ maxTokens, q, signal } = {}) => {
          const asked = query({ format: 'text', max_tokens: maxTokens, q });
          return (await request(`${path}/profile${asked}`, { signal })).text();
        },
        add: (body) => json(`${path}/profile`, { method: 'POST', body }),
        correct: (entry, value) => patch(entry, { value }),
        pin: (entry, pinned = true) => patch(entry, { pinned }),
        patch,
        forget: (entry) => json(entryPath(entry), { method: 'DELETE' }),
        history: (page = {}) => json(`${path}/history${query(page)}`),
        entryHistory: (entry) => json(`${entryPath(entry)}/history`),
        observe: (messages, { signal } = {}) =>
          json(`${path}/observe`, { method: 'POST', body: { messages }, signal }),
        export: () => json(`${path}/export`),
        import: (body) => json(`${path}/import`, { method: 'POST', body }),
        erase: () => json(path, { method: 'DELETE' }),
        async *events({ after, onErased, signal } = {}) {
          const headers = after === undefined ? {} : { 'last-event-id': String(after) };
          const response = await request(`${path}/events`, { headers, signal });
          for await (const { event, data } of readEvents(response)) {
            if (event === 'change') yield JSON.parse(data) as Change;
            if (event === 'erased') onErased?.();
          }
        },
      };
    },
  };
}

function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

async function* readEvents(
  response: Response,
): AsyncGenerator<{ readonly event?: string | undefined; readonly data: string }> {
  if (response.body === null) return;
  const text = response.body.pipeThrough(
    new TextDecoderStream() as never,
  ) as ReadableStream<string>;
  const reader = text.pipeThrough(new EventSourceParserStream()).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
