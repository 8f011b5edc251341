/** Why each package is there stands in docs/decisions/dependencies.md, and of no other. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8');

type Packages = Readonly<Record<string, string>>;

it.each(['dependencies', 'devDependencies'] as const)('every one of %s has its reason', (kind) => {
  const packages = (JSON.parse(read('package.json')) as Record<typeof kind, Packages>)[kind];
  const [atRunTime = '', development = ''] = read('docs/decisions/dependencies.md').split(
    '## For development',
  );
  const page = kind === 'dependencies' ? atRunTime : development;
  const listed = [...page.matchAll(/^\| (`[^|]+`)[^|]*\|/gmu)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/gu)].map(([, name]) => name),
  );
  expect(listed.sort()).toEqual(Object.keys(packages).sort());
});
