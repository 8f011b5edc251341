/** Every error code has one exit code, and docs/exit-codes.md says what the program does. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as base from '../../src/base/index.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';

const root = path.resolve(import.meta.dirname, '../..');
const page = fs.readFileSync(path.join(root, 'docs', 'exit-codes.md'), 'utf8');

const sources = fs
  .readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|[\\/]testing[\\/]/u.test(file))
  .map((file) => fs.readFileSync(path.join(root, 'src', file), 'utf8'));

/** Exit code of each of the package's error classes. */
const exitCodeOf = new Map(
  Object.values(base)
    .filter((each) => typeof each === 'function' && each.prototype instanceof Error)
    .map((each) => each as new (code: string, message: string) => base.RlpaError)
    .map((errorClass) => [errorClass.name, new errorClass('code', 'text').exitCode] as const),
);

/** Exit codes of each error code, as the source constructs its errors. */
const found = new Map<string, Set<number>>();
for (const text of sources) {
  for (const [, name = '', first = ''] of text.matchAll(/new (\w*Error)\(\s*([^,)]*)/gu)) {
    const exitCode = exitCodeOf.get(name);
    if (exitCode === undefined) continue;
    for (const [, code = ''] of first.matchAll(/'([a-z_]+)'/gu)) {
      found.set(code, (found.get(code) ?? new Set()).add(exitCode));
    }
  }
}

const isThrown = (name: string): boolean => sources.some((text) => text.includes(`new ${name}(`));

describe('exit codes', () => {
  it('belong to error codes, one each', () => {
    expect(found.size).toBeGreaterThan(80);
    const several = [...found].filter(([, codes]) => codes.size > 1);
    expect(several).toEqual([]);
  });

  it('of the page are those of the program', () => {
    const rows = [...page.matchAll(/^\| (\d+) +\| (.+?) +\|$/gmu)];
    expect(rows.map(([, code, meaning]) => [Number(code), meaning])).toEqual(
      Object.values(exitCodes).map(({ code, meaning }) => [code, meaning]),
    );
  });

  it('of each class of errors stand on the page', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` +\| .+ \| (\d+) +\|$/gmu)];
    const listed = new Map(rows.map(([, name = '', code]) => [name, Number(code)]));
    const thrown = [...exitCodeOf].filter(([name]) => name !== 'RlpaError' && isThrown(name));
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(thrown));
  });
});
