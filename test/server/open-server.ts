/** A server of chats on a socket, with a store in memory and a model that says what a test tells it to. */
import { systemClock } from '../../src/base/index.ts';
import type { ChatModel, ChatRequest, StreamedReply } from '../../src/chat/index.ts';
import { openProfileStore, type ProfileStore } from '../../src/memory/index.ts';
import { personSchema } from '../../src/profile/index.ts';
import { explainProtocol, type Dialect } from '../../src/protocol/index.ts';
import { serveChat, type ServeChatOptions, type ServedModel } from '../../src/server/index.ts';

/** Writes an output for what it is asked; a list is handed over piece by piece. */
export type Answer = (request: ChatRequest) => string | readonly string[] | Promise<string>;

export type AnsweringModel = ChatModel & { readonly asked: ChatRequest[] };

/** Creates a model that streams what a function says. */
export function createAnsweringModel(answer: Answer): AnsweringModel {
  const asked: ChatRequest[] = [];
  const write = async (request: ChatRequest): Promise<readonly string[]> => {
    asked.push(structuredClone(request));
    const answered = await answer(request);
    return typeof answered === 'string' ? [answered] : answered;
  };
  return {
    name: 'answering',
    asked,
    reply: async (requests) =>
      Promise.all(
        requests.map(async (request) => ({
          text: (await write(request)).join(''),
          finishReason: 'stop' as const,
        })),
      ),
    stream: async (request, { onText, signal }): Promise<StreamedReply> => {
      const parts = await write(request);
      for (const part of parts) {
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
        onText(part);
      }
      const text = parts.join('');
      return { text, finishReason: 'stop', promptTokens: 11, completionTokens: 7 };
    },
    forget: () => Promise.resolve(),
  };
}

export const personDialect: Dialect = {
  schema: personSchema,
  profileMode: 'changes',
  contextTurns: 20,
  systemPrompt: explainProtocol(personSchema, 'changes'),
  composeNote: () => '',
};

/** An output in the protocol: entries, and a reply. */
export function output(entries: string, reply: string): string {
  return `<profile> ${entries} </profile> <response> ${reply} </response>`;
}

export function describeModel(chat: ChatModel, rest: Partial<ServedModel> = {}): ServedModel {
  return {
    id: 'test-model',
    about: 'A model of a test.',
    examples: [],
    chat,
    dialect: personDialect,
    profileBy: 'reply',
    onNoReply: 'plainly',
    spell: null,
    sampling: { maxTokens: 200, temperature: 0 },
    mostTokens: 4096,
    ...rest,
  };
}

export type TestServer = {
  readonly url: string;
  readonly store: ProfileStore;
  readonly log: string[];
  /** Asks, and gives status and body; a body that is no JSON as text. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: never; readonly headers: Headers }>;
  /** Says something as a person, and gives the completion. */
  say(user: string, text: string, more?: object): Promise<never>;
  close(longestSeconds?: number): Promise<void>;
};

export type TestServerOptions = Partial<ServeChatOptions> & {
  readonly answer?: Answer;
  readonly chat?: ChatModel;
  readonly served?: Partial<ServedModel>;
};

/** Starts it. */
export async function openTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { answer = (): string => output('', 'hello'), served } = options;
  const chat = options.chat ?? createAnsweringModel(answer);
  const store = options.store ?? (await openProfileStore(':memory:'));
  const log: string[] = [];
  const server = await serveChat({
    ...{ host: '127.0.0.1', port: 0, clock: systemClock, version: '0.0.0' },
    log: { write: (line) => void log.push(line) },
    ...options,
    store,
    model: describeModel(chat, served),
  });
  const ask: TestServer['ask'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      body: (isJson ? JSON.parse(text) : text) as never,
      headers: response.headers,
    };
  };
  return {
    ...{ url: server.url, store, log, ask },
    say: async (user, text, more = {}) => {
      const messages = [{ role: 'user', content: text }];
      return (await ask('POST', '/v1/chat/completions', { user, messages, ...more })).body;
    },
    close: async (longestSeconds = 1) => {
      await server.close(longestSeconds);
      await store.close();
    },
  };
}
