import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../base/index.ts';
import {
  createWordLevelTokenizer,
  loadTokenizer,
  trainByteLevelBpe,
  writeTokenizerFiles,
  type Tokenizer,
  type TokenizerFiles,
} from './index.ts';
import { byteCharacters, encodeBytes, splitByteLevelWords } from './byte-level.ts';
import { trainMerges } from './train-merges.ts';

const makeFolder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'tokenizer-'));

function load(files: TokenizerFiles): Tokenizer {
  const folder = makeFolder();
  writeTokenizerFiles(folder, files);
  return loadTokenizer(folder);
}

const specials = ['<profile>', '</profile>', '</response>'];
const common = { specials, stopToken: '</response>', chatTemplate: '' };
const sentences = [
  'I enjoy long walks, and I do not drink coffee.',
  "She's 34 and enjoys long hikes; she doesn't like coffee.",
  'They enjoy walking. <profile> + enjoys walking </profile>',
];

describe('the word-level tokenizer', () => {
  const words = ['hello', 'long', 'walks', 'diet_', '10', 'constructor', '+'];
  const tokenizer = load(createWordLevelTokenizer({ ...common, words }));

  it('gives each word one id and reads it back', () => {
    const text = '<profile> + diet_ long walks </profile> hello 10 constructor </response>';
    const ids = tokenizer.encode(text);
    expect(ids).toHaveLength(10);
    expect(tokenizer.decode(ids)).toBe(text);
    expect(tokenizer.vocabularySize).toBe(1 + specials.length + words.length);
    expect(tokenizer.stopIds).toEqual(tokenizer.encode('</response>'));
  });

  it('reads any sequence of known words back', () => {
    const known = fc.array(fc.constantFrom(...words, ...specials), { minLength: 1 });
    fc.assert(
      fc.property(known, (list) => {
        const ids = tokenizer.encode(list.join(' '));
        expect(ids).toHaveLength(list.length);
        expect(tokenizer.decode(ids)).toBe(list.join(' '));
      }),
      { seed: 3 },
    );
  });

  it('gives unknown words the unknown token, one each, and leaves out special tokens on request', () => {
    const ids = tokenizer.encode('hello strange new world <profile>');
    expect(tokenizer.decode(ids)).toBe('hello <unk> <unk> <unk> <profile>');
    expect(tokenizer.decode(tokenizer.encode('<profile> hello'), { skipSpecial: true })).toBe(
      'hello',
    );
    expect(tokenizer.encode('')).toEqual([]);
    expect(tokenizer.decode([])).toBe('');
  });
});

describe('the byte-level tokenizer', () => {
  const files = trainByteLevelBpe(sentences, { ...common, vocabularySize: 280 });
  const tokenizer = load(files);

  it('reads any text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('reads text with special tokens, blanks, signs and odd marks back', () => {
    for (const text of [
      '<profile>\n+ likes café ☕️\n</profile>\n</response>',
      '  two  blanks \n\n\t end ',
      '\uFEFFmark \u0085 \u00A0 👩‍👩‍👧 \u0000',
      "don't, it's they'll <profile <|x|>",
    ]) {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
  });

  it('keeps special tokens whole and learns the common words', () => {
    expect(tokenizer.encode('<profile></profile></response>')).toEqual([0, 1, 2]);
    expect(tokenizer.encode(' enjoy')).toHaveLength(1);
    expect(tokenizer.vocabularySize).toBe(280);
    expect(tokenizer.decode(tokenizer.encode('a</response>'), { skipSpecial: true })).toBe('a');
  });

  it('gives the same files for the same texts', () => {
    expect(trainByteLevelBpe(sentences, { ...common, vocabularySize: 280 })).toEqual(files);
  });

  it('stops where no pair occurs twice', () => {
    const { vocabularySize } = load(trainByteLevelBpe(['aab'], { ...common, vocabularySize: 999 }));
    expect(vocabularySize).toBe(specials.length + 256);
  });

  it('refuses a vocabulary that does not hold the bytes', () => {
    expect(() => trainByteLevelBpe(sentences, { ...common, vocabularySize: 200 })).toThrow(
      ConfigError,
    );
  });
});

describe('learning merges', () => {
  const learn = (words: Readonly<Record<string, number>>, size: number): readonly string[] =>
    trainMerges(
      Object.entries(words).map(([word, count]) => ({
        ids: [...word].map((letter) => 'abcd'.indexOf(letter)),
        count,
      })),
      ['a', 'b', 'c', 'd'],
      size,
    ).tokens.slice(4);

  it('joins the commonest pair first, the smaller ids among equals', () => {
    expect(learn({ ab: 2, cd: 3 }, 6)).toEqual(['cd', 'ab']);
    expect(learn({ cd: 2, ab: 2 }, 6)).toEqual(['ab', 'cd']);
  });

  it('counts anew after a merge, overlaps from the left', () => {
    expect(learn({ aaaa: 2 }, 9)).toEqual(['aa', 'aaaa']);
    expect(learn({ aaa: 2 }, 9)).toEqual(['aa', 'aaa']);
  });

  it('cuts words as the library does when it reads the files', () => {
    const plain = sentences.slice(0, 2);
    const tokenizer = load(trainByteLevelBpe(plain, { ...common, vocabularySize: 280 }));
    const words = plain.flatMap(splitByteLevelWords);
    const counted = words.map((word) => ({
      ids: Array.from(encodeBytes(word), (byte) => specials.length + byte),
      count: 1,
    }));
    trainMerges(counted, [...specials, ...byteCharacters], 280);
    expect(words.map((word) => tokenizer.encode(word))).toEqual(counted.map(({ ids }) => ids));
  });
});

describe('loading a tokenizer', () => {
  const write = (name: string, value: unknown): string => {
    const folder = makeFolder();
    writeTokenizerFiles(folder, createWordLevelTokenizer({ ...common, words: ['a'] }));
    fs.writeFileSync(path.join(folder, name), JSON.stringify(value));
    return folder;
  };

  it('takes further ends of replies from the generation settings', () => {
    expect(
      loadTokenizer(write('generation_config.json', { eos_token_id: [3, 0] })).stopIds,
    ).toEqual([3, 0]);
  });

  it('names the file that is missing, malformed, or names no end', () => {
    expect(() => loadTokenizer(makeFolder())).toThrow(/tokenizer\.json/);
    for (const value of [{}, { model: { vocab: 3 } }, { model: { type: 'X', vocab: {} } }, null]) {
      expect(() => loadTokenizer(write('tokenizer.json', value))).toThrow(DataError);
    }
    expect(() => loadTokenizer(write('tokenizer_config.json', {}))).toThrow(/eos_token/);
    const elsewhere = { eos_token: '<not there>' };
    expect(() => loadTokenizer(write('tokenizer_config.json', elsewhere))).toThrow(/eos_token/);
  });
});
