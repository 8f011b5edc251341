/** What the benchmarks and scripts take from the built package is there: nothing else runs them in the tests. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const files = ['bench', 'scripts'].flatMap((folder) =>
  fs
    .readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => path.join(folder, name)),
);

/** Names taken from `dist/`, with the file of `src/` that they come from. */
function listTaken(file: string): { readonly source: string; readonly names: string[] }[] {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const imports = text.matchAll(/import \{([^}]*)\} from '\.\.\/dist\/([^']*)\.js'/gu);
  return [...imports].map(([, names = '', place = '']) => ({
    source: path.join(root, 'src', `${place}.ts`),
    names: names
      .split(',')
      .map((name) => name.trim().replace(/ as .*/u, ''))
      .filter((name) => name !== ''),
  }));
}

describe.each(files)('%s', (file) => {
  it('takes names that are exported', async () => {
    for (const { source, names } of listTaken(file)) {
      const exported = Object.keys((await import(source)) as Record<string, unknown>);
      expect(exported).toEqual(expect.arrayContaining(names));
    }
  });
});

it('names of the package are taken by some of them', () => {
  expect(files.flatMap(listTaken).length).toBeGreaterThan(3);
});
