/** The client with a scripted network and a clock that only moves when somebody waits. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AbortedError, ConfigError, ProviderError } from '../../base/index.ts';
import type { ChatRequest } from '../types.ts';
import { composeBody, type EndpointReply, type SendRequest } from './endpoint.ts';
import { CallFailure } from './failures.ts';
import { CallLedger } from './ledger.ts';
import { createModelClient, type ModelClient } from './model-client.ts';
import { createModelServer } from './model-server.ts';
import { ReplyCache } from './reply-cache.ts';
import { defaultCallLimits, type CallBudget, type CallLimits } from './settings.ts';
import { createManualClock } from './testing/manual-clock.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-client-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const endpoint = {
  baseUrl: 'http://localhost:1/v1',
  model: 'm',
  maxTokensField: 'max_tokens',
  prices: { prompt: 1_000_000, completion: 2_000_000 },
} as const;
const secret = 'the person likes secret gardens';

const ask = (seed: number): ChatRequest => ({
  conversationId: 'a',
  messages: [{ role: 'user', content: secret }],
  sampling: { maxTokens: 10, temperature: 0 },
  seed,
});

const good: EndpointReply = {
  text: 'well',
  finishReason: 'stop',
  usage: { promptTokens: 5, completionTokens: 1 },
  completionEstimate: 1,
};

type Options = {
  readonly limits?: Partial<CallLimits>;
  readonly budget?: Partial<CallBudget>;
  readonly cache?: string;
  readonly key?: string;
  readonly signal?: AbortSignal;
};

function start(
  script: (index: number, request: ChatRequest) => EndpointReply | CallFailure,
  options: Options = {},
): { client: ModelClient; ledger: CallLedger; waits: readonly number[]; sent: ChatRequest[] } {
  const { clock, sleep, waits } = createManualClock();
  const ledger = new CallLedger({
    budget: { calls: null, tokens: null, money: null, ...options.budget },
  });
  const sent: ChatRequest[] = [];
  const send: SendRequest = async (request, signal) => {
    signal.throwIfAborted();
    const result = script(sent.push(request) - 1, request);
    await Promise.resolve();
    if (result instanceof CallFailure) throw result;
    return result;
  };
  const limits = { ...defaultCallLimits, ...options.limits };
  const client = createModelClient({
    endpoint,
    key: options.key ?? null,
    server: createModelServer({ limits, clock, sleep }),
    ledger,
    role: 'judge',
    cache: options.cache === undefined ? null : new ReplyCache(path.join(root, options.cache)),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    send,
  });
  return { client, ledger, waits, sent };
}

describe('the client', () => {
  it('answers in order and books what it used', async () => {
    const { client, ledger } = start((_, { seed }) => ({ ...good, text: `reply ${seed}` }));
    const replies = await client.reply([ask(3), ask(1), ask(2)]);
    expect(replies.map(({ text }) => text)).toEqual(['reply 3', 'reply 1', 'reply 2']);
    expect(ledger.total()).toMatchObject({ calls: 3, promptTokens: 15, money: 21 });
  });

  it('asks nothing twice: not later, not at the same time, not in another process', async () => {
    const first = start(() => good, { cache: 'twice' });
    await first.client.reply([ask(1), ask(1), ask(2)]);
    await first.client.reply([ask(1)]);
    expect(first.sent).toHaveLength(2);
    expect(first.ledger.total()).toMatchObject({ calls: 2, cacheHits: 2 });
    const second = start(() => good, { cache: 'twice' });
    await second.client.reply([ask(1), ask(2)]);
    expect(second.sent).toHaveLength(0);
  });

  it('tries what may pass again with growing waits, and then gives up for good', async () => {
    const { client, ledger, waits, sent } = start(() => new CallFailure('server_error'), {
      limits: { retries: 3 },
    });
    await expect(client.reply([ask(1)])).rejects.toMatchObject({
      code: 'server_error',
      exitCode: 4,
      isFatal: false,
    });
    expect(sent).toHaveLength(4);
    expect(waits).toHaveLength(3);
    expect(waits[1]! / waits[0]!).toBeGreaterThan(1.1);
    expect(waits[2]! / waits[1]!).toBeGreaterThan(1.1);
    expect(ledger.total()).toMatchObject({ retries: 3, givenUp: 1, failures: { server_error: 4 } });
  });

  it.each([
    ['30', 30_000],
    ['Thu, 01 Jan 2026 00:00:45 GMT', 45_000],
  ])('waits as long as the server asks for: %s', async (retryAfter, expected) => {
    const { client, waits } = start((index) =>
      index === 0 ? new CallFailure('rate_limited', { status: 429, retryAfter }) : good,
    );
    await client.reply([ask(1)]);
    expect(waits[0]).toBe(expected);
  });

  it('does not come back before the server wants it: a longer pause than allowed ends the request', async () => {
    const { client, waits, sent } = start(
      () => new CallFailure('rate_limited', { status: 429, retryAfter: '3600' }),
    );
    await expect(client.reply([ask(1)])).rejects.toThrow(
      'the server asks to wait 3600 s, at most 60 are waited',
    );
    expect(sent).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it.each(['1000000000', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'gives up at once where the server asks for %s seconds, and says so',
    async (retryAfter) => {
      const { client, waits } = start(
        () => new CallFailure('rate_limited', { status: 429, retryAfter }),
        { limits: { longestWaitSeconds: 86_400 } },
      );
      await expect(client.reply([ask(1)])).rejects.toThrow(/asks to wait \w+ s, at most 86400/u);
      expect(waits).toEqual([]);
    },
  );

  it('tries for so long in all, whatever the number of tries', async () => {
    const { client, waits } = start(() => new CallFailure('server_error', { status: 503 }), {
      limits: { retries: 20, longestWaitSeconds: 60, totalSeconds: 200 },
    });
    await expect(client.reply([ask(1)])).rejects.toMatchObject({
      message: expect.stringContaining('the 200 s for all tries together are over') as string,
      details: { reason: 'no_time_left' },
    });
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(200_000);
  });

  it.each<Partial<CallLimits>>([
    { timeoutSeconds: 1e9 },
    { timeoutSeconds: Number.NaN },
    { longestWaitSeconds: 1e9 },
    { firstWaitSeconds: -1 },
    { totalSeconds: Number.POSITIVE_INFINITY },
    { retries: 1e9 },
    { longestReplyBytes: 0 },
  ])('refuses limits that no timer or loop can keep: %o', (limits) => {
    expect(() => start(() => good, { limits })).toThrow(ConfigError);
  });

  it('refuses prices that make the books infinite', () => {
    const server = createModelServer({ limits: defaultCallLimits });
    const prices = { prompt: 1e308, completion: 0 };
    const options = { key: null, server, ledger: new CallLedger(), role: 'judge', cache: null };
    expect(() => createModelClient({ ...options, endpoint: { ...endpoint, prices } })).toThrow(
      'prices.prompt',
    );
  });

  it('says how long a reply may be where one was longer, and does not ask again', async () => {
    const { client, sent, ledger } = start(() => new CallFailure('too_large', { status: 200 }), {
      limits: { longestReplyBytes: 1000 },
    });
    await expect(client.reply([ask(1)])).rejects.toMatchObject({
      code: 'too_large',
      isFatal: false,
      message: expect.stringContaining('more than 1000 bytes') as string,
    });
    expect(sent).toHaveLength(1);
    expect(ledger.total()).toMatchObject({ estimated: 1, completionTokens: 10 });
  });

  it('ends where a server sends requests elsewhere, and names where', async () => {
    const { client, sent, ledger } = start(
      () => new CallFailure('redirected', { status: 307, target: 'https://other.example' }),
    );
    await expect(client.reply([ask(1)])).rejects.toMatchObject({
      code: 'redirected',
      isFatal: true,
      message: expect.stringContaining('redirected, to https://other.example') as string,
      hint: expect.stringContaining('set baseUrl') as string,
    });
    expect(sent).toHaveLength(1);
    expect(ledger.total()).toMatchObject({
      calls: 1,
      promptTokens: 0,
      failures: { redirected: 1 },
    });
  });

  it.each([
    ['unauthorised', true, 'the variable that apiKeyEnv names'],
    ['not_found', true, 'Check baseUrl'],
    ['quota', true, 'continue with --resume'],
    ['refused', false, 'would fail again'],
  ] as const)('does not repeat what cannot pass: %s', async (kind, isFatal, hint) => {
    const { client, sent } = start(() => new CallFailure(kind, { status: 400 }));
    const error = await client.reply([ask(1)]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: kind, isFatal });
    expect(error).toHaveProperty('hint', expect.stringContaining(hint));
    expect(sent).toHaveLength(1);
  });

  it('takes a server for gone after so many failures in a row', async () => {
    const { client, sent } = start(() => new CallFailure('connection'), {
      limits: { retries: 0, failuresInARow: 3, concurrency: 1 },
    });
    for (let seed = 0; seed < 3; seed += 1) {
      await expect(client.reply([ask(seed)])).rejects.toMatchObject({ isFatal: false });
    }
    await expect(client.reply([ask(9)])).rejects.toMatchObject({
      code: 'provider_gone',
      isFatal: true,
    });
    expect(sent).toHaveLength(3);
  });

  it('keeps the replies of a batch whose other requests failed', async () => {
    const { client, ledger } = start(
      (_, { seed }) => (seed === 2 ? new CallFailure('refused') : good),
      { cache: 'batch' },
    );
    await expect(client.reply([ask(1), ask(2), ask(3)])).rejects.toThrow(ProviderError);
    expect(ledger.total().answered).toBe(2);
    const again = start(() => good, { cache: 'batch' });
    await again.client.reply([ask(1), ask(3)]);
    expect(again.sent).toHaveLength(0);
  });

  it('books an estimate where the server does not say what it used', async () => {
    const { client, ledger } = start(() => ({ ...good, usage: null }));
    await client.reply([ask(1)]);
    expect(ledger.total()).toMatchObject({ estimated: 1, completionTokens: 1 });
    expect(ledger.total().promptTokens).toBeGreaterThan(5);
  });

  it('books the most a call can take where nobody knows what it took', async () => {
    const { client, ledger } = start(() => new CallFailure('timeout'), { limits: { retries: 0 } });
    await expect(client.reply([ask(1)])).rejects.toThrow(ProviderError);
    expect(ledger.total()).toMatchObject({ estimated: 1, completionTokens: 10 });
    expect(ledger.total().promptTokens).toBeGreaterThanOrEqual(secret.length);
  });

  it('sends no more than the budget allows, further tries included', async () => {
    const { client, sent, ledger } = start(() => new CallFailure('server_error'), {
      budget: { calls: 2 },
    });
    await expect(client.reply([ask(1)])).rejects.toMatchObject({ code: 'budget_spent' });
    expect(sent).toHaveLength(2);
    expect(ledger.total().calls).toBe(2);
  });

  it('stops waiting and asking when interrupted', async () => {
    const controller = new AbortController();
    const { client, sent } = start(
      () => {
        controller.abort();
        return new CallFailure('server_error');
      },
      { signal: controller.signal },
    );
    await expect(client.reply([ask(1), ask(2)])).rejects.toThrow(AbortedError);
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  it('sends nothing more once it is closed, and keeps what was under way', async () => {
    const { client, sent, ledger } = start(() => good, {
      limits: { concurrency: 1 },
      cache: 'closed',
    });
    const replies = Promise.allSettled([1, 2, 3].map((seed) => client.reply([ask(seed)])));
    while (sent.length === 0) await Promise.resolve();
    await client.close();
    const [first, ...others] = await replies;
    expect(first?.status).toBe('fulfilled');
    for (const other of others) {
      expect(other).toMatchObject({ status: 'rejected', reason: { name: 'AbortedError' } });
    }
    expect(sent).toHaveLength(1);
    expect(ledger.total()).toMatchObject({ calls: 1, answered: 1 });
    expect(await client.reply([ask(1)])).toHaveLength(1);
  });

  it('does not sit out a wait when it is closed', async () => {
    const { client, sent } = start(() => new CallFailure('server_error'));
    const reply = client.reply([ask(1)]).catch((error: unknown) => error);
    while (sent.length === 0) await Promise.resolve();
    await client.close();
    expect(await reply).toBeInstanceOf(AbortedError);
    expect(sent).toHaveLength(1);
  });

  it('says nothing of people or the key in errors', async () => {
    const failing = start(() => new CallFailure('unauthorised', { status: 401 }), {
      key: 'sk-very-secret',
    });
    const error = await failing.client.reply([ask(1)]).catch((reason: unknown) => reason);
    const told = error as ProviderError;
    const text = `${told.message} ${told.hint} ${JSON.stringify(told.details)} ${told.stack} ${String(told.cause)}`;
    expect(text).not.toMatch(/garden|sk-very/);
  });
});

describe('the body of a request', () => {
  it('holds what decides the answer, and only what was asked for of the rest', () => {
    expect(composeBody(endpoint, ask(7))).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: secret }],
      max_tokens: 10,
      temperature: 0,
      seed: 7,
    });
    const more = composeBody(
      { ...endpoint, maxTokensField: 'max_completion_tokens' },
      { ...ask(7), sampling: { maxTokens: 10, temperature: 1, topK: 4, topP: 0.9, minP: 0.1 } },
    );
    expect(more).toMatchObject({ max_completion_tokens: 10, top_k: 4, top_p: 0.9, min_p: 0.1 });
  });
});
