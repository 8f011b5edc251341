/** A figure that a page takes from a table of docs/results.md is the table's. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, it } from 'vitest';

const read = (name: string): string =>
  fs.readFileSync(path.resolve(import.meta.dirname, '../../docs', name), 'utf8');

/** Means of the arm's row in the table of algorithms, in the order of its columns. */
function readArm(title: string): readonly number[] {
  const row = read('results.md')
    .split('\n')
    .find((line) => line.startsWith(`| ${title} `));
  return (row ?? '').split('|').slice(3).map(Number.parseFloat);
}

it('of the output protocol are those of the comparison', () => {
  const [, whole = '', changes = ''] =
    /profile F1 of (0\.\d+) where changes reach (0\.\d+)/u.exec(read('decisions/protocol.md')) ??
    [];
  for (const [told, title] of [
    [whole, 'PPO, whole profile every turn'],
    [changes, 'PPO (default)'],
  ] as const) {
    expect(Math.abs(Number(told) - readArm(title)[1]!), title).toBeLessThan(0.0051);
  }
});
