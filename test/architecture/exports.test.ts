/** What the package gives away is said name by name. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const source = path.join(root, 'src');

const indexes = fs
  .readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'index.ts');

it('no index exports whatever another file exports', () => {
  expect(indexes.length).toBeGreaterThan(20);
  const read = (file: string): string => fs.readFileSync(path.join(source, file), 'utf8');
  expect(indexes.filter((file) => /^export \*/mu.test(read(file)))).toEqual([]);
});

it('every top-level folder but the command line has its subpath, and no other does', () => {
  const { exports } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, unknown>>;
  };
  const folders = fs
    .readdirSync(source, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'cli')
    .map(({ name }) => `./${name}`);
  expect(Object.keys(exports).sort()).toEqual(['.', './package.json', ...folders].sort());
});
