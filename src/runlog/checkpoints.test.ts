/** What a full disk, a damaged file or a kill does to checkpoints. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointError } from '../base/index.ts';
import type { RunDirectory } from './index.ts';
import {
  catchError,
  openScratch,
  restoreScratch,
  saveScratch,
  ScratchRuns,
  scratchState,
} from './testing/scratch-run.ts';

const runs = new ScratchRuns();
afterAll(() => runs.remove());

let run: RunDirectory;
beforeEach(() => {
  run = openScratch(runs.next());
});

const folderOf = (iteration: number): string =>
  run.file('checkpoints', `iteration-0000${iteration}`);
const list = (): string[] => fs.readdirSync(run.file('checkpoints')).sort();
const load = (): ReturnType<RunDirectory['loadLatestCheckpoint']> =>
  run.loadLatestCheckpoint(scratchState);

describe('checkpoints', () => {
  it('keeps the newest two and finds the newest', async () => {
    for (const iteration of [1, 2, 3]) await saveScratch(run, iteration);
    expect(list()).toEqual(['iteration-00002', 'iteration-00003', 'latest']);
    const checkpoint = load();
    expect(checkpoint!.state).toEqual({ iteration: 3 });
    expect(fs.readFileSync(path.join(checkpoint!.folder, 'weights.bin'), 'utf8')).toBe('weights 3');
  });

  it('answers null when there is none', () => {
    expect(load()).toBeNull();
  });

  it.each([
    ['truncated', (file: string) => fs.truncateSync(file, 3), /holds 3 bytes instead of 9/u],
    ['changed', (file: string) => fs.writeFileSync(file, 'weightz 2'), /SHA-256/u],
    ['gone', (file: string) => fs.rmSync(file), /is missing/u],
    ['a folder', (file: string) => (fs.rmSync(file), fs.mkdirSync(file)), /is not a file/u],
  ])(
    'names a checkpoint with a file that is %s, and the one to fall back to',
    async (_, harm, text) => {
      for (const iteration of [1, 2]) await saveScratch(run, iteration);
      harm(path.join(folderOf(2), 'weights.bin'));
      const error = catchError(load);
      expect(error).toBeInstanceOf(CheckpointError);
      expect(error.message).toMatch(text);
      expect(error.message).toContain('iteration-00002');
      expect(error.hint).toContain('iteration-00001');
      fs.rmSync(folderOf(2), { recursive: true });
      expect(load()!.iteration).toBe(1);
    },
  );

  it.each([
    ['null', 'null', /expected object/u],
    ['cut short', '{"form', /not valid JSON/u],
    ['of another format', '{"format":1,"files":[]}', /its format is 1, this version reads 2/u],
    ['a list of names alone', '{"format":2,"files":["a"]}', /files\.0: /u],
    [
      'one that names files outside',
      `{"format":2,"files":[{"name":"../../../x","sizeBytes":0,"sha256":"${'0'.repeat(64)}"}]}`,
      /files\.0\.name: expected a name inside the folder/u,
    ],
  ])('refuses a manifest that is %s', async (_, text, message) => {
    await saveScratch(run, 1);
    fs.writeFileSync(path.join(folderOf(1), 'manifest.json'), text);
    const error = catchError(load);
    expect(error).toMatchObject({ code: 'checkpoint_damaged', exitCode: 3 });
    expect(error.message).toMatch(message);
  });

  it('refuses a manifest that is gone, and takes none in its place', async () => {
    for (const iteration of [1, 2]) await saveScratch(run, iteration);
    fs.rmSync(path.join(folderOf(2), 'manifest.json'));
    expect(catchError(load)).toMatchObject({ code: 'checkpoint_damaged' });
  });

  it('refuses a state that is not what a trainer keeps, by its key', async () => {
    await run.saveCheckpoint({
      iteration: 1,
      state: { iteration: 'one' },
      keep: 2,
      write: () => Promise.resolve(),
    });
    const error = catchError(load);
    expect(error).toMatchObject({ code: 'content_malformed', exitCode: 3 });
    expect(error.message).toMatch(/state\.json: state\.iteration: .*expected number/u);
  });

  it('keeps the previous one good when the disk fills up half-way', async () => {
    await saveScratch(run, 1);
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const write = (folder: string): Promise<void> => {
      fs.writeFileSync(path.join(folder, 'weights.bin'), 'half');
      return Promise.reject(full);
    };
    const attempt = run.saveCheckpoint({ iteration: 2, state: {}, keep: 2, write });
    await expect(attempt).rejects.toThrow(/no space is left/u);
    expect(list()).toEqual(['iteration-00001', 'latest']);
    expect(load()!.iteration).toBe(1);
  });

  it('clears away one that was not finished', async () => {
    await saveScratch(run, 1);
    const killed = run.saveCheckpoint({
      iteration: 2,
      state: {},
      keep: 2,
      write: () => new Promise(() => {}),
    });
    expect(killed).toBeInstanceOf(Promise);
    expect(list()).toContain('.tmp-iteration-00002');
    run = openScratch(run.directory, { resume: true });
    expect(restoreScratch(run)).toBe(1);
    expect(list()).toEqual(['iteration-00001', 'latest']);
  });
});

describe('files of others', () => {
  it('stay beside and inside checkpoints, whatever is removed', async () => {
    await saveScratch(run, 1);
    const mine = [
      run.file('checkpoints', '.tmp-notes'),
      run.file('checkpoints', 'iteration-00009'),
      path.join(folderOf(1), 'notes.txt'),
    ];
    for (const file of mine) fs.writeFileSync(file, 'mine');
    for (const iteration of [2, 3]) await saveScratch(run, iteration);
    expect(fs.readdirSync(folderOf(1))).toEqual(['notes.txt']);
    run = openScratch(run.directory, { resume: true });
    expect(restoreScratch(run)).toBe(3);
    for (const file of mine) expect(fs.readFileSync(file, 'utf8')).toBe('mine');
  });

  it('are never replaced by a checkpoint, nor taken for one that was not finished', async () => {
    await saveScratch(run, 1);
    for (const name of ['.tmp-iteration-00002', 'iteration-00003']) {
      const mine = run.file('checkpoints', name, 'notes.txt');
      fs.mkdirSync(path.dirname(mine));
      fs.writeFileSync(mine, 'mine');
      const save = saveScratch(run, name.startsWith('.') ? 2 : 3);
      await expect(save).rejects.toMatchObject({ code: 'place_taken', exitCode: 3 });
      run = openScratch(run.directory, { resume: true });
      expect(restoreScratch(run)).toBe(1);
      expect(fs.readFileSync(mine, 'utf8')).toBe('mine');
    }
    expect(list()).not.toContain('.tmp-iteration-00003');
  });

  it('outside are not reached through a link in a checkpoint', async () => {
    const outside = path.join(runs.root, 'outside');
    fs.mkdirSync(outside);
    fs.writeFileSync(path.join(outside, 'weights.bin'), 'mine');
    const save = (iteration: number): Promise<string> =>
      run.saveCheckpoint({
        iteration,
        state: { iteration },
        keep: 1,
        write: (folder) => {
          fs.mkdirSync(path.join(folder, 'policy'));
          fs.writeFileSync(path.join(folder, 'policy', 'weights.bin'), 'ours');
          return Promise.resolve();
        },
      });
    await save(1);
    fs.rmSync(path.join(folderOf(1), 'policy'), { recursive: true });
    fs.symlinkSync(outside, path.join(folderOf(1), 'policy'));
    expect(catchError(load)).toMatchObject({ code: 'checkpoint_damaged' });
    await save(2);
    expect(fs.readFileSync(path.join(outside, 'weights.bin'), 'utf8')).toBe('mine');
  });
});
