/** The glossary speaks of the code as it is: every identifier it names stands in the source. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

it('every identifier of the glossary stands in the source', () => {
  const rows = fs
    .readFileSync(path.join(root, 'docs', 'glossary.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('`'));
  const identifiers = rows.flatMap((row) => {
    const cell = row.split('|')[2] ?? '';
    return [...cell.matchAll(/`(\w+)`/gu)].flatMap(([, name]) => name ?? []);
  });
  expect(identifiers.length).toBeGreaterThan(30);
  const source = fs
    .readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => fs.readFileSync(path.join(root, 'src', file), 'utf8'))
    .join('\n');
  const words = new Set(source.match(/\w+/gu));
  expect(identifiers.filter((name) => !words.has(name))).toEqual([]);
});
