import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readJsonFile, readTextFile } from './read-files.ts';

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
