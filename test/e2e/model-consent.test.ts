/**
 * A run folder that somebody else made: it names a server, a variable and a folder, and gets none of
 * them unless the person at the command line says so.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeServer, type FakeServer } from '../fake-server/fake-model-server.ts';
import { createScratch, root, runRlpa, type Outcome } from './command-line.ts';

const secret = 'tok-7f3a19c2';
const environment = { SOME_TOKEN: secret };

let scratch: string;
let server: FakeServer;
let run: string;
let episodes = '';
const at = (...names: readonly string[]): string => path.join(scratch, ...names);

beforeAll(async () => {
  scratch = createScratch();
  run = at('run');
  const talk = await runRlpa(['simulate', '--turns', '2', '--threads', '1', '--json']);
  expect(talk.stderr + String(talk.exitCode)).toMatch(/0$/u);
  episodes = talk.stdout;
});

beforeEach(async () => {
  server = await startFakeServer();
});

afterEach(() => server.close());

afterAll(() => fs.rmSync(scratch, { recursive: true }));

/** A run of the small world whose judge is a model far away. */
function composeRun(models: Readonly<Record<string, unknown>>): void {
  fs.rmSync(run, { recursive: true, force: true });
  fs.mkdirSync(path.join(run, 'episodes'), { recursive: true });
  fs.writeFileSync(path.join(run, 'episodes', 'iteration-00001.jsonl'), episodes);
  fs.cpSync(path.join(root, 'assets', 'base', 'small-world'), path.join(run, 'model'), {
    recursive: true,
  });
  const world = { kind: 'small-world', judge: { kind: 'model', selfInferred: false } };
  const config = { format: 1, settings: { preset: 'tiny', world, models } };
  fs.writeFileSync(path.join(run, 'config.json'), JSON.stringify(config));
}

const composeJudge = (): Readonly<Record<string, unknown>> => ({
  judge: { baseUrl: server.baseUrl, model: 'judge', apiKeyEnv: 'SOME_TOKEN' },
});

let outs = 0;
const commands: Readonly<Record<string, () => readonly string[]>> = {
  simulate: () => ['simulate', '--policy', run, '--turns', '1', '--threads', '1'],
  eval: () => ['eval', 'world', '--policy', run, '--people', '1', '--turns', '1', '--threads', '1'],
  rescore: () => ['rescore', run, '--out', at(`rescored-${(outs += 1)}`)],
  'train --resume': () => ['train', '--out', run, '--resume', '--threads', '1'],
};

const start = (name: string, more: readonly string[] = []): Promise<Outcome> =>
  runRlpa([...(commands[name]?.() ?? []), ...more], { env: environment });

describe.each(Object.keys(commands))('%s of a foreign run', (name) => {
  it('sends nothing, and says what it is asked for and how to allow it', async () => {
    composeRun({ ...composeJudge(), cache: at('elsewhere') });
    const { exitCode, stderr } = await start(name);
    const { origin } = new URL(server.baseUrl);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `models.judge: sends conversations to ${origin}, with the key in SOME_TOKEN`,
    );
    expect(stderr).toContain(`models.cache: keeps replies in ${at('elsewhere')}`);
    expect(stderr).toContain(
      `--allow-server ${origin}=SOME_TOKEN --allow-cache ${at('elsewhere')}`,
    );
    expect(stderr).not.toContain(secret);
    expect(server.seen).toEqual([]);
    expect(fs.existsSync(at('elsewhere'))).toBe(false);
  });

  it('gives no other variable to a server that was allowed', async () => {
    composeRun(composeJudge());
    const { origin } = new URL(server.baseUrl);
    for (const allowed of [origin, `${origin}=OTHER_TOKEN`]) {
      const { exitCode } = await start(name, ['--allow-server', allowed]);
      expect(exitCode).toBe(2);
    }
    expect(server.seen).toEqual([]);
  });
});

describe('a foreign run that was allowed', () => {
  it.each(['simulate', 'rescore'])('gets what it asks for, and no more: %s', async (name) => {
    composeRun({ ...composeJudge(), cache: path.join(run, 'cache') });
    const { origin } = new URL(server.baseUrl);
    const { exitCode, stderr } = await start(name, ['--allow-server', `${origin}=SOME_TOKEN`]);
    expect(stderr + String(exitCode)).toMatch(/0$/u);
    expect(stderr).toContain(`sends conversations to ${origin}, with the key in SOME_TOKEN`);
    expect(stderr).not.toContain(secret);
    expect(new Set(server.seen.map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${secret}`]),
    );
  });
});

describe('what the person names', () => {
  it('needs no more: servers and keys on the command line and in a file', async () => {
    composeRun({ cache: null });
    const { baseUrl } = server;
    const judge = { baseUrl, model: 'judge', apiKeyEnv: 'SOME_TOKEN' };
    fs.writeFileSync(at('mine.json'), JSON.stringify({ models: { judge } }));
    const ways = [
      ['--config', at('mine.json')],
      Object.entries(judge).flatMap(([key, value]) => ['--set', `models.judge.${key}=${value}`]),
    ];
    for (const flags of ways) {
      const asked = server.seen.length;
      const { exitCode, stderr } = await start('simulate', [
        ...flags,
        '--set',
        'models.cache=null',
      ]);
      expect(stderr + String(exitCode)).toMatch(/0$/u);
      expect(server.seen.length).toBeGreaterThan(asked);
    }
  });

  it("takes the folder's key to no server but the folder's", async () => {
    composeRun({
      judge: { baseUrl: 'https://far.example/v1', model: 'm', apiKeyEnv: 'SOME_TOKEN' },
    });
    const flags = ['--set', `models.judge.baseUrl=${server.baseUrl}`];
    const { exitCode, stderr } = await start('simulate', flags);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('was given for https://far.example');
    expect(server.seen).toEqual([]);
  });
});
