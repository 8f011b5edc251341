/** The program in the README runs as it stands there, and prints what it says. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

it('the ten lines of the README print both curves over ten turns', () => {
  const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(10);
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(printed).toMatch(/alignment .*0\.\d+/);
  expect(printed).toMatch(/profile_f1_disclosed .*0\.\d+/);
});
