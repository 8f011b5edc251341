/** What a crash, a full disk, a damaged file or a changed mind does to a run directory. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointError, ConfigError } from '../base/index.ts';
import { openRun, sumTrainingSeconds, type OpenRunOptions, type RunDirectory } from './index.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-runlog-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

let directory = '';
let count = 0;
beforeEach(() => {
  directory = path.join(root, `run-${(count += 1)}`);
});

const settings = { iterations: 5, ppo: { discount: 0.5 }, seed: 1 };

function open(options: Partial<OpenRunOptions> = {}): RunDirectory {
  return openRun({ directory, settings, ...options });
}

async function save(run: RunDirectory, iteration: number, content = 'weights'): Promise<void> {
  await run.saveCheckpoint(iteration, { iteration }, 2, (folder) => {
    fs.writeFileSync(path.join(folder, 'weights.bin'), `${content} ${iteration}`);
    return Promise.resolve();
  });
}

function catchError(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('opening a run', () => {
  it('refuses a directory that holds something, unless it is to be resumed', () => {
    open();
    expect(catchError(() => open())).toBeInstanceOf(ConfigError);
    expect(open({ resume: true }).directory).toBe(directory);
  });

  it('accepts an empty directory, and refuses to resume in one', () => {
    fs.mkdirSync(directory);
    expect(catchError(() => open({ resume: true }))).toBeInstanceOf(ConfigError);
    open();
  });

  it('names the settings that differ on resume', () => {
    open();
    const changed = { iterations: 5, ppo: { discount: 0.9 }, seed: 2 };
    const error = catchError(() => open({ resume: true, settings: changed }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/ppo\.discount \(saved 0\.5, given 0\.9\), seed/);
  });

  it('lets iterations be raised, not lowered', () => {
    open();
    const more = { ...settings, iterations: 9 };
    open({ resume: true, settings: more });
    expect(JSON.parse(fs.readFileSync(path.join(directory, 'config.json'), 'utf8'))).toEqual({
      format: 1,
      settings: more,
    });
    expect(catchError(() => open({ resume: true }))).toBeInstanceOf(ConfigError);
  });

  it('refuses a configuration of another format version, or one that is no configuration', () => {
    open();
    fs.writeFileSync(path.join(directory, 'config.json'), '{"format":7,"settings":{}}');
    expect(catchError(() => open({ resume: true }))).toBeInstanceOf(CheckpointError);
    fs.writeFileSync(path.join(directory, 'config.json'), '{"form');
    expect(catchError(() => open({ resume: true }))).toBeInstanceOf(CheckpointError);
  });
});

describe('checkpoints', () => {
  it('keeps the newest two and finds the newest', async () => {
    const run = open();
    for (const iteration of [1, 2, 3]) await save(run, iteration);
    expect(fs.readdirSync(run.checkpointsFolder).sort()).toEqual([
      'iteration-00002',
      'iteration-00003',
      'latest',
    ]);
    const checkpoint = run.loadLatestCheckpoint<{ iteration: number }>();
    expect(checkpoint!.state).toEqual({ iteration: 3 });
    expect(fs.readFileSync(path.join(checkpoint!.folder, 'weights.bin'), 'utf8')).toBe('weights 3');
  });

  it('answers null when there is none', () => {
    expect(open().loadLatestCheckpoint()).toBeNull();
  });

  it.each([
    ['truncated', (file: string) => fs.truncateSync(file, 3), /holds 3 bytes instead of 9/],
    ['changed', (file: string) => fs.writeFileSync(file, 'weightz 2'), /SHA-256/],
    ['gone', (file: string) => fs.rmSync(file), /is missing/],
  ])(
    'names a checkpoint with a file that is %s, and the one to fall back to',
    async (_, harm, text) => {
      const run = open();
      for (const iteration of [1, 2]) await save(run, iteration);
      const folder = path.join(run.checkpointsFolder, 'iteration-00002');
      harm(path.join(folder, 'weights.bin'));
      const error = catchError(() => run.loadLatestCheckpoint()) as CheckpointError;
      expect(error).toBeInstanceOf(CheckpointError);
      expect(error.message).toMatch(text);
      expect(error.message).toContain('iteration-00002');
      expect(error.hint).toContain('iteration-00001');
      fs.rmSync(folder, { recursive: true });
      expect(run.loadLatestCheckpoint()!.iteration).toBe(1);
    },
  );

  it('keeps the previous one good when the disk fills up half-way', async () => {
    const run = open();
    await save(run, 1);
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const attempt = run.saveCheckpoint(2, {}, 2, (folder) => {
      fs.writeFileSync(path.join(folder, 'weights.bin'), 'half');
      return Promise.reject(full);
    });
    await expect(attempt).rejects.toThrow(/no space is left/);
    expect(fs.readdirSync(run.checkpointsFolder).sort()).toEqual(['iteration-00001', 'latest']);
    expect(run.loadLatestCheckpoint()!.iteration).toBe(1);
  });

  it('ignores a checkpoint that was not finished', async () => {
    const run = open();
    await save(run, 1);
    fs.mkdirSync(path.join(run.checkpointsFolder, '.tmp-iteration-00002'));
    expect(run.loadLatestCheckpoint()!.iteration).toBe(1);
    run.cutBackTo(1);
    expect(fs.readdirSync(run.checkpointsFolder).sort()).toEqual(['iteration-00001', 'latest']);
  });
});

describe('cutting back', () => {
  it('removes records, half lines, episodes and checkpoints of later iterations', async () => {
    const run = open();
    for (const iteration of [1, 2, 3]) {
      run.writeEpisodes(iteration, []);
      run.appendTimings({ iteration, 'seconds/collect': 1 });
      run.appendMetrics({ iteration, 'reward/profile_mean': Number.NaN });
      await save(run, iteration);
    }
    const metrics = run.file('metrics.jsonl');
    const before = fs.readFileSync(metrics, 'utf8').split('\n').slice(0, 2).join('\n');
    fs.appendFileSync(metrics, '{"iteration":4,"rew');
    fs.writeFileSync(run.file('episodes', 'iteration-00004.jsonl.tmp-1'), 'half');
    run.cutBackTo(2);
    expect(fs.readFileSync(metrics, 'utf8')).toBe(`${before}\n`);
    expect(run.readMetrics()).toEqual(
      [1, 2].map((iteration) => ({ iteration, 'reward/profile_mean': null })),
    );
    expect(fs.readdirSync(run.file('episodes'))).toEqual([
      'iteration-00001.jsonl',
      'iteration-00002.jsonl',
    ]);
    expect(run.loadLatestCheckpoint()!.iteration).toBe(2);
  });

  it('leaves what collecting took beside the episodes that are kept', () => {
    const run = open();
    for (const iteration of [1, 2]) {
      run.writeEpisodes(iteration, []);
      run.appendTimings({ iteration, 'seconds/collect': 3 });
    }
    for (const iteration of [1, 2]) run.appendTimings({ iteration, 'seconds/update': 1 });
    run.cutBackTo(1, { keepEpisodes: true });
    expect(sumTrainingSeconds(run.readTimings())).toBe(3 + 3 + 1);
    run.cutBackTo(1);
    expect(sumTrainingSeconds(run.readTimings())).toBe(3 + 1);
  });

  it('leaves a log without a later record byte for byte as it is', () => {
    const run = open();
    run.appendMetrics({ iteration: 1, 'a/b': 0.1 + 0.2 });
    const text = fs.readFileSync(run.file('metrics.jsonl'), 'utf8');
    run.cutBackTo(1);
    expect(fs.readFileSync(run.file('metrics.jsonl'), 'utf8')).toBe(text);
  });
});
