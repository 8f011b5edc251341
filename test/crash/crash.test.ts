/**
 * A run that is killed, or whose disk fills up, at any write it makes: it is gone on with by the same
 * command and ends as an unbroken run does, byte for byte; nothing half-done is left behind, and files
 * of others stay.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom, RlpaError, type RandomSource } from '../../src/base/index.ts';
import {
  resolveTrainingSettings,
  trainPolicy,
  type TrainingOverrides,
} from '../../src/rl/index.ts';
import { TableBackend } from '../../src/rl/testing/table-backend.ts';
import {
  createTableCollector,
  tableTokenizer,
  tableWords,
  tableWorld,
} from '../../src/rl/testing/table-world.ts';
import { openRun } from '../../src/runlog/index.ts';
import { Killed, runOnFailingDisk, type Failure } from './failing-disk.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-crash-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const small: TrainingOverrides = {
  iterations: 3,
  episodesPerIteration: 2,
  turns: 1,
  checkpointEvery: 2,
  keepCheckpoints: 1,
  ppo: { minibatchEpisodes: 2, logprobTolerance: 1e-4, epochs: 1 },
};

const never = { kind: 'kill', point: Number.POSITIVE_INFINITY } as const;

/** What the same command does when it is given again: it resumes where there is something to resume. */
async function train(directory: string, overrides: TrainingOverrides): Promise<void> {
  const settings = resolveTrainingSettings({ ...small, ...overrides });
  const backend = new TableBackend(tableWords.length);
  const resume = fs.existsSync(path.join(directory, 'config.json'));
  const run = openRun({ directory, settings, resume });
  const collect = createTableCollector(backend);
  await trainPolicy({
    settings,
    world: tableWorld,
    backend,
    tokenizer: tableTokenizer,
    collect,
    run,
  });
  run.close();
}

/** Every file but those that depend on the clock and the bookkeeping, with its content. */
function readAll(directory: string): Readonly<Record<string, string>> {
  const names = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const isKept = (name: string): boolean =>
    !/^(?:\.rlpa|timings|events|mine|.*\/mine)/u.test(name) &&
    fs.statSync(path.join(directory, name)).isFile();
  return Object.fromEntries(
    names
      .filter(isKept)
      .sort()
      .map((name) => [name, withoutTimes(fs.readFileSync(path.join(directory, name), 'utf8'))]),
  );
}

/** A checkpoint marks the timings, which differ from run to run, and its manifest marks that. */
function withoutTimes(text: string): string {
  if (!text.includes('"timings.jsonl"') && !text.includes('"state.json"')) return text;
  return text.replaceAll(/"(?:sha256|sizeBytes)": .*/gu, '');
}

const mine = ['mine.txt', 'episodes/mine.jsonl', 'checkpoints/mine.txt', 'model/mine.txt'];

function plant(directory: string): void {
  for (const name of mine) {
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    fs.writeFileSync(path.join(directory, name), 'mine');
  }
}

describe.each([
  ['ppo', { validation: { users: 1, every: 1 } }],
  ['sft', { algorithm: 'sft', candidates: 2 }],
] as const)('a run of %s', (algorithm, overrides) => {
  const whole = path.join(root, `${algorithm}-whole`);

  it.each(['kill', 'full'] as const)(
    'ends as an unbroken one, whichever write meets a %s',
    async (kind) => {
      if (!fs.existsSync(whole)) await train(whole, overrides);
      const expected = readAll(whole);
      const probe = path.join(root, `${algorithm}-${kind}-probe`);
      const { points } = await runOnFailingDisk(() => train(probe, overrides), { ...never, kind });
      expect(points).toBeGreaterThan(40);
      const random = createRandom(`crash ${algorithm} ${kind}`);
      for (const point of choosePoints(points, random)) {
        const directory = path.join(root, `${algorithm}-${kind}-${point}`);
        await breakOff(directory, overrides, { kind, point });
        if (fs.existsSync(path.join(directory, 'config.json'))) plant(directory);
        // Going on may be broken off as well.
        const again = 1 + random.integer(points);
        await breakOff(directory, overrides, { kind: 'kill', point: again });
        const { error } = await runOnFailingDisk(() => train(directory, overrides), never);
        expect(error).toBeNull();
        expect(readAll(directory), `broken off at ${point}, then at ${again}`).toEqual(expected);
        for (const name of mine.filter((each) => fs.existsSync(path.join(directory, each)))) {
          expect(fs.readFileSync(path.join(directory, name), 'utf8')).toBe('mine');
        }
        fs.rmSync(directory, { recursive: true });
      }
    },
  );
});

/** Every point in the long form, a sample of them otherwise. */
function choosePoints(points: number, random: RandomSource): number[] {
  const all = Array.from({ length: points }, (_, index) => index + 1);
  return process.env['RLPA_LONG_TESTS'] === '1' ? all : random.shuffle(all).slice(0, 40);
}

async function breakOff(
  directory: string,
  overrides: TrainingOverrides,
  failure: { readonly kind: Failure; readonly point: number },
): Promise<void> {
  const { error } = await runOnFailingDisk(() => train(directory, overrides), failure);
  if (error === null || error instanceof Killed) return;
  if (hasCause(error, Killed)) return;
  expect(error).toBeInstanceOf(RlpaError);
  expect(error).toMatchObject({ code: 'disk_full', exitCode: 3 });
}

function hasCause(error: unknown, kind: typeof Killed): boolean {
  if (!(error instanceof Error)) return false;
  return error.cause instanceof kind || hasCause(error.cause, kind);
}
