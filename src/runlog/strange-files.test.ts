/**
 * Every file of a run folder replaced by something else: the run is read and resumed, or refused by an
 * error that names the place; never a crash, never a wait without end.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RlpaError } from '../base/index.ts';
import { SavedRun } from './index.ts';
import { openScratch, restoreScratch, ScratchRuns, writeIteration } from './testing/scratch-run.ts';

const runs = new ScratchRuns();
afterAll(() => runs.remove());

const names = [
  'config.json',
  'environment.json',
  'metrics.jsonl',
  'timings.jsonl',
  'events.out.tfevents.rlpa',
  'episodes',
  'episodes/iteration-00001.jsonl',
  'checkpoints',
  'checkpoints/latest',
  'checkpoints/iteration-00002',
  'checkpoints/iteration-00002/manifest.json',
  'checkpoints/iteration-00002/state.json',
  'checkpoints/iteration-00002/weights.bin',
  '.rlpa/manifest.jsonl',
  '.rlpa/lock',
  '.rlpa/holder.json',
  '.rlpa',
  'model',
];

const write = (text: string) => (file: string) => fs.writeFileSync(file, text);

const shapes: readonly (readonly [string, (file: string) => void])[] = [
  ['nothing', () => {}],
  ['an empty file', write('')],
  ['null', write('null')],
  ['a list', write('[]\n')],
  ['a list of lists', write(`${'['.repeat(50_000)}\n`)],
  ['a text', write('"text"\n')],
  ['an object of nothing', write('{}\n')],
  ['NULs', write('\0'.repeat(100))],
  ['bytes that are no text', (file) => fs.writeFileSync(file, Buffer.alloc(64, 0xff))],
  ['a prototype', write('{"__proto__":{"iteration":1},"iteration":1,"constructor":null}\n')],
  ['a folder', (file) => fs.mkdirSync(file)],
  ['a file of a terabyte', (file) => (fs.writeFileSync(file, ''), fs.truncateSync(file, 2 ** 40))],
  ['a named pipe', (file) => execFileSync('mkfifo', [file])],
  ['a link to nowhere', (file) => fs.symlinkSync('/nowhere/at/all', file)],
  ['a link to itself', (file) => fs.symlinkSync(path.basename(file), file)],
];

const template = runs.next();

async function makeTemplate(): Promise<void> {
  if (fs.existsSync(template)) return;
  const run = openScratch(template);
  for (const iteration of [1, 2]) {
    run.writeEpisodes(iteration, []);
    run.appendEvent({ iteration, a: 1 }, 1);
    await writeIteration(run, iteration);
  }
  fs.mkdirSync(run.modelFolder);
  run.close();
}

/** What the work throws must be foreseen: a class of ours that names a file, with an exit code. */
function expectForeseen(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof RlpaError)) throw error;
    expect([2, 3]).toContain(error.exitCode);
    expect(error.message).toContain(runs.root);
  }
}

describe.each(names)('%s', (name) => {
  it.each(shapes)('may be %s', async (_, make) => {
    await makeTemplate();
    const directory = runs.next();
    fs.cpSync(template, directory, { recursive: true });
    const file = path.join(directory, name);
    fs.rmSync(file, { recursive: true });
    make(file);
    const saved = new SavedRun(directory);
    expectForeseen(() => saved.readMetrics());
    expectForeseen(() => saved.readTimings());
    expectForeseen(() => saved.listEpisodes().map((iteration) => saved.readEpisodes(iteration)));
    expectForeseen(() => openScratch(directory).close());
    expectForeseen(() => {
      const run = openScratch(directory, { resume: true });
      restoreScratch(run);
      run.appendEvent({ iteration: 3, a: 1 }, 1);
      run.writeEpisodes(3, []);
      run.readEpisodes(3);
      run.close();
    });
    fs.rmSync(directory, { recursive: true });
  });
});
