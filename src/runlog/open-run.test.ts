/** Which directories a run may be opened in, and what is left alone. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointError, ConfigError } from '../base/index.ts';
import {
  catchError,
  listAll,
  openScratch,
  scratchSettings,
  ScratchRuns,
} from './testing/scratch-run.ts';

const runs = new ScratchRuns();
afterAll(() => runs.remove());

let directory = '';
beforeEach(() => {
  directory = runs.next();
});

const configFile = (): string => path.join(directory, 'config.json');

describe('opening a run', () => {
  it('refuses a directory that holds a run, unless it is to be resumed', () => {
    openScratch(directory);
    const error = catchError(() => openScratch(directory));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain('holds a run');
    expect(error.hint).toContain('--resume');
    expect(openScratch(directory, { resume: true }).directory).toBe(directory);
  });

  it('accepts an empty directory, and refuses to resume in one', () => {
    fs.mkdirSync(directory);
    expect(catchError(() => openScratch(directory, { resume: true }))).toBeInstanceOf(ConfigError);
    openScratch(directory);
  });

  it.each([true, false])('refuses an empty name and writes nothing (resume: %s)', (resume) => {
    const before = fs.readdirSync('.');
    for (const name of ['', ' ']) {
      const error = catchError(() => openScratch(name, { resume }));
      expect(error).toMatchObject({ code: 'path_empty', exitCode: 2 });
    }
    expect(fs.readdirSync('.')).toEqual(before);
  });

  it.each([
    ['notes of somebody', { 'notes.txt': 'mine' }],
    ['a model folder', { 'config.json': '{"model_type":"qwen2"}', 'model.safetensors': '' }],
    ['another kind of folder of ours', { '.rlpa/manifest.jsonl': '{"format":1,"kind":"base"}\n' }],
  ])('refuses %s and leaves it as it was', (_, files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
      fs.writeFileSync(path.join(directory, name), text);
    }
    const before = fs.readdirSync(directory, { recursive: true });
    const refused = catchError(() => openScratch(directory));
    expect(refused).toMatchObject({ code: 'directory_not_empty', exitCode: 2 });
    const resumed = catchError(() => openScratch(directory, { resume: true }));
    expect(resumed).toMatchObject({ code: 'nothing_to_resume', exitCode: 2 });
    expect(fs.readdirSync(directory, { recursive: true })).toEqual(before);
  });

  it('refuses a file, and a directory whose files are links to elsewhere', () => {
    fs.writeFileSync(directory, '');
    const file = catchError(() => openScratch(directory));
    expect(file).toMatchObject({ code: 'directory_unusable' });
    const linked = runs.next();
    openScratch(linked).close();
    const elsewhere = path.join(runs.root, 'elsewhere.txt');
    fs.writeFileSync(elsewhere, 'of others\n');
    fs.symlinkSync(elsewhere, path.join(linked, 'metrics.jsonl'));
    const error = catchError(() => openScratch(linked, { resume: true }));
    expect(error).toMatchObject({ code: 'symbolic_link', exitCode: 3 });
    expect(fs.readFileSync(elsewhere, 'utf8')).toBe('of others\n');
  });

  it('begins in a directory whose run was killed before its settings were saved', () => {
    fs.mkdirSync(directory);
    fs.writeFileSync(`${configFile()}.tmp-123`, '{"form');
    const error = catchError(() => openScratch(directory, { resume: true }));
    expect(error).toMatchObject({ code: 'nothing_to_resume' });
    expect(error.hint).toContain('without --resume');
    const run = openScratch(directory);
    run.cutBackTo(null);
    expect(listAll(directory)).toEqual(['config.json', 'environment.json']);
  });
});

describe('the settings of a run', () => {
  it('are named where they differ on resume', () => {
    openScratch(directory);
    const settings = { iterations: 5, ppo: { discount: 0.9 }, seed: 2 };
    const error = catchError(() => openScratch(directory, { resume: true, settings }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/ppo\.discount \(saved 0\.5, given 0\.9\), seed/u);
  });

  it('may have their iterations raised, not lowered', () => {
    openScratch(directory);
    const more = { ...scratchSettings, iterations: 9 };
    openScratch(directory, { resume: true, settings: more });
    const saved = JSON.parse(fs.readFileSync(configFile(), 'utf8')) as unknown;
    expect(saved).toEqual({ format: 1, settings: more });
    expect(catchError(() => openScratch(directory, { resume: true }))).toBeInstanceOf(ConfigError);
  });

  it.each([
    ['of another format version', '{"format":7,"settings":{}}', 'run_format'],
    ['that are cut short', '{"form', 'run_config_malformed'],
    ['that are null', 'null', 'run_config_malformed'],
    ['that are a list', '[]', 'nothing_to_resume'],
    ['without settings', '{"format":1}', 'run_config_malformed'],
    ['with settings that are a list', '{"format":1,"settings":[]}', 'run_config_malformed'],
  ])('%s are refused', (_, text, code) => {
    openScratch(directory);
    fs.writeFileSync(configFile(), text);
    const error = catchError(() => openScratch(directory, { resume: true }));
    expect(error).toMatchObject({ code });
    if (code !== 'nothing_to_resume') expect(error).toBeInstanceOf(CheckpointError);
  });

  it('that are a folder are refused', () => {
    openScratch(directory);
    fs.rmSync(configFile());
    fs.mkdirSync(configFile());
    const error = catchError(() => openScratch(directory, { resume: true }));
    expect(error).toMatchObject({ code: 'run_config_malformed' });
    expect(error.message).toContain('found a folder');
  });
});
