/** Every file, folder and section of the repository that the documents name, or link to, is there. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

const listFiles = (folder: string): string[] =>
  fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name));

const documents = [
  ...fs.readdirSync(root).filter((name) => name.endsWith('.md')),
  'examples/README.md',
  ...listFiles('docs').filter((name) => name.endsWith('.md')),
];

/** Folders whose paths are written from the root, and those of `src`, written from there. */
const topFolders = ['src', 'test', 'docs', 'configs', 'assets', 'bench', 'scripts', 'examples'];
const sourceFolders = fs.readdirSync(path.join(root, 'src'), { withFileTypes: true });
const rooms = sourceFolders.filter((each) => each.isDirectory()).map(({ name }) => name);
const baseNames = new Set(
  ['src', 'test', 'bench', 'scripts'].flatMap(listFiles).map((name) => path.basename(name)),
);

const exists = (...names: string[]): boolean => fs.existsSync(path.join(root, ...names));

/** Metrics are named like paths: area/snake_case. */
const isMetric = (text: string): boolean =>
  /^[a-z]+\/\w+$/u.test(text) && !topFolders.includes(text.split('/')[0] ?? '');

/** Whether a text in backticks is a path of ours that is missing; what is no path of ours is not. */
function isMissing(text: string): boolean {
  if (/[\s*<>{}=]|\.\.\./u.test(text) || isMetric(text)) return false;
  const [first = '', ...rest] = text.split('/');
  if (rest.length === 0) return /^[\w-]+(?:\.test)?\.ts$/u.test(text) && !baseNames.has(text);
  if (topFolders.includes(first)) return !exists(text);
  if (rooms.includes(first)) return !exists('src', text) && !exists(text);
  return false;
}

/** The name a heading is linked by: small letters and hyphens. */
const listAnchors = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.*)$/gmu)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(documents)('%s', (document) => {
  const content = fs.readFileSync(path.join(root, document), 'utf8');

  it('names files that are there', () => {
    const named = [...content.matchAll(/`([^`\n]+)`/gu)].map(([, text]) => text ?? '');
    expect(named.filter(isMissing)).toEqual([]);
  });

  it('links to files that are there', () => {
    const links = [...content.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/gu)].map(
      ([, link]) => link ?? '',
    );
    const local = links.filter((link) => !/^[a-z]+:/u.test(link));
    expect(local.filter((link) => !exists(path.dirname(document), link))).toEqual([]);
  });

  it('links to sections that are there', () => {
    const links = [...content.matchAll(/\]\(([^)#:\s]*)#([^)\s]+)\)/gu)];
    const missing = links.filter(([, file = '', section = '']) => {
      const target = file === '' ? document : path.join(path.dirname(document), file);
      return !listAnchors(fs.readFileSync(path.join(root, target), 'utf8')).includes(section);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });
});
