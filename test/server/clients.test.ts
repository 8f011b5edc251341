/** Clients as people use them, unchanged: the openai package, our own, the Vercel AI SDK, an MCP client. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Client as McpClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { generateText, streamText, wrapLanguageModel } from 'ai';
import { MockLanguageModelV3, simulateReadableStream } from 'ai/test';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProviderError } from '../../src/base/index.ts';
import {
  ApiError,
  createClient,
  createMemoryMiddleware,
  type Client,
} from '../../src/client/index.ts';
import { createFullKey } from '../../src/server/index.ts';
import { openTestServer, output, type TestServer } from './open-server.ts';

const secret = 'key-of-a-test';
let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await openTestServer({
    keys: [createFullKey(secret)],
    answer: ({ messages }) => {
      const text = messages.at(-1)?.content ?? '';
      if (messages[0]?.content.startsWith('You keep notes') === true) {
        return JSON.stringify({
          set: text.includes('Riga') ? [{ slot: 'home', value: 'Riga' }] : [],
          retract: [],
        });
      }
      if (text.includes('fail')) {
        throw new ProviderError('rate_limited', 'full', { details: { retryAfterSeconds: 1 } });
      }
      return text.includes('Oslo')
        ? output('+ home_ Oslo', 'Oslo is a fine town.')
        : output('', 'Tell me more.');
    },
  });
  client = createClient({ baseUrl: server.url, apiKey: secret });
});
afterAll(() => server.close());

describe('the openai package', () => {
  const openai = (): OpenAI =>
    new OpenAI({ baseURL: `${server.url}/v1`, apiKey: secret, maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'I live in Oslo' }];

  it('lists models', async () => {
    const models = [];
    for await (const model of openai().models.list()) models.push(model.id);
    expect(models).toEqual(['test-model']);
    expect((await openai().models.retrieve('test-model')).owned_by).toBe('rlpa');
  });

  it('has a reply, and the profile grows', async () => {
    const completion = await openai().chat.completions.create({
      ...{ model: 'test-model', messages, safety_identifier: 'by-openai' },
    });
    expect(completion.choices[0]?.message.content).toBe('Oslo is a fine town.');
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
    expect((await client.user('by-openai').profile()).entries).toHaveLength(1);
  });

  it('streams, with usage in the last chunk', async () => {
    const stream = await openai().chat.completions.create({
      ...{ model: 'test-model', messages, user: 'by-stream', stream: true },
      stream_options: { include_usage: true },
    });
    let text = '';
    let total = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      total = chunk.usage?.total_tokens ?? total;
    }
    expect(text).toBe('Oslo is a fine town.');
    expect(total).toBeGreaterThan(0);
  });

  it('streams, with a choice in every chunk where no usage was asked for', async () => {
    const stream = await openai().chat.completions.create({
      ...{ model: 'test-model', messages, user: 'by-plain-stream', stream: true },
    });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]!.delta.content ?? '';
    expect(text).toBe('Oslo is a fine town.');
  });

  it('throws its own errors, by status', async () => {
    const ask = (content: string, apiKey = secret, model = 'test-model'): Promise<unknown> =>
      new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 }).chat.completions.create({
        model,
        messages: [{ role: 'user', content }],
      });
    await expect(ask('hi', 'wrong')).rejects.toThrow(OpenAI.AuthenticationError);
    await expect(ask('hi', secret, 'gpt-9')).rejects.toThrow(OpenAI.NotFoundError);
    await expect(ask(' ')).rejects.toThrow(OpenAI.BadRequestError);
    await expect(ask('fail')).rejects.toThrow(OpenAI.RateLimitError);
    const error = await ask('fail').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 429, code: 'upstream_rate_limited' });
  });
});

describe('our own client', () => {
  it('does with a profile all that a person may', async () => {
    const user = client.user('a/b ü ../x');
    await client.chat({
      user: 'a/b ü ../x',
      messages: [{ role: 'user', content: 'I live in Oslo' }],
    });
    const [entry] = (await user.profile()).entries;
    expect(entry).toMatchObject({ value: 'Oslo' });
    expect(await user.promptText({ maxTokens: 100 })).toContain('- home: Oslo');
    expect((await user.profile({ q: 'where is home' })).entries).toHaveLength(1);
    expect((await user.profile({ q: 'music' })).entries).toHaveLength(0);
    const corrected = await user.correct(entry!.id, 'Bergen');
    expect(corrected.entry?.value).toBe('Bergen');
    await user.pin(corrected.entry!.id);
    expect((await user.profile()).entries[0]?.pinned).toBe(true);
    expect((await user.entryHistory(corrected.entry!.id)).entries).toHaveLength(2);
    const history = await user.history({ limit: 2 });
    expect(history.changes.map(({ kind }) => kind)).toEqual(['pinned', 'corrected']);
    const added = await user.add({ slot: 'likes', value: 'jazz' });
    expect((await user.forget(added.entry!.id)).erased.entries).toBe(1);
    const exported = await user.export();
    expect(exported.user).toBe('a/b ü ../x');
    const other = client.user('elsewhere');
    const { entries } = exported;
    expect((await other.import({ entries })).changes).toHaveLength(1);
    expect((await user.erase()).erased.entries).toBe(2);
    expect((await user.profile()).entries).toEqual([]);
  });

  it('streams, and gives what the turn changed with the last chunk', async () => {
    const chunks = [];
    const messages = [{ role: 'user' as const, content: 'I live in Oslo' }];
    for await (const chunk of client.stream({ user: 'streamed', messages })) chunks.push(chunk);
    expect(chunks.at(-1)?.rlpa?.changes).toHaveLength(1);
  });

  it('hears of changes as they happen, and goes on where it left', async () => {
    const user = client.user('heard');
    const stopping = new AbortController();
    const heard: string[] = [];
    const listening = (async () => {
      for await (const change of user.events({ after: 0, signal: stopping.signal })) {
        heard.push(change.entry?.value ?? '');
        if (heard.length === 2) break;
      }
    })();
    const first = await user.add({ slot: 'likes', value: 'jazz' });
    await user.add({ slot: 'likes', value: 'tea' });
    await listening;
    expect(heard).toEqual(['jazz', 'tea']);
    const after = first.changes[0]!.sequence;
    for await (const change of user.events({ after, signal: stopping.signal })) {
      expect(change.entry?.value).toBe('tea');
      break;
    }
    stopping.abort();
  });

  it('hears that the person was erased', async () => {
    const user = client.user('leaves');
    await user.add({ slot: 'likes', value: 'jazz' });
    const stopping = new AbortController();
    const erased = new Promise<void>((resolve) => {
      const heard = user.events({ after: 0, onErased: resolve, signal: stopping.signal });
      void (async () => {
        for await (const change of heard) if (change.kind === 'added') await user.erase();
      })().catch(() => undefined);
    });
    await erased;
    stopping.abort();
    expect((await user.profile()).entries).toEqual([]);
  });

  it('takes a whole export as an import, and none of another version', async () => {
    await client.user('moves').add({ slot: 'home', value: 'Turku' });
    const exported = await client.user('moves').export();
    const arrives = client.user('has moved');
    expect((await arrives.import(exported)).changes).toHaveLength(1);
    const future = { ...exported, version: 2 } as unknown as typeof exported;
    await expect(arrives.import(future)).rejects.toMatchObject({ status: 400 });
  });

  it('tells failures by status and code', async () => {
    const failure = await client
      .user('x')
      .correct('e_0', 'y')
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ status: 404, code: 'entry_not_found' });
    const unknown = client.user('x').add({ slot: 'nonsense', value: 'y' });
    await expect(unknown).rejects.toMatchObject({ status: 400, code: 'unknown_slot' });
  });
});

describe('the Vercel AI SDK', () => {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: 1, text: 1, reasoning: undefined },
  };
  const finishReason = { unified: 'stop' as const, raw: 'stop' };

  it('has memory around a model of any maker', async () => {
    const model = new MockLanguageModelV3({
      doGenerate: async () => ({
        content: [{ type: 'text', text: 'Nice.' }],
        ...{ finishReason, usage, warnings: [] },
      }),
    });
    const failures: unknown[] = [];
    const remembering = wrapLanguageModel({
      model,
      middleware: createMemoryMiddleware({
        client,
        user: 'by-ai-sdk',
        onError: (error) => failures.push(error),
      }),
    });
    await generateText({ model: remembering, prompt: 'I live in Riga now' });
    expect((await client.user('by-ai-sdk').profile()).entries).toMatchObject([{ value: 'Riga' }]);
    const { text } = await generateText({ model: remembering, prompt: 'what do you know?' });
    expect(text).toBe('Nice.');
    const [first, second] = model.doGenerateCalls.map(({ prompt }) => JSON.stringify(prompt));
    expect(first).not.toContain('home');
    expect(second).toContain('- home: Riga');
    expect(failures).toEqual([]);
  });

  it('streams through it, and goes on where the server is away', async () => {
    const model = new MockLanguageModelV3({
      doStream: async () => ({
        stream: simulateReadableStream({
          chunks: [
            { type: 'text-start', id: '1' },
            { type: 'text-delta', id: '1', delta: 'Still here.' },
            { type: 'text-end', id: '1' },
            { type: 'finish', finishReason, usage },
          ],
        }),
      }),
    });
    const failures: unknown[] = [];
    const away = createClient({ baseUrl: 'http://127.0.0.1:1' });
    const middleware = createMemoryMiddleware({
      ...{ client: away, user: 'x' },
      onError: (error) => failures.push(error),
    });
    const { textStream } = streamText({
      model: wrapLanguageModel({ model, middleware }),
      prompt: 'hello',
    });
    let text = '';
    for await (const part of textStream) text += part;
    expect(text).toBe('Still here.');
    expect(failures.length).toBeGreaterThan(0);
  });
});

describe('a memory server that never answers', () => {
  const never = ((_: unknown, { signal }: RequestInit = {}) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    })) as typeof fetch;
  const call = { prompt: [{ role: 'user', content: 'hello' }] };

  it('costs memory and not the call, after the longest wait', async () => {
    const failures: unknown[] = [];
    const middleware = createMemoryMiddleware({
      client: createClient({ baseUrl: 'http://127.0.0.1:1', fetch: never }),
      ...{ user: 'x', timeoutMs: 20 },
      onError: (error) => failures.push(error),
    });
    expect(await middleware.transformParams({ params: call })).toEqual(call);
    const doGenerate = (): Promise<string> => Promise.resolve('Still here.');
    expect(await middleware.wrapGenerate({ params: call, doGenerate })).toBe('Still here.');
    expect(failures).toHaveLength(2);
  });

  it('is waited for no longer than the caller waits', async () => {
    const middleware = createMemoryMiddleware({
      client: createClient({ baseUrl: 'http://127.0.0.1:1', fetch: never }),
      ...{ user: 'x', timeoutMs: 3_600_000 },
    });
    const calling = new AbortController();
    const params = { ...call, abortSignal: calling.signal };
    const asked = middleware.transformParams({ params });
    calling.abort();
    expect(await asked).toBe(params);
  });
});

describe('a server that is not rlpa serve', () => {
  it('is told from it by an error of the client', async () => {
    const page = (() => Promise.resolve(new Response('<html>'))) as typeof fetch;
    const other = createClient({ baseUrl: 'http://127.0.0.1:1', fetch: page });
    await expect(other.models()).rejects.toMatchObject({
      ...{ name: 'ApiError', status: 200 },
      message: expect.stringContaining('another server'),
    });
    const messages = [{ role: 'user' as const, content: 'hello' }];
    await expect(other.stream({ messages }).next()).rejects.toThrow('ended before the reply');
  });
});

describe('an MCP client', () => {
  const call = async (
    mcp: McpClient,
    name: string,
    args: object,
  ): Promise<Record<string, never>> => {
    const result = await mcp.callTool({ name, arguments: { ...args } });
    return result as never;
  };

  it('finds and proposes over Streamable HTTP, under the rules of a chat', async () => {
    const mcp = new McpClient({ name: 'test', version: '1' });
    const requestInit = { headers: { authorization: `Bearer ${secret}` } };
    await mcp.connect(
      new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }) as never,
    );
    const { tools } = await mcp.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'search_profile',
      'get_profile',
      'propose_change',
    ]);
    const proposal = { user: 'by-mcp', kind: 'set', slot: 'likes', value: 'jazz' };
    const refused = await call(mcp, 'propose_change', { ...proposal, message: 'hello there' });
    expect(refused['structuredContent']).toMatchObject({
      changes: [],
      refused: [{ reason: 'no_evidence' }],
    });
    await call(mcp, 'propose_change', { ...proposal, message: 'I really like jazz' });
    const found = await call(mcp, 'search_profile', { user: 'by-mcp', query: 'jazz music' });
    expect(found['structuredContent']).toMatchObject({ entries: [{ value: 'jazz' }] });
    const text = await call(mcp, 'get_profile', { user: 'by-mcp' });
    expect(JSON.stringify(text['content'])).toContain('- likes: jazz');
    const unnamed = await mcp.callTool({ name: 'get_profile', arguments: {} });
    expect(unnamed.isError).toBe(true);
    await mcp.close();
  });

  it('is refused without a key, and bound to a person by the header', async () => {
    const connect = (headers: Record<string, string>): Promise<McpClient> => {
      const mcp = new McpClient({ name: 'test', version: '1' });
      const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
        requestInit: { headers },
      });
      return mcp.connect(transport as never).then(() => mcp);
    };
    await expect(connect({})).rejects.toThrow();
    const mcp = await connect({ authorization: `Bearer ${secret}`, 'x-rlpa-user': 'bound' });
    await client.user('bound').add({ slot: 'likes', value: 'tea' });
    const text = await call(mcp, 'get_profile', {});
    expect(JSON.stringify(text['content'])).toContain('tea');
    await mcp.close();
  });

  it('talks to rlpa mcp over pipes', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-mcp-'));
    const root = path.resolve(import.meta.dirname, '../..');
    const mcp = new McpClient({ name: 'test', version: '1' });
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [
        path.join(root, 'dist', 'cli', 'main.js'),
        ...['mcp', '--store', path.join(folder, 'p.db'), '--user', 'me'],
      ],
      stderr: 'ignore',
    });
    await mcp.connect(transport as never);
    const message = 'I live in Oslo';
    await call(mcp, 'propose_change', { kind: 'set', slot: 'home', value: 'Oslo', message });
    const text = await call(mcp, 'get_profile', {});
    expect(JSON.stringify(text['content'])).toContain('- home: Oslo');
    await mcp.close();
    fs.rmSync(folder, { recursive: true });
  });
});
