import { describe, expect, it } from 'vitest';
import { parseForeignJson } from './parse-json.ts';

const nest = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

describe('JSON of a stranger', () => {
  it('is read as JSON', () => {
    const value = { text: 'a "quoted" [ { \\ bracket', list: [1, { a: null }] };
    expect(parseForeignJson(JSON.stringify(value))).toEqual(value);
    expect(parseForeignJson(nest(64))).toBeDefined();
  });

  it.each([nest(65), '['.repeat(5_000_000), '{"a":'.repeat(1_000_000), '{"a": [', '', 'hello'])(
    'is none where it is too deep or broken',
    (text) => {
      expect(parseForeignJson(text)).toBeUndefined();
    },
  );

  it('counts no brackets inside of strings', () => {
    const text = JSON.stringify(`\\"${'['.repeat(1000)}`);
    expect(parseForeignJson(text)).toBe(`\\"${'['.repeat(1000)}`);
  });

  it('changes no prototype', () => {
    const value = parseForeignJson('{"__proto__": {"usage": 1}, "constructor": 2}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect((value as { usage?: unknown }).usage).toBeUndefined();
    expect(({} as { usage?: unknown }).usage).toBeUndefined();
  });
});
