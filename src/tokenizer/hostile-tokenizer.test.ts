/** Tokenizers that somebody made to harm whoever opens them, and what watching the others costs. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DataError } from '../base/index.ts';
import { loadTokenizer, type Tokenizer } from './index.ts';
import { isQuick } from './limits.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'hostile-tokenizer-'));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

/** One letter a token, and an end. */
const letters = [...'abcdefghijklmnopqrstuvwxyz '];
const vocab = Object.fromEntries(['</s>', '<unk>', ...letters].map((token, id) => [token, id]));
const plainParts = {
  added_tokens: [{ id: 0, content: '</s>', special: true }],
  normalizer: null,
  pre_tokenizer: { type: 'WhitespaceSplit' },
  post_processor: null,
  decoder: null,
  model: { type: 'BPE', vocab, merges: [], unk_token: '<unk>' },
};

function write(change: Readonly<Record<string, unknown>>): string {
  const folder = fs.mkdtempSync(path.join(scratch, 'folder-'));
  const files = {
    'tokenizer.json': { ...plainParts, ...change },
    'tokenizer_config.json': { eos_token: '</s>' },
  };
  for (const [name, value] of Object.entries(files)) {
    fs.writeFileSync(path.join(folder, name), JSON.stringify(value));
  }
  return folder;
}

const open = (change: Readonly<Record<string, unknown>>): Tokenizer => loadTokenizer(write(change));
const split = (pattern: string): object => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
});
const replace = (pattern: object, content: string): object => ({
  type: 'Replace',
  pattern,
  content,
});
const chain = (letter: string, length: number): [string, number][] =>
  Array.from({ length }, (_, index) => [letter.repeat(index + 1), -1]);

const tooSlow = expect.objectContaining({
  code: 'too_slow',
  exitCode: 3,
  message: expect.stringContaining('tokenizer.json') as string,
}) as unknown;

describe('work that never ends is ended', () => {
  const text = `${'a'.repeat(20_000)}b`;
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['an exponential pattern', { pre_tokenizer: split('(a+)+$') }],
    ['a cubic pattern', { pre_tokenizer: split('a*a*a*c') }],
    [
      'a table that is cubic to search',
      { model: { type: 'Unigram', unk_id: 0, vocab: [['</s>', -9], ...chain('a', 1000)] } },
    ],
    [
      'words that are cut quadratically',
      { model: { type: 'WordPiece', vocab, unk_token: '<unk>', max_input_chars_per_word: 1e9 } },
    ],
  ])('%s', (_, change) => {
    const tokenizer = open(change);
    const startMs = performance.now();
    expect(() => tokenizer.encode(text)).toThrow(tooSlow);
    expect(performance.now() - startMs).toBeLessThan(9000);
  });

  it('a slow pattern of the decoder', () => {
    const tokenizer = open({
      decoder: { type: 'Sequence', decoders: [{ type: 'Fuse' }, replace({ Regex: '(a+)+$' }, '')] },
    });
    const ids = [...Array.from({ length: 60 }, () => vocab['a'] as number), vocab['b'] as number];
    expect(() => tokenizer.decode(ids)).toThrow(tooSlow);
  });

  it('a slow pattern over the special tokens, while the folder is opened', () => {
    const content = `${'a'.repeat(60)}b`;
    expect(() =>
      open({
        normalizer: replace({ Regex: '(a+)+$' }, ''),
        added_tokens: [
          { id: 0, content: '</s>' },
          { id: 40, content, normalized: true },
        ],
      }),
    ).toThrow(tooSlow);
  });
});

describe('what would fill the memory is refused by its key', () => {
  const double = replace({ String: 'a' }, 'aa');
  const nested = (depth: number): object =>
    depth === 0 ? double : { type: 'Sequence', normalizers: [nested(depth - 1)] };
  it.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ pre_tokenizer: { type: 'FixedLength', length: 0 } }, /pre_tokenizer\.length: .*found 0/u],
    [{ normalizer: replace({ String: 'a' }, 'b'.repeat(2000)) }, /normalizer\.content: .*1024/u],
    [
      { normalizer: { type: 'Sequence', normalizers: Array.from({ length: 40 }, () => double) } },
      /normalizers\.\d+\.content: expected texts to grow at most 1000 times, found 1024/u,
    ],
    [{ normalizer: nested(40) }, /nested too deep/u],
    [{ pre_tokenizer: split('a'.repeat(20_000)) }, /Regex: .*at most 10000 characters/u],
    [{ added_tokens: [{ id: 1, content: 'a'.repeat(5000) }] }, /added_tokens: .*found 5000/u],
    [{ added_tokens: [{ id: 2 ** 40, content: '</s>' }] }, /added_tokens\[0\]\.id/u],
    [{ model: { ...plainParts.model, vocab: { ['a'.repeat(5000)]: 0 } } }, /model\.vocab/u],
    [{ model: { ...plainParts.model, end_of_word_suffix: 'a'.repeat(5000) } }, /word_suffix/u],
  ])('%#', (change, text) => {
    expect(() => open(change)).toThrow(DataError);
    expect(() => open(change)).toThrow(text);
  });

  it('and so are files that are none, or too large', () => {
    const folder = write({});
    const file = path.join(folder, 'tokenizer.json');
    fs.rmSync(file);
    execFileSync('mkfifo', [file]);
    expect(() => loadTokenizer(folder)).toThrow(/found a named pipe/u);
    fs.rmSync(file);
    fs.writeFileSync(file, '');
    fs.truncateSync(file, 2 ** 40);
    expect(() => loadTokenizer(folder)).toThrow(/at most 134217728 bytes/u);
  });
});

describe('a tokenizer that does not hold together', () => {
  it('is refused when it has no token for a text', () => {
    const tokenizer = open({ model: { ...plainParts.model, unk_token: null } });
    expect(tokenizer.encode('ab')).toEqual([2, 3]);
    const wordless = open({
      model: { type: 'WordLevel', vocab },
      pre_tokenizer: { type: 'WhitespaceSplit' },
    });
    expect(() => wordless.encode('a ß')).toThrow(/expected a token for every text/u);
  });

  it('is named when the library stumbles over it', () => {
    const model = { ...plainParts.model, merges: 3 };
    expect(() => open({ model })).toThrow(DataError);
  });
});

describe('tokenizers of this package', () => {
  it('are not watched; those with patterns or tables of their own are', () => {
    expect(isQuick(plainParts)).toBe(true);
    expect(isQuick({ ...plainParts, pre_tokenizer: split('a') })).toBe(false);
    expect(isQuick({ ...plainParts, normalizer: { type: 'NFC' } })).toBe(false);
    expect(isQuick({ ...plainParts, model: { ...plainParts.model, type: 'Unigram' } })).toBe(false);
  });
});
