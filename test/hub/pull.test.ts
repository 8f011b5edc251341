/** Models pulled from a hub on this machine that breaks off, lies, refuses, or is full. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RlpaError } from '../../src/base/index.ts';
import { findInCache, parseHubName, pullModel, renderPlan } from '../../src/hub/index.ts';
import { runOnFailingDisk } from '../crash/failing-disk.ts';
import {
  fakeCommit,
  startFakeHub,
  type FakeHub,
  type HubTrouble,
} from '../fake-server/fake-hub.ts';

const weights = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) % 251));
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const files = {
  'config.json': json({ model_type: 'llama' }),
  'tokenizer.json': json({ model: { vocab: {} } }),
  'tokenizer_config.json': json({ eos_token: 'x' }),
  LICENSE: Buffer.from('Do what you like.'),
  'README.md': Buffer.from('# A model'),
  'model.safetensors': weights,
  'pytorch_model.bin': weights.subarray(1),
  '../../outside.json': json({}),
};

const ggufFiles = {
  'a.Q4_1.gguf': weights,
  'a.F16.gguf': weights.subarray(7),
  'README.md': Buffer.from('# A model'),
};

let hub: FakeHub;
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-'));
const patience = { tries: 3, firstWaitMs: 1, longestWaitMs: 50, silenceMs: 2000 };

beforeAll(async () => {
  hub = await startFakeHub({
    'some/model': { files, license: 'apache-2.0' },
    'some/files': { files: ggufFiles },
  });
});
afterEach(() => {
  hub.misbehave = () => null;
  hub.seen.length = 0;
});
afterAll(async () => {
  await hub.close();
  fs.rmSync(scratch, { recursive: true });
});

let homes = 0;
const newHome = (): string => path.join(scratch, `home-${(homes += 1)}`);

type More = { readonly signal?: AbortSignal; readonly silenceMs?: number };

const pull = (home: string, name = 'hf:some/model', more: More = {}): Promise<string> =>
  pullModel(parseHubName(name), {
    environment: { HF_HOME: home, HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_secret' },
    signal: more.signal ?? new AbortController().signal,
    patience: { ...patience, silenceMs: more.silenceMs ?? patience.silenceMs },
  });

const fail = async (work: Promise<unknown>): Promise<RlpaError> => {
  const error = (await work.then(
    () => expect.unreachable('it succeeded'),
    (thrown: unknown) => thrown,
  )) as RlpaError;
  expect(error.message).not.toContain('hf_secret');
  expect(error.hint).toMatch(/\w/u);
  return error;
};

/** Everything under a name that is not marked as unfinished has the right content. */
function checkNothingHalf(home: string): void {
  const contents = Object.values(files).map((content) => content.toString('hex'));
  const found = fs.existsSync(home)
    ? fs.readdirSync(home, { recursive: true, encoding: 'utf8' })
    : [];
  for (const name of found) {
    const file = path.join(home, name);
    if (!fs.statSync(file).isFile() || /\.incomplete$|refs\/|\.tmp-\d+$/u.test(name)) continue;
    expect(contents, name).toContain(fs.readFileSync(file).toString('hex'));
  }
}

const onWeights =
  (trouble: HubTrouble) =>
  (place: string): HubTrouble | null =>
    place.includes('model.safetensors') ? trouble : null;

describe('a pull', () => {
  it('leaves the layout that other tools of the hub share', async () => {
    const home = newHome();
    const folder = await pull(home);
    const repository = path.join(home, 'hub', 'models--some--model');
    expect(folder).toBe(path.join(repository, 'snapshots', fakeCommit));
    expect(fs.readFileSync(path.join(repository, 'refs', 'main'), 'utf8')).toBe(fakeCommit);
    expect(fs.readdirSync(folder).sort()).toEqual([
      'LICENSE',
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    for (const name of fs.readdirSync(folder)) {
      expect(fs.readlinkSync(path.join(folder, name))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]+$/u);
    }
    checkNothingHalf(home);
    expect(fs.existsSync(path.join(home, 'outside.json'))).toBe(false);
  });

  it('says size and licence before a file is asked for', async () => {
    const lines: string[] = [];
    await pullModel(parseHubName('hf:some/model'), {
      environment: { HF_HOME: newHome(), HF_ENDPOINT: hub.endpoint },
      signal: new AbortController().signal,
      onPlan: (plan) => {
        lines.push(renderPlan(plan));
        expect(hub.seen).toHaveLength(1);
      },
    });
    expect(lines.join()).toMatch(/^hf:some\/model at c0ffee000000: 5 files, .*apache-2\.0$/u);
  });

  it('shows the token to the hub and to nobody else', async () => {
    await pull(newHome());
    expect(hub.seen.some(({ server }) => server === 'store')).toBe(true);
    for (const { server, authorization } of hub.seen) {
      expect(authorization).toBe(server === 'hub' ? 'Bearer hf_secret' : undefined);
    }
  });

  it('asks for nothing that is there already', async () => {
    const home = newHome();
    const first = await pull(home);
    hub.seen.length = 0;
    expect(await pull(home)).toBe(first);
    expect(hub.seen.map(({ path: place }) => place)).toEqual([
      '/api/models/some/model/revision/main?blobs=true',
    ]);
  });

  it('goes on where it was broken off, at every place of a file', async () => {
    const whole = await pull(newHome());
    for (let at = 0; at < weights.length; at += 487) {
      const home = newHome();
      hub.misbehave = onWeights({ kind: 'cut', afterBytes: at });
      const tries = { ...patience, tries: 1 };
      const error = await fail(
        pullModel(parseHubName('hf:some/model'), {
          environment: { HF_HOME: home, HF_ENDPOINT: hub.endpoint },
          signal: AbortSignal.timeout(20_000),
          patience: tries,
        }).then((folder) => {
          // Where each connection brings something, all of it comes in the end.
          expect(at).toBeGreaterThan(0);
          expect(fs.readFileSync(path.join(folder, 'model.safetensors'))).toEqual(weights);
          throw Object.assign(new Error('came in pieces'), { hint: 'x' });
        }),
      );
      expect(error.message).toMatch(at === 0 ? /did not answer as it should/u : /came in pieces/u);
      checkNothingHalf(home);
      hub.misbehave = () => null;
      const folder = await pull(home);
      expect(fs.readFileSync(path.join(folder, 'model.safetensors'))).toEqual(
        fs.readFileSync(path.join(whole, 'model.safetensors')),
      );
    }
  });

  it('asks for the missing part only', async () => {
    const home = newHome();
    let isCut = false;
    hub.misbehave = (place) => {
      if (isCut || !place.includes('model.safetensors')) return null;
      // The redirect comes first, and has no body to cut.
      isCut = hub.seen.at(-1)?.server === 'store';
      return { kind: 'cut', afterBytes: 3000 };
    };
    await pull(home);
    const ranges = hub.seen.filter(({ server }) => server === 'store').map(({ range }) => range);
    expect(ranges).toEqual([undefined, 'bytes=3000-']);
  });

  it('begins a file anew where the server knows no parts', async () => {
    const home = newHome();
    let cuts = 0;
    hub.misbehave = (place) => {
      if (!place.includes('model.safetensors')) return null;
      cuts += 1;
      return cuts <= 2 ? { kind: 'cut', afterBytes: 1234 } : { kind: 'no_ranges' };
    };
    const folder = await pull(home);
    expect(fs.readFileSync(path.join(folder, 'model.safetensors'))).toEqual(weights);
  });

  it.each([
    [{ kind: 'wrong' }, /expected model\.safetensors with hash/u],
    [{ kind: 'longer' }, /expected model\.safetensors of 5000 bytes, found more/u],
  ] as const)('throws away what has other content: %j', async (trouble, message) => {
    const home = newHome();
    hub.misbehave = onWeights(trouble);
    const error = await fail(pull(home));
    expect(error.code).toBe('hub_content_wrong');
    expect(error.message).toMatch(message);
    checkNothingHalf(home);
    expect(findInCache(path.join(home, 'hub'), parseHubName('hf:some/model'))).toBeNull();
    hub.misbehave = () => null;
    await pull(home);
    checkNothingHalf(home);
  });

  it('leaves nothing half on a disk that is full, wherever that is, and goes on later', async () => {
    const { points } = await runOnFailingDisk(() => pull(newHome()), { kind: 'full', point: 9999 });
    expect(points).toBeGreaterThan(20);
    for (let point = 1; point <= points; point += 1) {
      const home = newHome();
      const { error } = await runOnFailingDisk(() => pull(home), { kind: 'full', point });
      expect((error as RlpaError).code, `point ${point}`).toBe('disk_full');
      checkNothingHalf(home);
      await pull(home);
      checkNothingHalf(home);
    }
  });

  it.each([
    [{ kind: 'status', status: 401 }, 'hub_denied', 1],
    [{ kind: 'status', status: 403 }, 'hub_denied', 1],
    [{ kind: 'status', status: 404 }, 'hub_model_missing', 1],
    [{ kind: 'status', status: 429 }, 'hub_unavailable', 3],
    [{ kind: 'status', status: 429, retryAfter: '0' }, 'hub_unavailable', 3],
    [{ kind: 'status', status: 429, retryAfter: '3600' }, 'hub_unavailable', 1],
    [{ kind: 'status', status: 503 }, 'hub_unavailable', 3],
    [{ kind: 'status', status: 418 }, 'hub_refused', 1],
    [{ kind: 'text', text: '<html>' }, 'hub_malformed', 1],
    [{ kind: 'text', text: '{"sha": "main", "siblings": []}' }, 'hub_malformed', 1],
    [{ kind: 'text', text: 'null' }, 'hub_malformed', 1],
  ] as const)('ends clearly after %j: %s, %d requests', async (trouble, code, requests) => {
    const home = newHome();
    hub.misbehave = () => trouble;
    const error = await fail(pull(home));
    expect(error.code).toBe(code);
    expect(hub.seen).toHaveLength(requests);
    checkNothingHalf(home);
  });

  it('passes through what passes by itself', async () => {
    const met = new Set<string>();
    hub.misbehave = (place) =>
      met.size < met.add(place).size ? { kind: 'status', status: 503 } : null;
    await pull(newHome());
  });

  it('gives up a server that falls silent', async () => {
    hub.misbehave = onWeights({ kind: 'silent' });
    const error = await fail(pull(newHome(), 'hf:some/model', { silenceMs: 50 }));
    expect(error.message).toMatch(/silent/u);
  });

  it('is called off at once, and keeps what it has', async () => {
    const home = newHome();
    const calledOff = new AbortController();
    hub.misbehave = (place) => {
      if (!place.includes('model.safetensors')) return null;
      setTimeout(() => calledOff.abort(), 20);
      return { kind: 'silent' };
    };
    const error = await pull(home, 'hf:some/model', { signal: calledOff.signal }).catch(
      (thrown: unknown) => thrown as RlpaError,
    );
    expect((error as RlpaError).code).toBe('aborted');
    checkNothingHalf(home);
  });

  it('has no server to ask where there is none, and says so', async () => {
    const error = await fail(
      pullModel(parseHubName('hf:some/model'), {
        environment: { HF_HOME: newHome(), HF_ENDPOINT: 'http://127.0.0.1:9' },
        signal: new AbortController().signal,
        patience,
      }),
    );
    expect(error.code).toBe('hub_unavailable');
  });

  it('asks nobody where HF_HUB_OFFLINE says so', async () => {
    const environment = { HF_HOME: newHome(), HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: '1' };
    const { signal } = new AbortController();
    const error = await fail(pullModel(parseHubName('hf:some/model'), { environment, signal }));
    expect(error.code).toBe('hub_offline');
    expect(hub.seen).toEqual([]);
  });
});

describe('a repository of GGUF files', () => {
  it('wants one of them named, and says how', async () => {
    const error = await fail(pull(newHome(), 'hf:some/files'));
    expect(error.code).toBe('hub_no_weights');
    expect(error.hint).toContain('hf:some/files:a.Q4_1.gguf');
  });

  it('gives the one that is named', async () => {
    const home = newHome();
    const file = await pull(home, 'hf:some/files@v1:a.Q4_1.gguf');
    expect(fs.readFileSync(file)).toEqual(weights);
    expect(findInCache(path.join(home, 'hub'), parseHubName('hf:some/files@v1'))).toBe(file);
  });
});

describe('names', () => {
  it.each([
    'hf:',
    'hf:name',
    'hf:a/b/c',
    'hf:../x',
    'hf:a/b@../x',
    'hf:a/b:x.bin',
    'hf:a/b:../x.gguf',
  ])('refuses %s', (text) => {
    expect(() => parseHubName(text)).toThrow(/Expected a model on a hub/u);
  });

  it('reads revisions with slashes', () => {
    expect(parseHubName('hf:a/b@refs/pr/1:x-Q4.gguf')).toEqual({
      repository: 'a/b',
      revision: 'refs/pr/1',
      file: 'x-Q4.gguf',
    });
  });
});
