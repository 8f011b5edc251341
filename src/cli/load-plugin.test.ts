import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../base/index.ts';
import { loadPlugins } from './load-plugin.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-plugin-'));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

let files = 0;
function write(text: string): string {
  const file = path.join(scratch, `part-${(files += 1)}.ts`);
  fs.writeFileSync(file, text);
  return file;
}

async function failOf(file: string): Promise<ConfigError> {
  const error: unknown = await loadPlugins([file]).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ConfigError);
  return error as ConfigError;
}

describe("a file of one's own", () => {
  it('gives its parts, the later file for one that two define', async () => {
    const first = write(`
      const name: string = 'first';
      export const reward = { name, score: () => 1 };
      export const judge = { name, judge: () => null };
    `);
    const second = write(`export const reward = { name: 'second', score: () => 2 };`);
    const parts = await loadPlugins([first, second]);
    expect(parts.reward?.name).toBe('second');
    expect(parts.judge?.name).toBe('first');
  });

  it.each(['nowhere.ts', '.'])('that is not there, or no file, is named: %s', async (name) => {
    const file = path.join(scratch, name);
    expect(await failOf(file)).toMatchObject({
      code: 'plugin_missing',
      message: `There is no file ${file}.`,
    });
  });

  it.each([
    ['does not parse', 'export const reward = {;', 'ParseError'],
    ['throws', `throw new Error('no luck');`, 'no luck'],
    ['throws what is no error', `throw 'no luck';`, 'no luck'],
    ['imports what is not there', `import './nowhere.ts';`, 'nowhere'],
    [
      'names what its package lacks',
      `import { nothing } from 'rlpa/worlds'; nothing();`,
      'nothing',
    ],
    ['is no text', '\u0000\u0001\u0002', 'part-'],
  ])('that %s is named with the reason', async (_, text, reason) => {
    const file = write(text);
    const { code, message, hint, exitCode } = await failOf(file);
    expect(code).toBe('plugin_unreadable');
    expect(exitCode).toBe(2);
    expect(message).toContain(`${file} could not be loaded: `);
    expect(message).toContain(reason);
    expect(hint).toContain('--debug');
  });

  it('that defines nothing we know says what it exports', async () => {
    expect((await failOf(write('export const rewards = [];'))).message).toContain(
      'expected an export named world, users, judge, reward, found rewards.',
    );
    expect((await failOf(write(''))).message).toContain('found none.');
  });

  it('that defines something else under a name we know says all that is wrong with it', async () => {
    const { code, message } = await failOf(
      write(`
        export const reward = { name: '', score: 3 };
        export const world = { kind: 'My World', summary: 's', maxTokens: 0 };
      `),
    );
    expect(code).toBe('plugin_malformed');
    for (const key of [
      'reward.name',
      'reward.score',
      'world.kind',
      'world.maxTokens',
      'world.open',
    ])
      expect(message).toContain(`  ${key}: `);
  });
});
