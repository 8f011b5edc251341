import { describe, expect, it } from 'vitest';
import type { Tokenizer } from '../tokenizer/index.ts';
import { TextStream } from './text-stream.ts';

/** Bytes as tokens: a letter may be made of several. */
const bytes: Tokenizer = {
  vocabularySize: 256,
  stopIds: [],
  encode: (text) => [...new TextEncoder().encode(text)],
  decode: (ids) => new TextDecoder().decode(Uint8Array.from(ids)),
};

describe('tokens that become text while they come', () => {
  it('give every letter once, and none before it is whole', () => {
    const shown: string[] = [];
    const stream = new TextStream(bytes, (text) => shown.push(text));
    for (const id of bytes.encode('Grüße 👋!')) stream.push(id);
    stream.end('Grüße 👋!');
    expect(shown).toEqual(['G', 'r', 'ü', 'ß', 'e', ' ', '👋', '!']);
  });

  it('give what was held back at the end', () => {
    const shown: string[] = [];
    const stream = new TextStream(bytes, (text) => shown.push(text));
    stream.push(0xc3);
    stream.end('�');
    expect(shown).toEqual(['�']);
  });
});
