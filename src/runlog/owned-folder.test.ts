/** Folders of other kinds: comparisons, rescorings, bases. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { checkFolderKind, markFolder, OwnedFolder } from './index.ts';
import { catchError, ScratchRuns } from './testing/scratch-run.ts';

const runs = new ScratchRuns();
afterAll(() => runs.remove());

let directory = '';
beforeEach(() => {
  directory = runs.next();
});

describe('a folder of ours', () => {
  it('is known by its mark, whatever stands in it', () => {
    markFolder(directory, 'comparison');
    fs.writeFileSync(path.join(directory, 'comparison.json'), '{}');
    markFolder(directory, 'comparison');
    const error = catchError(() => markFolder(directory, 'rescoring'));
    expect(error).toMatchObject({ code: 'directory_not_empty', exitCode: 2 });
    expect(error.message).toContain('is the folder of a comparison');
  });

  it('is one that is recognised without a mark', () => {
    fs.mkdirSync(directory);
    fs.writeFileSync(path.join(directory, 'comparison.json'), '{}');
    expect(catchError(() => markFolder(directory, 'comparison'))).toMatchObject({
      code: 'directory_not_empty',
    });
    markFolder(directory, 'comparison', (names) => names.includes('comparison.json'));
    markFolder(directory, 'comparison');
  });

  it('is like any other once it is finished', () => {
    const folder = OwnedFolder.open(directory, 'base');
    fs.writeFileSync(path.join(directory, 'config.json'), '{}');
    checkFolderKind(directory, 'base');
    folder.dissolve();
    expect(fs.readdirSync(directory)).toEqual(['config.json']);
    expect(catchError(() => checkFolderKind(directory, 'base'))).toMatchObject({
      code: 'directory_not_empty',
    });
  });

  it('leaves nothing where it is given up before anything was written', () => {
    OwnedFolder.open(directory, 'base').abandon();
    expect(fs.existsSync(directory)).toBe(false);
    fs.mkdirSync(directory);
    OwnedFolder.open(directory, 'base').abandon();
    expect(fs.readdirSync(directory)).toEqual([]);
  });

  it('keeps what was written where it is given up', () => {
    const folder = OwnedFolder.open(directory, 'base');
    fs.writeFileSync(path.join(directory, 'config.json'), '{}');
    folder.abandon();
    expect(fs.readdirSync(directory)).toContain('config.json');
    checkFolderKind(directory, 'base');
  });

  it('is refused where its bookkeeping is no folder', () => {
    fs.mkdirSync(directory);
    fs.symlinkSync('/tmp', path.join(directory, '.rlpa'));
    expect(catchError(() => checkFolderKind(directory, 'base'))).toMatchObject({
      code: 'directory_unusable',
    });
  });
});
