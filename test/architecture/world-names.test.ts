/** Nothing outside `worlds/` knows which worlds there are; the presets may name them. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { worldDefinitions } from '../../src/worlds/index.ts';

const source = path.resolve(import.meta.dirname, '../../src');

/** What a world is called in settings (`small-world`), in types (`SmallWorld`) and in values (`smallWorld`). */
const spellings = (kind: string): string[] => {
  const words = kind.split('-');
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return [kind, joined, joined.charAt(0).toLowerCase() + joined.slice(1)];
};

/** A schema of one open slot is free text whatever the world: the protocol asks for that. */
const schemaWords = /\b(?:isFreeText|freeText)\b/gu;

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//gu, '').replace(/^\s*\/\/.*$/gmu, '');

it('world names stand in worlds/ only', () => {
  const names = worldDefinitions.flatMap(({ kind }) => spellings(kind));
  const files = fs
    .readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) => !file.startsWith('worlds') && !file.split(path.sep).includes('testing'));
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((file) => {
    const code = withoutComments(fs.readFileSync(path.join(source, file), 'utf8'));
    const text = code.replace(schemaWords, '');
    return names.filter((name) => text.includes(name)).map((name) => `${file}: ${name}`);
  });
  expect(found).toEqual([]);
});
