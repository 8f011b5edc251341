import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChatRequest } from '../types.ts';
import { computeCacheKey, ReplyCache } from './reply-cache.ts';
import type { EndpointSettings } from './settings.ts';

const endpoint: EndpointSettings = {
  baseUrl: 'http://localhost:1/v1',
  model: 'm',
  maxTokensField: 'max_tokens',
  prices: { prompt: 0, completion: 0 },
};
const request: ChatRequest = {
  conversationId: 'a',
  messages: [{ role: 'user', content: 'a secret of somebody' }],
  sampling: { maxTokens: 10, temperature: 0 },
  seed: 1,
};
const reply = {
  text: 'an answer',
  finishReason: 'stop',
  promptTokens: 3,
  completionTokens: 2,
} as const;
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-cache-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const listFiles = (): string[] =>
  fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.join(root, name));

describe('the key of a request', () => {
  const key = computeCacheKey(endpoint, request);

  it('changes with everything that decides the answer', () => {
    const others = [
      computeCacheKey({ ...endpoint, model: 'n' }, request),
      computeCacheKey({ ...endpoint, baseUrl: 'http://localhost:2/v1' }, request),
      computeCacheKey(endpoint, { ...request, seed: 2 }),
      computeCacheKey(endpoint, {
        ...request,
        messages: [{ role: 'system', content: 'a secret of somebody' }],
      }),
      computeCacheKey(endpoint, { ...request, sampling: { maxTokens: 11, temperature: 0 } }),
      computeCacheKey(endpoint, { ...request, sampling: { maxTokens: 10, temperature: 1 } }),
      computeCacheKey(endpoint, {
        ...request,
        sampling: { maxTokens: 10, temperature: 0, topP: 0.5 },
      }),
    ];
    expect(new Set([key, ...others]).size).toBe(others.length + 1);
  });

  it('does not change with what decides nothing', () => {
    expect(computeCacheKey({ ...endpoint, baseUrl: 'http://localhost:1/v1/' }, request)).toBe(key);
    expect(computeCacheKey({ ...endpoint, prices: { prompt: 9, completion: 9 } }, request)).toBe(
      key,
    );
    expect(computeCacheKey(endpoint, { ...request, conversationId: 'b' })).toBe(key);
  });
});

describe('the cache', () => {
  const cache = new ReplyCache(root);
  const key = computeCacheKey(endpoint, request);

  beforeEach(() => cache.write(key, reply));

  it('gives back what was written, and holds nothing of the prompt', () => {
    expect(cache.read(key)).toEqual({ kind: 'hit', reply });
    expect(listFiles()).toHaveLength(1);
    expect(fs.readFileSync(listFiles()[0]!, 'utf8')).not.toContain('secret');
  });

  it('misses what it does not hold', () => {
    expect(cache.read('f'.repeat(64))).toEqual({ kind: 'miss' });
  });

  it('neither waits for a pipe nor reads what has no end', () => {
    const [file = ''] = listFiles();
    fs.truncateSync(file, 2 ** 40);
    expect(cache.read(key)).toEqual({ kind: 'miss' });
    fs.unlinkSync(file);
    execFileSync('mkfifo', [file]);
    expect(cache.read(key)).toEqual({ kind: 'miss' });
    fs.unlinkSync(file);
  });

  it.each<[string, (text: string) => string]>([
    ['cut short', (text) => text.slice(0, -20)],
    ['empty', () => ''],
    ['of another form', () => '[]'],
    ['nested without end', () => '['.repeat(100_000)],
    ['changed by a letter', (text) => text.replace('an answer', 'an Answer')],
    ['of another request', (text) => text.replace(/"key":"../, '"key":"zz')],
  ])('takes an entry that is %s for a miss, and mends it', (_, damage) => {
    const [file = ''] = listFiles();
    fs.writeFileSync(file, damage(fs.readFileSync(file, 'utf8')));
    expect(cache.read(key)).toEqual({ kind: 'damaged' });
    cache.write(key, reply);
    expect(cache.read(key)).toEqual({ kind: 'hit', reply });
  });
});
