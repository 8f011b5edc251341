/**
 * Training with model-phrased users, a model judge and a model matcher, against a server on this
 * machine that fails in every way it knows: the run ends, or stops at its budget, with everything
 * saved and counted.
 */
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startFakeServer,
  type ChatBody,
  type FakeServer,
  type FakeServerOptions,
  type Misbehaviour,
} from '../fake-server/fake-model-server.ts';
import { createScratch, runRlpa, type Outcome } from './command-line.ts';

const key = 'sk-test-5f1c0a';
const people = [
  'She is a 41-year-old harbour pilot who loves chess, brass bands, and mending old radios.',
  'He is a 19-year-old apprentice baker who plays the cello and writes short poems.',
  'He is a retired tram driver. He is married to a botanist. He carves spoons.',
  'She is a 28-year-old surveyor studying Welsh. She is vegan and enjoys sleeping in tents.',
];

let scratch: string;
const servers: FakeServer[] = [];
const at = (...names: readonly string[]): string => path.join(scratch, ...names);
const read = (...names: readonly string[]): string => fs.readFileSync(at(...names), 'utf8');

const open = async (misbehave?: FakeServerOptions['misbehave']): Promise<FakeServer> => {
  const server = await startFakeServer(misbehave === undefined ? {} : { misbehave });
  servers.push(server);
  return server;
};

const train = (
  server: FakeServer,
  out: string,
  cache: string,
  more: readonly string[] = [],
): Promise<Outcome> => {
  const settings = {
    'policy.model': at('base'),
    'world.kind': 'free-text',
    'world.users.kind': 'model',
    'world.judge.kind': 'model',
    'world.matching.kind': 'model',
    'models.user.baseUrl': server.baseUrl,
    'models.user.model': 'talker',
    'models.user.apiKeyEnv': 'TALK_KEY',
    'models.user.prices': '{"prompt":1,"completion":2}',
    'models.judge.baseUrl': server.baseUrl,
    'models.judge.model': 'judge',
    'models.limits.firstWaitSeconds': 0.01,
    'models.limits.timeoutSeconds': 1,
    'models.cache': at(cache),
    'sampling.maxTokens': 48,
    episodesPerIteration: 4,
    'evaluation.users': 1,
    'evaluation.turns': 2,
    turns: 3,
  };
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const args = ['train', '--preset', 'tiny', '--personas', at('people.jsonl'), '--threads', '1'];
  return runRlpa([...args, ...set, '--out', at(out), ...more], { env: { TALK_KEY: key } });
};

type Books = {
  readonly calls: number;
  readonly cacheHits: number;
  readonly retries: number;
  readonly givenUp: number;
  readonly money: number;
  readonly failures: Readonly<Record<string, number>>;
};

const readBooks = (run: string): Books =>
  (JSON.parse(read(run, 'ledger.json')) as { total: Books }).total;

type Metrics = Readonly<Record<string, number>>;

const readMetrics = (run: string): Metrics[] =>
  read(run, 'metrics.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Metrics);

/** Which turns share a batch depends on how long models take, and the last bits on that. */
const nearly = (metrics: Metrics): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [
      name,
      typeof value === 'number' ? (expect.closeTo(value, 4) as unknown) : value,
    ]),
  );

/** One of each, early in the run; every one passes when the request is tried again. */
const faults: Readonly<Record<number, Misbehaviour>> = {
  1: { kind: 'status', status: 429, retryAfter: '0' },
  3: { kind: 'status', status: 500 },
  5: { kind: 'cut', at: 'start' },
  7: { kind: 'cut', at: 'body' },
  9: { kind: 'malformed' },
  11: { kind: 'content_type', type: 'text/plain' },
  13: { kind: 'no_usage' },
  15: { kind: 'endless' },
  17: { kind: 'slow', milliseconds: 50 },
};

/** Some judgements, matches and messages are well sent and make no sense. */
const babble = (body: ChatBody): Misbehaviour | null => {
  const text = body.messages[1]?.content ?? '';
  return text.length % 4 === 0 ? { kind: 'babble' } : null;
};

beforeAll(async () => {
  scratch = createScratch();
  fs.writeFileSync(at('people.jsonl'), people.map((text) => `${JSON.stringify(text)}\n`).join(''));
  const settings = {
    'world.kind': 'free-text',
    'warmStart.tokens': 40_000,
    'warmStart.tokensPerUpdate': 400,
    'warmStart.learningRate': 0.01,
    'warmStart.model.vocabularySize': 400,
    'warmStart.denseEpisodes': 300,
    'warmStart.dialogueEpisodes': 100,
    'warmStart.dialogueTurns': 3,
  };
  const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const args = ['--preset', 'tiny', '--personas', at('people.jsonl'), '--threads', '1'];
  const built = await runRlpa(['warm-start', ...args, ...set, '--out', at('base')]);
  expect(built.stderr + String(built.exitCode)).toMatch(/0$/u);
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  fs.rmSync(scratch, { recursive: true });
});

describe('training with models', () => {
  it('ends although everything fails once, counts it, and asks nothing twice', async () => {
    const server = await open((index, body) => faults[index] ?? babble(body));
    const first = await train(server, 'first', 'cache');
    expect(first.stderr + String(first.exitCode)).toMatch(/0$/u);
    const books = readBooks('first');
    expect(books.calls).toBe(server.seen.length);
    expect(books.failures).toMatchObject({ rate_limited: 1, server_error: 1 });
    expect(books.failures).toMatchObject({ connection: 2, malformed: 1, timeout: 1 });
    expect(books.retries).toBe(6);
    expect(books.givenUp).toBe(0);
    expect(books.money).toBeGreaterThan(0);
    expect(first.stdout).toContain(`${books.calls} calls`);
    const sum = (name: string): number =>
      readMetrics('first').reduce((total, metrics) => total + (metrics[name] ?? 0), 0);
    expect(sum('judge/missing')).toBeGreaterThan(0);
    expect(sum('rewards/masked')).toBeGreaterThanOrEqual(sum('judge/missing'));
    expect(sum('users/attempts')).toBeGreaterThan(sum('users/phrased'));
    const asked = server.seen.length;
    const second = await train(server, 'second', 'cache');
    expect(second.exitCode).toBe(0);
    expect(server.seen.length).toBe(asked);
    expect(readBooks('second').calls).toBe(0);
    expect(readMetrics('second')).toEqual(readMetrics('first').map(nearly));
  });

  it('judges the saved conversations anew from the cache alone, and changes nothing in the run', async () => {
    const asked = servers[0]!.seen.length;
    const file = ['episodes', 'iteration-00001.jsonl'] as const;
    const list = (): string[] => fs.readdirSync(at('first'), { recursive: true, encoding: 'utf8' });
    const before = [list(), read('first', ...file)];
    const { origin } = new URL(servers[0]!.baseUrl);
    const allowed = ['--allow-server', origin, '--allow-cache', at('cache')];
    const args = ['rescore', at('first'), '--out', at('rescored'), '--json', ...allowed];
    const { stdout, stderr, exitCode } = await runRlpa(args, { env: { TALK_KEY: key } });
    expect(stderr + String(exitCode)).toMatch(/0$/u);
    expect(JSON.parse(stdout)).toMatchObject({ agreement: 1, models: { total: { calls: 0 } } });
    expect(read('rescored', ...file)).toBe(before[1]);
    expect([list(), read('first', ...file)]).toEqual(before);
    expect(servers[0]!.seen.length).toBe(asked);
  });

  it('prices a run without a call, matching included', async () => {
    const price = async (set: readonly string[]): Promise<Record<string, unknown>> => {
      const flags = set.flatMap((assignment) => ['--set', assignment]);
      const args = ['train', '--preset', 'paper', '--dry-run', '--json', ...flags];
      const { stdout, exitCode } = await runRlpa(args);
      expect(exitCode).toBe(0);
      return (JSON.parse(stdout) as { training: Record<string, unknown> }).training;
    };
    const calls = 3840 * 10 * 4;
    expect(await price(['world.matching.kind=words'])).toMatchObject({
      conversations: 3840,
      user: { calls: 3840 * 9 },
      judge: { calls },
      matcher: { calls: 0, prompt_tokens: 0 },
    });
    const byModel = await price([]);
    expect(byModel).toMatchObject({ matcher: { calls, calls_at_most: 5 * calls } });
    const byEmbeddings = await price([
      'world.matching.kind=embeddings',
      'models.embeddings.baseUrl=http://localhost:1/v1',
      'models.embeddings.model=embedder',
      'models.embeddings.prices.prompt=1',
    ]);
    expect(byEmbeddings).toMatchObject({ matcher: { calls, completion_tokens: 0 } });
    const { prompt_tokens: tokens, money } = byEmbeddings['matcher'] as Record<string, number>;
    expect(money).toBeCloseTo(tokens! / 1_000_000);
  });

  it('sends the key to the server it belongs to, and leaves it nowhere', async () => {
    const authorizations = new Set(
      servers[0]?.seen.map(({ body, authorization }) => `${body.model} ${authorization}`),
    );
    expect(authorizations).toEqual(new Set([`talker Bearer ${key}`, 'judge undefined']));
    const files = fs.readdirSync(scratch, { recursive: true, encoding: 'utf8' });
    const holders = files.filter(
      (file) => fs.statSync(at(file)).isFile() && fs.readFileSync(at(file)).includes(key),
    );
    expect(holders).toEqual([]);
  });

  it('stops at its budget with 4, and goes on with more of it', async () => {
    const server = await open();
    const stopped = await train(server, 'bounded', 'other', ['--set', 'models.budget.calls=40']);
    expect(stopped.exitCode).toBe(4);
    expect(stopped.stderr).toMatch(/budget of 40 calls[^]*--resume/u);
    expect(stopped.stderr).not.toMatch(/harbour|baker|tram|surveyor/u);
    expect(server.seen.length).toBe(40);
    expect(readBooks('bounded').calls).toBe(40);
    const more = ['--set', 'models.budget.calls=400', '--resume'];
    const resumed = await train(server, 'bounded', 'other', more);
    expect(resumed.stderr + String(resumed.exitCode)).toMatch(/0$/u);
    expect(readBooks('bounded').calls).toBe(server.seen.length);
    expect(read('bounded', 'metrics.jsonl').trim().split('\n')).toHaveLength(2);
  });

  it('stays within its budget although it is killed again and again', async () => {
    const asked = servers[0]!.seen.length;
    let isToDie = true;
    const server = await open((index) => {
      isToDie = index < 8 && index % 3 === 2;
      return { kind: 'slow', milliseconds: isToDie ? 60_000 : 1 };
    });
    const settings = [
      `models.judge.baseUrl=${server.baseUrl}`,
      'models.judge.apiKeyEnv=null',
      'models.cache=null',
      'models.budget.calls=10',
      'models.limits.concurrency=1',
    ];
    const set = settings.flatMap((text) => ['--set', text]);
    const args = ['rescore', at('first'), '--out', at('killed'), '--resume', ...set];
    const exits: (number | null)[] = [];
    for (let process = 1; process <= 3; process += 1) {
      isToDie = false;
      const onTick = (child: ChildProcess): void => {
        if (isToDie) child.kill('SIGKILL');
      };
      exits.push((await runRlpa(args, { onTick })).exitCode);
    }
    expect(exits).toEqual([null, null, 4]);
    expect(server.seen).toHaveLength(10);
    expect(servers[0]!.seen.length).toBe(asked);
    expect(JSON.parse(read('killed', 'ledger.json'))).toMatchObject({
      total: { calls: 10 },
      unsettled: { calls: 2 },
    });
  });
});
