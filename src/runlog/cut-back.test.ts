/** A resumed run goes back to its checkpoint: what that removes, what it leaves, what it refuses. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointError } from '../base/index.ts';
import { sumTrainingSeconds, type RunDirectory } from './index.ts';
import {
  catchError,
  openScratch,
  restoreScratch,
  saveScratch,
  ScratchRuns,
  scratchState,
  writeIteration,
} from './testing/scratch-run.ts';

const runs = new ScratchRuns();
afterAll(() => runs.remove());

let run: RunDirectory;
beforeEach(() => {
  run = openScratch(runs.next());
});

const reopen = (): RunDirectory => (run = openScratch(run.directory, { resume: true }));
const metrics = (): string => run.file('metrics.jsonl');
const readText = (file: string): string => fs.readFileSync(file, 'utf8');

describe('cutting back', () => {
  it('removes records, half lines and episodes of later iterations', async () => {
    for (const iteration of [1, 2, 3]) {
      run.writeEpisodes(iteration, []);
      run.appendMetrics({ iteration, 'reward/profile_mean': Number.NaN });
      if (iteration === 2) await saveScratch(run, iteration);
    }
    const before = readText(metrics()).split('\n').slice(0, 2).join('\n');
    fs.appendFileSync(metrics(), '{"iteration":4,"rew\0\0\0');
    fs.writeFileSync(run.file('episodes', 'iteration-00003.jsonl.tmp-1'), 'half');
    expect(restoreScratch(reopen())).toBe(2);
    expect(readText(metrics())).toBe(`${before}\n`);
    expect(run.readMetrics()).toEqual(
      [1, 2].map((iteration) => ({ iteration, 'reward/profile_mean': null })),
    );
    expect(run.listEpisodes()).toEqual([1, 2]);
    expect(fs.readdirSync(run.file('episodes'))).toHaveLength(2);
  });

  it('leaves files of others, whatever they are called', async () => {
    await writeIteration(run, 1);
    run.writeEpisodes(2, []);
    const mine = ['notes.txt', 'iteration-00007.jsonl', 'iteration-00002.jsonl.bak', 'x.tmp-1'];
    for (const name of mine) fs.writeFileSync(run.file('episodes', name), 'mine');
    restoreScratch(reopen());
    expect(fs.readdirSync(run.file('episodes')).sort()).toEqual([...mine].sort());
  });

  it('removes nothing that a manifest of others names', async () => {
    await writeIteration(run, 1);
    const outside = path.join(runs.root, 'iteration-00009.jsonl');
    fs.writeFileSync(outside, 'mine');
    const claims = ['../iteration-00009.jsonl', outside, 'episodes/../../iteration-00009.jsonl'];
    const lines = claims.map((name) => `${JSON.stringify({ path: name })}\n`).join('');
    fs.appendFileSync(run.file('.rlpa', 'manifest.jsonl'), `${lines}not JSON\n{"pa`);
    restoreScratch(reopen());
    run.writeEpisodes(2, []);
    restoreScratch(reopen());
    expect(readText(outside)).toBe('mine');
    expect(run.listEpisodes()).toEqual([]);
  });

  it('leaves what collecting took beside the episodes that are kept', () => {
    for (const iteration of [1, 2]) {
      run.writeEpisodes(iteration, []);
      run.appendTimings({ iteration, 'seconds/collect': 3 });
    }
    run.appendTimings({ iteration: 1, 'seconds/update': 1 });
    run.cutBackTo(null, { keepEpisodes: true });
    expect(sumTrainingSeconds(run.readTimings())).toBe(3 + 3);
    expect(run.listEpisodes()).toEqual([1, 2]);
    run.cutBackTo(null);
    expect(run.readTimings()).toEqual([]);
    expect(run.listEpisodes()).toEqual([]);
  });

  it('leaves a log without a later record byte for byte as it is', async () => {
    run.appendMetrics({ iteration: 1, 'a/b': 0.1 + 0.2 });
    await saveScratch(run, 1);
    const text = readText(metrics());
    restoreScratch(reopen());
    expect(readText(metrics())).toBe(text);
  });
});

describe('a damaged log', () => {
  const harms: readonly (readonly [string, (text: string) => string, RegExp])[] = [
    [
      'lost its last line',
      (text) => `${text.trim().split('\n').slice(0, -1).join('\n')}\n`,
      /holds \d+ bytes, and held \d+/u,
    ],
    ['has a flipped byte', (text) => text.replace('0.3', '0.7'), /first \d+ bytes are not those/u],
    [
      'has a line that is no JSON',
      (text) => text.replace('"iteration":3', '"iteration";3'),
      /line 3 is not/u,
    ],
    ['ends in NUL', (text) => text.slice(0, -30) + '\0'.repeat(30), /line 3 is not/u],
    ['is empty', () => '', /holds 0 bytes/u],
  ];

  it.each(harms)(
    'that %s stops the resume, and an earlier checkpoint mends it',
    async (_, harm, text) => {
      for (const iteration of [1, 2, 3]) await writeIteration(run, iteration);
      const whole = readText(metrics());
      fs.writeFileSync(metrics(), harm(whole));
      const isEarlierGood = fs.readFileSync(metrics(), 'utf8').startsWith(whole.slice(0, 30));
      const error = catchError(() => restoreScratch(reopen()));
      expect(error).toBeInstanceOf(CheckpointError);
      expect(error).toMatchObject({ code: 'log_damaged', exitCode: 3 });
      expect(error.message).toContain('metrics.jsonl');
      expect(error.message).toMatch(text);
      if (!isEarlierGood) return;
      expect(error.hint).toContain('goes on from iteration-00002');
      fs.rmSync(run.file('checkpoints', 'iteration-00003'), { recursive: true });
      expect(restoreScratch(reopen())).toBe(2);
      await writeIteration(run, 3);
      expect(readText(metrics())).toBe(whole);
    },
  );

  it('before the oldest checkpoint can be put back, or taken away to go on without', async () => {
    for (const iteration of [1, 2, 3]) await writeIteration(run, iteration);
    const whole = readText(metrics());
    fs.writeFileSync(metrics(), whole.replace('0.1', '0.9'));
    const error = catchError(() => restoreScratch(reopen()));
    expect(error).toMatchObject({ code: 'log_damaged', details: { earlier: null } });
    expect(error.hint).toMatch(/Put back a copy.*move it away/u);
    fs.renameSync(metrics(), `${metrics()}.damaged`);
    expect(restoreScratch(reopen())).toBe(3);
    await writeIteration(run, 4);
    expect(run.readMetrics().map(({ iteration }) => iteration)).toEqual([4]);
    expect(restoreScratch(reopen())).toBe(4);
    expect(fs.existsSync(`${metrics()}.damaged`)).toBe(true);
  });

  it('of timings is told as well', async () => {
    await writeIteration(run, 1);
    fs.truncateSync(run.file('timings.jsonl'), 5);
    expect(catchError(() => run.loadLatestCheckpoint(scratchState)).message).toContain(
      'timings.jsonl',
    );
  });

  it('that two runs wrote is refused by its readers', () => {
    for (const iteration of [1, 2, 2]) run.appendMetrics({ iteration });
    const error = catchError(() => run.readMetrics());
    expect(error).toMatchObject({ code: 'metrics_order', details: { line: 3 } });
  });
});

describe('conversations that are learnt from later', () => {
  it('are refused when they are no longer what was written', () => {
    run.writeEpisodes(1, []);
    expect(reopen().readEpisodes(1)).toEqual([]);
    fs.writeFileSync(run.file('episodes', 'iteration-00001.jsonl'), '\n');
    const error = catchError(() => run.readEpisodes(1));
    expect(error).toMatchObject({ code: 'episodes_damaged', exitCode: 3 });
  });
});
