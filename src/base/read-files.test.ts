import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listFolder, readJsonFile, readLines, readTextFile } from './read-files.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'base-files-'));
const at = (name: string): string => path.join(scratch, name);

afterAll(() => fs.rmSync(scratch, { recursive: true }));

const unreadable = (text: RegExp): unknown =>
  expect.objectContaining({
    code: 'file_unreadable',
    message: expect.stringMatching(text) as string,
  }) as unknown;

describe('reading a file', () => {
  it('refuses what is no file before it is opened', () => {
    execFileSync('mkfifo', [at('pipe')]);
    fs.symlinkSync(at('pipe'), at('link'));
    fs.mkdirSync(at('folder'));
    const refuse = (file: string, text: RegExp): void =>
      expect(() => readTextFile(file, 'list'), file).toThrow(unreadable(text));
    refuse(at('pipe'), /the list .*pipe: expected a file, found a named pipe/u);
    refuse(at('link'), /found a named pipe/u);
    refuse(at('folder'), /found a folder/u);
    refuse('/dev/zero', /found a device/u);
    refuse(at('nothing'), /no such file/u);
  });

  it('refuses a file that is larger than it can be, however little of it is on the disk', () => {
    fs.writeFileSync(at('sparse'), '');
    fs.truncateSync(at('sparse'), 2 ** 40);
    expect(() => readTextFile(at('sparse'), 'list')).toThrow(unreadable(/found 1099511627776/u));
    fs.writeFileSync(at('long.json'), '[1, 2, 3]');
    expect(() => readJsonFile(at('long.json'), 'list', { maxBytes: 8 })).toThrow(
      unreadable(/expected at most 8 bytes, found 9/u),
    );
    expect(readJsonFile(at('long.json'), 'list')).toEqual([1, 2, 3]);
  });
});

describe('reading line by line', () => {
  const readAll = (text: string): string[] => {
    fs.writeFileSync(at('lines'), text);
    return [...readLines(at('lines'), 'log')].map(
      ({ text: line, number, isWhole, endByte }) => `${number}:${line}:${isWhole}:${endByte}`,
    );
  };

  it('tells the number, the end, and whether the last line is whole', () => {
    expect(readAll('')).toEqual([]);
    expect(readAll('a\n\né\n')).toEqual(['1:a:true:2', '2::true:3', '3:é:true:6']);
    expect(readAll('a\nbc')).toEqual(['1:a:true:2', '2:bc:false:4']);
  });

  it('joins what lies on both sides of a piece that is read', () => {
    const lines = ['é'.repeat(40_000), 'x'.repeat(65_535), '', 'y'.repeat(200_000)];
    fs.writeFileSync(at('lines'), lines.map((line) => `${line}\n`).join(''));
    expect([...readLines(at('lines'), 'log')].map(({ text }) => text)).toEqual(lines);
  });

  it('reads no more than is asked for, and refuses a line that never ends', () => {
    fs.writeFileSync(at('zeros'), 'first\n');
    fs.truncateSync(at('zeros'), 200 * 2 ** 20);
    const lines = readLines(at('zeros'), 'log');
    expect(lines.next().value).toMatchObject({ text: 'first' });
    expect(() => lines.next()).toThrow(unreadable(/line 2: expected at most 67108864 bytes/u));
  });
});

describe('listing a folder', () => {
  it('gives names in order, none of a missing one, and refuses a file', () => {
    fs.mkdirSync(at('many'));
    for (const name of ['b', 'a', 'c']) fs.writeFileSync(at(path.join('many', name)), '');
    expect(listFolder(at('many'), 'list')).toEqual(['a', 'b', 'c']);
    expect(listFolder(at('missing'), 'list')).toEqual([]);
    expect(() => listFolder(at('lines'), 'folder of lists')).toThrow(
      /The folder of lists .*lines: expected a folder, found a file/u,
    );
  });
});
