/**
 * Matching saved conversations anew by a model and by embeddings, against a server on this machine
 * that misbehaves: what passes is tried again, what does not is left out, and nothing is asked twice.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import { planEpisodes, runDemonstrations, type Episode } from '../../src/env/index.ts';
import { carefulSettings, createFreeTextWorld } from '../../src/worlds/index.ts';
import { inventedPeople } from '../../src/worlds/free-text/users/testing/people.ts';
import { parsePersonas } from '../../src/worlds/index.ts';
import {
  startFakeServer,
  type FakeServer,
  type FakeServerOptions,
  type Misbehaviour,
} from '../fake-server/fake-model-server.ts';
import { createScratch, runRlpa } from './command-line.ts';

const key = 'sk-test-77ab31';
const file = 'iteration-00001.jsonl';
/** Each passes when the request is tried again, if it has to be. */
const passing: readonly Misbehaviour[] = [
  { kind: 'status', status: 429, retryAfter: '0' },
  { kind: 'cut', at: 'body' },
  { kind: 'malformed' },
  { kind: 'endless' },
  { kind: 'no_usage' },
];

let scratch: string;
let told: readonly string[];
const servers: FakeServer[] = [];
const at = (...names: readonly string[]): string => path.join(scratch, ...names);

const open = async (misbehave?: FakeServerOptions['misbehave']): Promise<FakeServer> => {
  const server = await startFakeServer(misbehave === undefined ? {} : { misbehave });
  servers.push(server);
  return server;
};

type Change = { readonly before: number; readonly after: number };
type Rescored = {
  readonly turns: number;
  readonly matchers: { readonly after: readonly string[] };
  readonly unmatched: Change;
  readonly profile_f1: Change;
  readonly profile_reward: Change;
  readonly models?: { readonly accounts: { readonly matcher: Readonly<Record<string, number>> } };
};

/** Rescores the saved conversations with the matcher of a kind. */
async function rescore(
  out: string,
  kind: 'words' | 'model' | 'embeddings',
  server: FakeServer | null = null,
): Promise<Rescored> {
  const section = kind === 'model' ? 'judge' : 'embeddings';
  const settings = {
    'world.matching.kind': kind,
    ...(server === null
      ? {}
      : {
          [`models.${section}.baseUrl`]: server.baseUrl,
          [`models.${section}.model`]: 'matcher',
          [`models.${section}.apiKeyEnv`]: 'MATCH_KEY',
        }),
    'world.matching.threshold': 0.7,
    'models.limits.firstWaitSeconds': 0.01,
    'models.limits.timeoutSeconds': 1,
    'models.limits.concurrency': 2,
    'models.cache': at('cache'),
  };
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const args = ['rescore', at('run'), '--config', at('config.json'), '--json', '--out', at(out)];
  const { stdout, stderr, exitCode } = await runRlpa([...args, ...set], {
    env: { MATCH_KEY: key },
  });
  expect(stderr + String(exitCode)).toMatch(/0$/u);
  for (const item of told) expect(stderr).not.toContain(item);
  return JSON.parse(stdout) as Rescored;
}

const readTurns = (out: string): Episode['turns'] =>
  fs
    .readFileSync(at(out, 'episodes', file), 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => (JSON.parse(line) as Episode).turns);

beforeAll(async () => {
  scratch = createScratch();
  const people = inventedPeople.map((person) => JSON.stringify(person)).join('\n');
  const { personas } = parsePersonas(people, 'people.jsonl');
  const world = createFreeTextWorld({ personas, demonstrator: carefulSettings });
  const plans = planEpisodes({ world, random: createRandom(2), count: 6, split: 'train' });
  const episodes = await runDemonstrations(plans, { world, turns: 6 });
  told = episodes.flatMap(({ persona }) => persona.trueProfile.map(({ value }) => value));
  fs.mkdirSync(at('run', 'episodes'), { recursive: true });
  const lines = episodes.map((episode) => `${JSON.stringify(episode)}\n`).join('');
  fs.writeFileSync(at('run', 'episodes', file), lines);
  const settings = { world: { kind: 'free-text', profileReward: 'f1_disclosed' } };
  fs.writeFileSync(
    at('config.json'),
    JSON.stringify({ ...settings, policy: { model: 'warm-start' } }),
  );
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  fs.rmSync(scratch, { recursive: true });
});

describe('matching saved conversations', () => {
  it('by words gives what the run had, without a call', async () => {
    const { matchers, unmatched, profile_f1: f1, models } = await rescore('words', 'words');
    expect({ matchers, unmatched, models }).toEqual({
      matchers: { before: ['program'], after: ['program'] },
      unmatched: { before: 0, after: 0 },
      models: undefined,
    });
    expect(f1.after).toBe(f1.before);
  });

  it.each([
    ['model', 'model-matcher-1:matcher', '/v1/chat/completions'],
    ['embeddings', 'embedding-matcher-1:matcher>=0.7', '/v1/embeddings'],
  ] as const)(
    'by %s tries again what may pass, and asks nothing twice',
    async (kind, name, url) => {
      const server = await open((index) => passing[index] ?? null);
      const { matchers, unmatched, profile_f1: f1, models } = await rescore(kind, kind, server);
      expect(matchers.after).toEqual([name]);
      expect(unmatched.after).toBe(0);
      expect(f1.after).toBeGreaterThan(0.2);
      expect(f1.after).toBeLessThanOrEqual(1);
      const asked = server.seen.length;
      expect(models?.accounts.matcher).toMatchObject({ calls: asked, retries: 4, givenUp: 0 });
      expect(server.seen.map(({ path: place }) => place)).toEqual(Array(asked).fill(url));
      expect(new Set(server.seen.map(({ authorization }) => authorization))).toEqual(
        new Set([`Bearer ${key}`]),
      );
      await rescore(`${kind}-again`, kind, server);
      expect(server.seen.length).toBe(asked);
      expect(readTurns(`${kind}-again`)).toEqual(readTurns(kind));
    },
  );

  it('sends several texts in one request', () => {
    const sizes = servers.flatMap(({ seen }) => seen.map(({ body }) => body.input?.length ?? 0));
    expect(Math.max(...sizes)).toBeGreaterThan(3);
  });

  it.each([
    ['model', { kind: 'babble' }],
    ['embeddings', { kind: 'status', status: 400 }],
  ] as const)('by %s leaves out, and counts, what could not be matched', async (kind, fault) => {
    const server = await open((index) => (index % 2 === 0 ? fault : null));
    const out = `${kind}-partly`;
    const { unmatched, turns, models } = await rescore(out, kind, server);
    expect(unmatched.after).toBeGreaterThan(0);
    expect(unmatched.after).toBeLessThan(turns);
    expect(models?.accounts.matcher['retries']).toBe(0);
    const masked = readTurns(out).filter(({ scoreDisclosed }) => scoreDisclosed === null);
    expect(masked).toHaveLength(unmatched.after);
    for (const { rewards, alignment } of masked) {
      expect(rewards.profile).toBeNull();
      expect(alignment).not.toBeNull();
    }
  });

  it('leaves neither key nor text in the cache and the books', () => {
    const files = fs.readdirSync(scratch, { recursive: true, encoding: 'utf8' });
    const holds = (name: string, text: string): boolean =>
      fs.statSync(at(name)).isFile() && fs.readFileSync(at(name)).includes(text);
    expect(files.filter((name) => holds(name, key))).toEqual([]);
    const kept = files.filter((name) => name.startsWith('cache') || name.endsWith('ledger.json'));
    expect(kept.length).toBeGreaterThan(10);
    for (const item of told) expect(kept.filter((name) => holds(name, item))).toEqual([]);
  });
});
