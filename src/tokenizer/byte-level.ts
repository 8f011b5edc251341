/**
 * Text as bytes written in visible characters, cut into words, as GPT-2 does it.
 *
 * Every byte has a character of its own, so a vocabulary that holds the 256 of them can write any
 * text. Words are cut as the `ByteLevel` pre-tokenizer cuts them; training and reading must agree.
 * Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", 2.2.
 */

/** Printable Latin-1 stands for itself; the other bytes take the characters from U+0100 on. */
function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

/** The character of each byte, by byte value. */
export const byteCharacters: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(isPrintable(byte) ? byte : next++),
  );
})();

/** Contractions, runs of letters, digits or signs with the blank before them, and blanks. */
const wordPattern = /'(?:[stmd]|re|ve|ll)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** Cuts text into words; nothing is lost. */
export function splitByteLevelWords(text: string): readonly string[] {
  return text.match(wordPattern) ?? [];
}

const encoder = new TextEncoder();

/** The UTF-8 bytes of a text. Half a surrogate pair becomes U+FFFD. */
export function encodeBytes(text: string): Uint8Array {
  return encoder.encode(text);
}
