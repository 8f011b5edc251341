/** One request over a real socket, for each way in which a server can go wrong. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createEmbeddingSender,
  createSender,
  type CallFailure,
  type EndpointReply,
  type EndpointSettings,
  type EndpointVectors,
  type RequestLimits,
} from '../../src/chat/index.ts';
import {
  startFakeServer,
  type FakeServer,
  type FakeServerOptions,
  type Misbehaviour,
} from '../fake-server/fake-model-server.ts';

const request = {
  conversationId: 'a',
  messages: [{ role: 'user' as const, content: 'the person likes secret gardens' }],
  sampling: { maxTokens: 10, temperature: 0 },
  seed: 1,
};

const limits = { timeoutSeconds: 5, longestReplyBytes: 100_000 };

let server: FakeServer | null = null;

beforeAll(() => {
  // What OpenAI's own package picks up.
  process.env['OPENAI_API_KEY'] = 'sk-of-another-server';
  process.env['OPENAI_CUSTOM_HEADERS'] = 'Authorization: Bearer sk-of-another-server';
  process.env['OPENAI_BASE_URL'] = 'http://127.0.0.1:9/v1';
});

afterEach(async () => {
  await server?.close();
  server = null;
});

async function send(
  options: FakeServerOptions,
  change: Partial<RequestLimits> & { readonly key?: string; readonly port?: number } = {},
): Promise<EndpointReply> {
  server = await startFakeServer({ answer: () => 'hello', ...options });
  const endpoint: EndpointSettings = {
    baseUrl: change.port === undefined ? server.baseUrl : `http://127.0.0.1:${change.port}/v1`,
    model: 'm',
    maxTokensField: 'max_tokens',
    prices: { prompt: 0, completion: 0 },
  };
  const { key = null, timeoutSeconds = 5, longestReplyBytes = 100_000 } = change;
  const sender = createSender(endpoint, key, { timeoutSeconds, longestReplyBytes });
  return sender(request, new AbortController().signal);
}

const sendTo = (fault: Misbehaviour, timeoutSeconds = 5): Promise<EndpointReply> =>
  send({ misbehave: () => fault }, { timeoutSeconds });

describe('a request', () => {
  it('brings the text, how it ended and what it used', async () => {
    expect(await send({})).toEqual({
      text: 'hello',
      finishReason: 'stop',
      usage: { promptTokens: 8, completionTokens: 2 },
      completionEstimate: 2,
    });
  });

  it('goes with the key it was given, and with none from the environment', async () => {
    await send({}, { key: 'sk-mine' });
    expect(server?.seen[0]?.authorization).toBe('Bearer sk-mine');
    await server?.close();
    await send({});
    expect(server?.seen[0]?.authorization).toBeUndefined();
  });

  it('is read without the thoughts of a reasoning model', async () => {
    const read = async (content: string): Promise<string> => {
      const { text } = await send({ answer: () => content });
      await server?.close();
      return text;
    };
    expect(await read('hm, yes?</think>\nhello')).toBe('hello');
    expect(await read('<think>the form is {"logic":"yes"}, and then')).toBe('');
    const { text } = await send({ answer: () => '<think>hm, yes?</think>\n\nhello' });
    expect(text).toBe('hello');
  });

  it('is read under another content type, where it is JSON all the same', async () => {
    expect((await sendTo({ kind: 'content_type', type: 'text/plain' })).text).toBe('hello');
  });

  it('does without a count of tokens', async () => {
    expect(await sendTo({ kind: 'no_usage' })).toMatchObject({ text: 'hello', usage: null });
  });

  it.each(['1e308', '-5', '"12"', 'null', '{}', '[]', '1e400', '2.5', '9007199254740991'])(
    'takes %s for no count of tokens',
    async (count) => {
      const choices = '[{"message": {"content": "hello"}}]';
      const usage = `{"prompt_tokens": ${count}, "completion_tokens": 3}`;
      const page = `{"choices": ${choices}, "usage": ${usage}}`;
      expect(await sendTo({ kind: 'malformed', page })).toMatchObject({
        text: 'hello',
        usage: null,
      });
    },
  );

  it('is read from nothing but its own fields', async () => {
    const page = `{"__proto__": {"choices": [{"message": {"content": "hello"}}]}}`;
    await expect(sendTo({ kind: 'malformed', page })).rejects.toMatchObject({ kind: 'malformed' });
    expect(({} as { choices?: unknown }).choices).toBeUndefined();
  });

  it('is read without a key that the server repeats', async () => {
    const answer = (): string => 'your key is sk-very-secret';
    const { text } = await send({ answer }, { key: 'sk-very-secret' });
    expect(text).toBe('your key is [key]');
  });

  it('carries no headers but ours', async () => {
    await send({}, { key: 'sk-mine-alone' });
    expect(Object.keys(server?.seen[0]?.headers ?? {}).sort()).toEqual(
      ['accept', 'accept-encoding', 'authorization', 'connection', 'content-length'].concat([
        'content-type',
        'host',
        'user-agent',
      ]),
    );
  });
});

const status = (code: number): Misbehaviour => ({ kind: 'status', status: code });

describe('a failure is named by its kind:', () => {
  it.each<[Misbehaviour, CallFailure['kind']]>([
    [status(400), 'refused'],
    [status(401), 'unauthorised'],
    [status(403), 'unauthorised'],
    [status(402), 'quota'],
    [status(404), 'not_found'],
    [status(408), 'timeout'],
    [status(429), 'rate_limited'],
    [status(500), 'server_error'],
    [status(503), 'server_error'],
    [{ kind: 'cut', at: 'start' }, 'connection'],
    [{ kind: 'cut', at: 'body' }, 'connection'],
    [{ kind: 'malformed' }, 'malformed'],
    [{ kind: 'malformed', page: '<html>welcome</html>' }, 'malformed'],
    [{ kind: 'malformed', page: '{"choices": []}' }, 'malformed'],
    [{ kind: 'malformed', page: `{"choices": [${'{},'.repeat(30_000)}{}]}` }, 'malformed'],
    [{ kind: 'malformed', page: `{"choices": ${'['.repeat(50_000)}` }, 'malformed'],
    [{ kind: 'malformed', page: 'x'.repeat(100_001) }, 'too_large'],
    [{ kind: 'flood', status: 200 }, 'too_large'],
    [{ kind: 'flood', status: 200, chunkBytes: 1 }, 'too_large'],
    [{ kind: 'flood', status: 500 }, 'server_error'],
    [{ kind: 'flood', status: 429 }, 'rate_limited'],
    [{ kind: 'redirect', status: 307, location: 'http://127.0.0.1:9/v1' }, 'redirected'],
    [{ kind: 'redirect', status: 302, location: '/elsewhere' }, 'redirected'],
    [{ kind: 'redirect', status: 301, location: 'http://[' }, 'redirected'],
    [{ kind: 'endless' }, 'timeout'],
    [{ kind: 'slow', milliseconds: 60_000 }, 'timeout'],
  ])('%o is %s', async (fault, kind) => {
    const failure = await sendTo(fault, kind === 'timeout' ? 0.3 : 30).catch(
      (error: unknown) => error as CallFailure,
    );
    expect(failure).toMatchObject({ kind });
    expect(JSON.stringify(failure) + String((failure as Error).stack)).not.toContain('garden');
    expect((failure as Error).cause).toBeUndefined();
    expect(server?.seen).toHaveLength(1);
  });

  it('a server that is not there has charged nothing', async () => {
    const gone = await startFakeServer();
    await gone.close();
    const port = Number(new URL(gone.baseUrl).port);
    await expect(send({}, { port })).rejects.toMatchObject({
      kind: 'connection',
      usage: { promptTokens: 0, completionTokens: 0 },
    });
  });

  it('a reply without end is cut off where it becomes too long, with its connection', async () => {
    await expect(sendTo({ kind: 'flood', status: 200 })).rejects.toThrow();
    await expect.poll(() => server?.flood.isRunning).toBe(false);
    // What fits into the sockets' own buffers was sent as well.
    expect(server?.flood.bytes).toBeLessThan(16_000_000);
  });

  it('an error without end is read no further than its beginning', async () => {
    await expect(sendTo({ kind: 'flood', status: 503 })).rejects.toMatchObject({ status: 503 });
    await expect.poll(() => server?.flood.isRunning).toBe(false);
  });

  it('an error whose body breaks off by its status', async () => {
    await expect(sendTo({ kind: 'flood', status: 429 }, 0.1)).rejects.toMatchObject({
      kind: 'rate_limited',
    });
  });

  it('an error nested without end by its status', async () => {
    const nested = `{"error": ${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    await expect(sendTo({ kind: 'status', status: 400, page: nested })).rejects.toMatchObject({
      kind: 'refused',
    });
  });

  it.each([301, 302, 303, 307, 308])(
    'a redirect (%d) is not followed: neither prompt nor key leave the server',
    async (code) => {
      const other = await startFakeServer();
      try {
        const { origin } = new URL(other.baseUrl);
        const location = `${origin}/v1/chat/completions?q=gardens`;
        const fault: Misbehaviour = { kind: 'redirect', status: code, location };
        const sending = send({ misbehave: () => fault }, { key: 'sk-mine-alone' });
        await expect(sending).rejects.toMatchObject({ kind: 'redirected', target: origin });
        expect(server?.seen).toHaveLength(1);
        expect(other.seen).toHaveLength(0);
      } finally {
        await other.close();
      }
    },
  );

  it('a redirect to a host that spells the key does not give it away', async () => {
    const location = 'https://sk-mine-alone.example/';
    const sending = send(
      { misbehave: () => ({ kind: 'redirect', status: 307, location }) },
      { key: 'SK-Mine-Alone' },
    );
    await expect(sending).rejects.toMatchObject({ target: 'https://[key].example' });
  });

  it('with the pause that the server asks for', async () => {
    const fault: Misbehaviour = { kind: 'status', status: 429, retryAfter: '17' };
    await expect(sendTo(fault)).rejects.toMatchObject({ retryAfter: '17', status: 429 });
  });
});

describe('texts to embed', () => {
  const embed = async (
    options: FakeServerOptions,
    texts: readonly string[],
  ): Promise<EndpointVectors> => {
    server = await startFakeServer(options);
    const address = { baseUrl: server.baseUrl, model: 'm', prices: { prompt: 0, completion: 0 } };
    return createEmbeddingSender(
      address,
      'sk-mine-alone',
      limits,
    )(texts, new AbortController().signal);
  };

  it('bring a vector each, in the order asked, and what it used', async () => {
    const { vectors, usage } = await embed({}, ['enjoys tea', 'has two goats', 'tea enjoys']);
    expect(vectors[0]).toEqual(vectors[2]);
    expect(vectors[0]).not.toEqual(vectors[1]);
    expect(usage).toEqual({ promptTokens: 9, completionTokens: 0 });
    expect(server?.seen).toMatchObject([
      { path: '/v1/embeddings', authorization: 'Bearer sk-mine-alone', body: { model: 'm' } },
    ]);
  });

  it.each<[Misbehaviour, CallFailure['kind']]>([
    [status(500), 'server_error'],
    [{ kind: 'cut', at: 'body' }, 'connection'],
    [{ kind: 'babble' }, 'malformed'],
    [{ kind: 'malformed', page: '{"data": [{"index": 0, "embedding": []}]}' }, 'malformed'],
    [{ kind: 'malformed', page: '{"data": [{"index": 0, "embedding": [0, 0]}]}' }, 'malformed'],
    [{ kind: 'malformed', page: '{"data": [{"index": 1, "embedding": [1]}]}' }, 'malformed'],
    [{ kind: 'malformed', page: '{"data": [{"index": 0, "embedding": [1e39]}]}' }, 'malformed'],
    [{ kind: 'malformed', page: '{"data": [{"index": 0, "embedding": [1e-50]}]}' }, 'malformed'],
    [{ kind: 'malformed', page: '{"data": [{"index": 0, "embedding": ["1"]}]}' }, 'malformed'],
    [{ kind: 'malformed', page: `{"data": [${'{},'.repeat(30_000)}{}]}` }, 'malformed'],
    [{ kind: 'flood', status: 200 }, 'too_large'],
    [{ kind: 'redirect', status: 308, location: 'http://127.0.0.1:9/v1' }, 'redirected'],
  ])('%o is %s, without the text', async (fault, kind) => {
    const sending = embed({ misbehave: () => fault }, ['secret gardens']);
    const failure = await sending.catch((error: unknown) => error as CallFailure);
    expect(failure).toMatchObject({ kind });
    expect(JSON.stringify(failure) + String((failure as Error).stack)).not.toContain('garden');
  });
});

describe('an interruption', () => {
  it('ends a request under way with its own reason', async () => {
    const controller = new AbortController();
    server = await startFakeServer({
      misbehave: () => {
        controller.abort(new Error('enough'));
        return { kind: 'slow', milliseconds: 60_000 };
      },
    });
    const endpoint = {
      baseUrl: server.baseUrl,
      model: 'm',
      maxTokensField: 'max_tokens',
      prices: { prompt: 0, completion: 0 },
    } as const;
    const sending = createSender(endpoint, null, limits)(request, controller.signal);
    await expect(sending).rejects.toThrow('enough');
  });
});
