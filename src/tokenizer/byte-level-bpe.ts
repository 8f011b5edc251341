/**
 * A tokenizer that can write any text: byte pairs learnt from given texts, as Hugging Face files.
 *
 * Used where people say what no list of words foresees. Special tokens are cut out before anything
 * is counted, so none of their letters shape the merges and no merge crosses them.
 */
import { ConfigError } from '../base/index.ts';
import { byteCharacters, encodeBytes, splitByteLevelWords } from './byte-level.ts';
import { renderTokenizerFiles, type TokenizerFiles } from './files.ts';
import { trainMerges, type CountedWord } from './train-merges.ts';

export type ByteLevelOptions = {
  /** All tokens together: specials, 256 bytes, merges. Fewer come out where no pair occurs twice. */
  readonly vocabularySize: number;
  /** Tokens that are never split and may be skipped when decoding. */
  readonly specials: readonly string[];
  /** The special token that ends a reply. */
  readonly stopToken: string;
  readonly chatTemplate: string;
};

/**
 * Learns a vocabulary; ids go to the specials, the bytes, then the merges, in order.
 * The same texts and options give the same files. Throws `ConfigError` for a vocabulary too small.
 */
export function trainByteLevelBpe(
  texts: Iterable<string>,
  options: ByteLevelOptions,
): TokenizerFiles {
  const { vocabularySize, stopToken, chatTemplate } = options;
  const specials = [...new Set(options.specials)];
  const smallest = specials.length + byteCharacters.length;
  if (vocabularySize < smallest) {
    throw new ConfigError(
      'vocabulary_too_small',
      `vocabularySize: expected at least ${smallest} (${specials.length} special tokens, 256 bytes), got ${vocabularySize}.`,
    );
  }
  const words = countWords(texts, specials);
  const start = [...specials, ...byteCharacters];
  const { tokens, merges } = trainMerges(words, start, vocabularySize);
  const byteLevel = { type: 'ByteLevel', trim_offsets: true, use_regex: true };
  const model = {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    merges: merges.map(([left, right]) => [tokens[left], tokens[right]]),
  };
  return renderTokenizerFiles({
    specials,
    preTokenizer: { ...byteLevel, add_prefix_space: false },
    decoder: { ...byteLevel, add_prefix_space: false },
    model,
    stopToken,
    chatTemplate,
  });
}

/** Distinct words as byte ids, in the order of first occurrence. */
function countWords(texts: Iterable<string>, specials: readonly string[]): CountedWord[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const piece of cutAt(text, specials)) {
      for (const word of splitByteLevelWords(piece)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return [...counts].map(([word, count]) => ({
    ids: Array.from(encodeBytes(word), (byte) => specials.length + byte),
    count,
  }));
}

function cutAt(text: string, separators: readonly string[]): readonly string[] {
  if (separators.length === 0) return [text];
  const pattern = [...separators]
    .sort((a, b) => b.length - a.length)
    .map((separator) => separator.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
  return text.split(new RegExp(pattern, 'u'));
}
