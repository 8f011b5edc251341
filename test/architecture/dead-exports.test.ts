/** What is exported is taken by somebody: a function or value for one file alone is that file's own. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

const files = ['src', 'test', 'examples', 'bench', 'scripts'].flatMap((folder) =>
  fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.m?[jt]s$/u.test(name))
    .map((name) => {
      const text = fs.readFileSync(path.join(root, folder, name), 'utf8');
      return { file: `${folder}/${name}`, text, words: new Set(text.match(/\w+/gu)) };
    }),
);

/** Indices say what is public, whoever takes it; what a world shares inside its folder is its own affair. */
const isHeld = (file: string): boolean =>
  file.startsWith('src/') && !/\.test\.ts$|\/testing\/|index\.ts$|^src\/worlds\//u.test(file);

it('every function, class and value that a file exports is taken elsewhere', () => {
  const dead = files
    .filter(({ file }) => isHeld(file))
    .flatMap(({ file, text }) =>
      [...text.matchAll(/^export (?:async )?(?:function\*?|class|const|let) (\w+)/gmu)]
        .map(([, name = '']) => name)
        .filter((name) => !files.some((other) => other.file !== file && other.words.has(name)))
        .map((name) => `${file}: ${name}`),
    );
  expect(dead).toEqual([]);
});
