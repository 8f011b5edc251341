/** The client with a scripted network and a clock that only moves when somebody waits. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AbortedError, BudgetError, ProviderError } from '../../base/index.ts';
import {
  createEmbeddingClient,
  textsPerRequest,
  type EmbeddingClient,
} from './embedding-client.ts';
import type { SendTexts } from './endpoint.ts';
import { CallFailure } from './failures.ts';
import { CallLedger } from './ledger.ts';
import { createModelServer } from './model-server.ts';
import { computeEmbeddingKey, ReplyCache } from './reply-cache.ts';
import { defaultCallLimits, type CallBudget, type CallLimits } from './settings.ts';
import { createManualClock } from './testing/manual-clock.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-embed-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const endpoint = {
  baseUrl: 'http://localhost:1/v1',
  model: 'm',
  prices: { prompt: 1_000_000, completion: 0 },
};

/** A vector that cannot be mistaken for another text's. */
const vectorOf = (text: string): Float32Array =>
  Float32Array.from([text.length, text.charCodeAt(0), 0.1]);

type Options = {
  readonly limits?: Partial<CallLimits>;
  readonly budget?: Partial<CallBudget>;
  readonly cache?: string;
  readonly fail?: (index: number) => CallFailure | null;
};

function start(options: Options = {}): {
  client: EmbeddingClient;
  ledger: CallLedger;
  waits: readonly number[];
  sent: (readonly string[])[];
} {
  const { clock, sleep, waits } = createManualClock();
  const budget = { calls: null, tokens: null, money: null, ...options.budget };
  const ledger = new CallLedger({ budget });
  const sent: (readonly string[])[] = [];
  const send: SendTexts = async (texts) => {
    const index = sent.push(texts) - 1;
    const failure = options.fail?.(index) ?? null;
    await Promise.resolve();
    if (failure !== null) throw failure;
    return {
      vectors: texts.map(vectorOf),
      usage: { promptTokens: texts.length, completionTokens: 0 },
    };
  };
  const limits = { ...defaultCallLimits, ...options.limits };
  const client = createEmbeddingClient({
    endpoint,
    key: null,
    server: createModelServer({ limits, clock, sleep }),
    ledger,
    role: 'matcher',
    cache: options.cache === undefined ? null : new ReplyCache(path.join(root, options.cache)),
    send,
  });
  return { client, ledger, waits, sent };
}

describe('the embedding client', () => {
  it('sends several texts in one request, each once, and answers in order', async () => {
    const { client, sent, ledger } = start();
    const vectors = await client.embed(['tea', 'harp', 'tea', 'a boat']);
    expect(vectors).toEqual(['tea', 'harp', 'tea', 'a boat'].map(vectorOf));
    expect(sent).toEqual([['tea', 'harp', 'a boat']]);
    expect(ledger.total()).toMatchObject({ calls: 1, answered: 1, promptTokens: 3, money: 3 });
    expect(await client.embed([])).toEqual([]);
  });

  it('bounds the texts of a request', async () => {
    const { client, sent } = start();
    const texts = Array.from({ length: 2 * textsPerRequest + 1 }, (_, index) => `item ${index}`);
    expect(await client.embed(texts)).toEqual(texts.map(vectorOf));
    expect(sent.map(({ length }) => length)).toEqual([textsPerRequest, textsPerRequest, 1]);
  });

  it('keeps each text by itself: asks no text twice, in whatever company it comes', async () => {
    const first = start({ cache: 'alone' });
    await Promise.all([first.client.embed(['tea', 'harp']), first.client.embed(['harp', 'boat'])]);
    expect(first.sent).toEqual([['tea', 'harp'], ['boat']]);
    expect(first.ledger.total()).toMatchObject({ calls: 2, cacheHits: 1 });
    const second = start({ cache: 'alone' });
    const vectors = await second.client.embed(['boat', 'goat', 'tea']);
    expect(vectors).toEqual(['boat', 'goat', 'tea'].map(vectorOf));
    expect(second.sent).toEqual([['goat']]);
  });

  it('writes no text to the cache', async () => {
    const { client } = start({ cache: 'quiet' });
    await client.embed(['secret gardens']);
    const folder = path.join(root, 'quiet');
    const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter((name) => name.endsWith('.json'))
      .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
    expect(texts).toHaveLength(1);
    expect(texts.join()).not.toMatch(/secret|garden/);
  });

  it('asks anew for an entry that is no vector', async () => {
    const key = computeEmbeddingKey(endpoint, 'tea');
    const entry = { finishReason: 'stop', promptTokens: 1, completionTokens: 0 } as const;
    for (const text of [
      'AAA',
      '',
      Buffer.from(new Float32Array([NaN]).buffer).toString('base64'),
    ]) {
      new ReplyCache(path.join(root, 'forged')).write(key, { ...entry, text });
      const { client, sent, ledger } = start({ cache: 'forged' });
      expect(await client.embed(['tea'])).toEqual([vectorOf('tea')]);
      expect(sent).toHaveLength(1);
      expect(ledger.total()).toMatchObject({ cacheDamaged: 1, cacheHits: 0 });
    }
  });

  it('tries again what may pass, and gives up without a word of the text', async () => {
    const passing = start({ fail: (index) => (index < 2 ? new CallFailure('timeout') : null) });
    expect(await passing.client.embed(['tea'])).toHaveLength(1);
    expect(passing.waits).toHaveLength(2);
    const failing = start({ fail: () => new CallFailure('server_error'), limits: { retries: 1 } });
    const error = await failing.client.embed(['secret gardens']).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ProviderError);
    expect(`${(error as Error).message} ${(error as Error).stack}`).not.toMatch(/garden/);
    expect(failing.ledger.total()).toMatchObject({ retries: 1, givenUp: 1 });
  });

  it('stays within the budget, and sends nothing once it is closed', async () => {
    const bounded = start({ budget: { calls: 1 } });
    await bounded.client.embed(['tea']);
    await expect(bounded.client.embed(['harp'])).rejects.toThrow(BudgetError);
    const closed = start();
    await closed.client.close();
    await expect(closed.client.embed(['tea'])).rejects.toThrow(AbortedError);
    expect(closed.sent).toEqual([]);
  });
});
