import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DataError } from './errors.ts';
import { appendFile, truncateFile, writeFileAtomic } from './files.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'base-files-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

let count = 0;
let folder = '';
beforeEach(() => {
  folder = path.join(root, String((count += 1)));
  fs.mkdirSync(folder);
});

const at = (name: string): string => path.join(folder, name);

describe('writing a file', () => {
  it('replaces it whole and leaves nothing beside it', () => {
    writeFileAtomic(at('a/b.txt'), 'one');
    writeFileAtomic(at('a/b.txt'), Buffer.from('two'));
    expect(fs.readFileSync(at('a/b.txt'), 'utf8')).toBe('two');
    expect(fs.readdirSync(at('a'))).toEqual(['b.txt']);
  });

  it('says where it fails, and clears up', () => {
    fs.mkdirSync(at('b.txt'));
    expect(() => writeFileAtomic(at('b.txt'), 'one')).toThrow(DataError);
    expect(fs.readdirSync(folder)).toEqual(['b.txt']);
    writeFileAtomic(at('plain'), '');
    expect(() => writeFileAtomic(at('plain/b.txt'), 'one')).toThrow(/Could not write .*plain/u);
  });

  it('never writes through a link', () => {
    writeFileAtomic(at('mine.txt'), 'mine');
    fs.symlinkSync(at('mine.txt'), at('link.txt'));
    fs.symlinkSync(at('mine.txt'), at(`c.txt.tmp-${process.pid}`));
    expect(() => appendFile(at('link.txt'), 'more')).toThrow(DataError);
    expect(() => truncateFile(at('link.txt'), 0)).toThrow(DataError);
    expect(() => writeFileAtomic(at('c.txt'), 'ours')).toThrow(DataError);
    writeFileAtomic(at('link.txt'), 'ours');
    expect(fs.readFileSync(at('mine.txt'), 'utf8')).toBe('mine');
    expect(fs.lstatSync(at('link.txt')).isSymbolicLink()).toBe(false);
  });
});

describe('a log', () => {
  it('that is a pipe is refused, not waited for', () => {
    execFileSync('mkfifo', [at('pipe')]);
    expect(() => appendFile(at('pipe'), 'one')).toThrow(DataError);
    expect(() => truncateFile(at('pipe'), 0)).toThrow(DataError);
  });

  it('grows, and is cut to its beginning', () => {
    appendFile(at('a/log'), 'one\n');
    appendFile(at('a/log'), 'two\n');
    truncateFile(at('a/log'), 100);
    expect(fs.readFileSync(at('a/log'), 'utf8')).toBe('one\ntwo\n');
    truncateFile(at('a/log'), 4);
    expect(fs.readFileSync(at('a/log'), 'utf8')).toBe('one\n');
    truncateFile(at('a/missing'), 4);
    expect(fs.existsSync(at('a/missing'))).toBe(false);
  });
});
