/** A model of another server over the wire: streams, failures, what is sent and what is not. */
import { afterEach, describe, expect, it } from 'vitest';
import { chatRequestSchema } from '../../src/api/index.ts';
import { createContext } from '../../src/app/context.ts';
import { highestTemperature, openServedModel } from '../../src/app/serve/served-model.ts';
import { systemClock } from '../../src/base/index.ts';
import { createStreamingModel, type ChatModel, type ChatRequest } from '../../src/chat/index.ts';
import {
  startUpstream,
  streamText,
  type FakeUpstream,
  type UpstreamAnswer,
} from './fake-upstream.ts';

const upstreams: FakeUpstream[] = [];
afterEach(async () => {
  for (const upstream of upstreams.splice(0)) await upstream.close();
});

const key = 'sk-secret-of-upstream';
const setUpBy = { address: '--there', key: 'KEY_VARIABLE', toGoOn: 'ask again' };
const open = async (
  answer: UpstreamAnswer,
  limits = {},
): Promise<{ model: ChatModel; upstream: FakeUpstream }> => {
  const upstream = await startUpstream(answer);
  upstreams.push(upstream);
  const model = createStreamingModel({
    endpoint: {
      ...{ baseUrl: upstream.url, model: 'fake', prices: { prompt: 0, completion: 0 } },
      maxTokensField: 'max_tokens',
    },
    key,
    setUpBy,
    timestamp: systemClock.timestamp,
    limits: { timeoutSeconds: 30, longestReplyBytes: 100_000, concurrency: 4, ...limits },
  });
  return { model, upstream };
};
const request: ChatRequest = {
  conversationId: 'c',
  messages: [{ role: 'user', content: 'hello' }],
  sampling: { maxTokens: 9, temperature: 0 },
  seed: 1,
};
const read = async (
  model: ChatModel,
): Promise<{ pieces: string[]; text: string; usage: number }> => {
  const pieces: string[] = [];
  const reply = await model.stream!(request, { onText: (text) => pieces.push(text) });
  return { pieces, text: reply.text, usage: reply.promptTokens + reply.completionTokens };
};

describe('a streaming upstream', () => {
  it('is read as a stream whatever type it gives it', async () => {
    const { model } = await open((_, response) => {
      response.setHeader('content-type', 'text/plain');
      const choice = { delta: { content: 'Plain.' }, finish_reason: 'stop' };
      response.end(`data: ${JSON.stringify({ choices: [choice] })}\n\n`);
      return undefined;
    });
    expect((await read(model)).text).toBe('Plain.');
  });

  it('is read piece by piece, with what it says it used', async () => {
    const { model, upstream } = await open(() => 'A reply of some length.');
    const { pieces, text, usage } = await read(model);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join('')).toBe(text);
    expect(text).toBe('A reply of some length.');
    expect(usage).toBe(30);
    expect(upstream.seen[0]).toMatchObject({
      headers: { authorization: `Bearer ${key}` },
      body: { model: 'fake', stream: true, max_tokens: 9 },
    });
  });

  it('may answer in one piece, whatever it was asked', async () => {
    const { model } = await open((_, response) => {
      response.setHeader('content-type', 'application/json');
      const choice = { message: { content: 'Whole.' }, finish_reason: 'length' };
      response.end(JSON.stringify({ choices: [choice] }));
      return undefined;
    });
    expect((await read(model)).text).toBe('Whole.');
  });

  it('has its thoughts taken off', async () => {
    const { model } = await open(() => '<think>The person says hello.</think>\n\nHello!');
    expect(await read(model)).toMatchObject({ text: 'Hello!' });
    const unfinished = await open(() => '<think>The person says');
    expect((await read(unfinished.model)).text).toBe('');
    const plain = await open(() => '<thin air>');
    expect((await read(plain.model)).text).toBe('<thin air>');
  });

  it('does not have a key shown that it repeats', async () => {
    const { model } = await open(() => 'ok');
    const echo = await open((_, response) => {
      response.setHeader('content-type', 'application/json');
      const choice = { message: { content: `your key is ${key}` }, finish_reason: 'stop' };
      response.end(JSON.stringify({ choices: [choice] }));
      return undefined;
    });
    expect((await read(model)).text).toBe('ok');
    const { text, pieces } = await read(echo.model);
    expect(text + pieces.join('')).not.toContain(key);
  });
});

describe('an upstream that fails', () => {
  it.each([
    [429, 'rate_limited', /ask again in 3 s/u],
    [500, 'server_error', /check the server, and ask again in 3 s/u],
    [503, 'server_error', /check the server, and ask again in 3 s/u],
    [401, 'unauthorised', /check KEY_VARIABLE/u],
    [402, 'quota', /^The account's quota is used up. When there is more, ask again\.$/u],
    [404, 'not_found', /Check --there/u],
    [307, 'redirected', /set --there to that address/u],
    [400, 'refused', /would fail again/u],
  ])(
    'with status %i is asked once, told by its kind, with what to do',
    async (status, code, hint) => {
      const { model, upstream } = await open((_, response) => {
        response.writeHead(status, { 'retry-after': '3' });
        response.end(JSON.stringify({ error: { message: `prompt: hello ${key}` } }));
        return undefined;
      });
      const error = await read(model).catch(
        (thrown: unknown) => thrown as Error & { details: object },
      );
      expect(error).toMatchObject({ code, details: { retryAfterSeconds: 3 } });
      expect(error).toHaveProperty('hint', expect.stringMatching(hint));
      expect(String(error)).not.toMatch(/hello|sk-secret/u);
      expect(upstream.seen).toHaveLength(1);
    },
  );

  it('by breaking off before anything came is asked once more, and no oftener', async () => {
    let calls = 0;
    const { model } = await open((_, response) => {
      calls += 1;
      if (calls > 1) return 'Second time.';
      response.destroy();
      return undefined;
    });
    expect((await read(model)).text).toBe('Second time.');
    const gone = await open((_, response) => {
      response.destroy();
      return undefined;
    });
    await expect(read(gone.model)).rejects.toMatchObject({ code: 'connection' });
    expect(gone.upstream.seen).toHaveLength(2);
  });

  it('by not being there is asked once', async () => {
    const { model, upstream } = await open(() => 'ok');
    await upstream.close();
    await expect(read(model)).rejects.toMatchObject({
      code: 'connection',
      message: expect.stringContaining('connection, after 1 try.') as string,
      hint: expect.stringMatching(/server runs and that --there names its address/u) as string,
    });
  });

  it.each([
    ['text/html; charset=utf-8', 'text/html'],
    [`text/${key}`, 'no type that is known'],
    ['', 'no type that is known'],
  ])('by an answer of type "%s" is asked once, and told what came', async (type, found) => {
    const { model, upstream } = await open((_, response) => {
      if (type !== '') response.setHeader('content-type', type);
      response.end('<!doctype html><title>Welcome</title>');
      return undefined;
    });
    const error = await read(model).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'malformed' });
    expect(String(error)).toContain(
      `expected text/event-stream or application/json, found ${found}, after 1 try.`,
    );
    expect(error).toHaveProperty('hint', expect.stringMatching(/check --there/u));
    expect(upstream.seen).toHaveLength(1);
  });

  it('by no end, with a head and nothing after it, is asked once', async () => {
    const { model, upstream } = await open((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      setTimeout(() => response.destroy(), 20);
      return undefined;
    });
    await expect(read(model)).rejects.toMatchObject({ code: 'connection' });
    expect(upstream.seen).toHaveLength(1);
  });

  it('in the middle of a stream is not asked again', async () => {
    const { model, upstream } = await open((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"Half"}}]}\n\n');
      setTimeout(() => response.destroy(), 20);
      return undefined;
    });
    await expect(read(model)).rejects.toMatchObject({ code: 'connection' });
    expect(upstream.seen).toHaveLength(1);
  });

  it('by a stream that ends without an end, an error in it, or no JSON', async () => {
    for (const [body, code] of [
      ['data: {"choices":[{"delta":{"content":"Half"}}]}\n\ndata: [DONE]\n\n', 'connection'],
      ['data: {"error":{"message":"full"}}\n\n', 'server_error'],
      ['data: nonsense\n\n', 'malformed'],
      ['', 'connection'],
    ] as const) {
      const { model } = await open((_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(body);
        return undefined;
      });
      await expect(read(model)).rejects.toMatchObject({ code });
    }
  });

  it('by never answering is given up after its time', async () => {
    const { model } = await open(() => new Promise(() => undefined), { timeoutSeconds: 0.2 });
    await expect(read(model)).rejects.toMatchObject({ code: 'timeout' });
  });

  it('by never ending is cut off at the longest reply', async () => {
    const { model } = await open((_, response) => {
      streamText(response, 'x'.repeat(50_000));
      return undefined;
    });
    await expect(read(model)).rejects.toMatchObject({ code: 'connection' });
  });

  it('ends at once when the person leaves', async () => {
    const { model } = await open(() => new Promise(() => undefined));
    const leaving = new AbortController();
    const reading = model.stream!(request, { onText: () => undefined, signal: leaving.signal });
    setTimeout(() => leaving.abort(), 30);
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('settings of an upstream', () => {
  const upstream = { baseUrl: 'http://127.0.0.1:9/v1', model: 'any', key: null };
  const readLength = async (...set: string[]): Promise<number> => {
    const opened = await openServedModel({ upstream, flags: { set } }, createContext({}));
    return opened.model.sampling.maxTokens;
  };

  it('name what is wrong as it is given: --upstream, RLPA_UPSTREAM_KEY', async () => {
    const fail = async (status: number): Promise<unknown> => {
      const { url, close } = await startUpstream((_, response) => {
        response.writeHead(status).end();
        return undefined;
      });
      const served = { baseUrl: url, model: 'any', key: null };
      const { model } = await openServedModel({ upstream: served }, createContext({}));
      const error = await read(model.chat).catch((thrown: unknown) => thrown);
      await close();
      return error;
    };
    expect(await fail(401)).toHaveProperty('hint', expect.stringContaining('RLPA_UPSTREAM_KEY'));
    expect(await fail(404)).toHaveProperty('hint', expect.stringContaining('Check --upstream'));
  });

  it('hold its temperature in the range of a request', async () => {
    const openAt = (temperature: number): Promise<unknown> =>
      openServedModel({ upstream, temperature }, createContext({}));
    await expect(openAt(highestTemperature)).resolves.toBeDefined();
    for (const temperature of [highestTemperature + 0.1, -1, Number.NaN]) {
      await expect(openAt(temperature)).rejects.toThrow(/a temperature from 0 to 2, found/u);
    }
    const { temperature } = chatRequestSchema.shape;
    expect(temperature.safeParse(highestTemperature).success).toBe(true);
    expect(temperature.safeParse(highestTemperature + 0.1).success).toBe(false);
  });

  it('bound its replies, and others are refused', async () => {
    expect(await readLength()).toBe(1024);
    expect(await readLength('sampling.maxTokens=77')).toBe(77);
    await expect(readLength('engine.threads=2')).rejects.toThrow(/no use for engine\.threads/u);
  });
});
