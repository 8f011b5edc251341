/**
 * A tokenizer over a closed list of words, written as Hugging Face files.
 *
 * One token a word keeps the small world's conversations short. Words outside the list become
 * `<unk>`; whoever takes free text must say so to the person. Decoding joins words by one blank.
 */
import { renderTokenizerFiles, type TokenizerFiles } from './files.ts';

export const unknownToken = '<unk>';

export type WordLevelOptions = {
  readonly words: readonly string[];
  /** Tokens that are never split and may be skipped when decoding. */
  readonly specials: readonly string[];
  /** The special token that ends a reply. */
  readonly stopToken: string;
  readonly chatTemplate: string;
};

/** Makes the files; ids go to `<unk>`, the specials, then the words, in order. */
export function createWordLevelTokenizer(options: WordLevelOptions): TokenizerFiles {
  const { stopToken, chatTemplate } = options;
  const specials = [...new Set([unknownToken, ...options.specials])];
  const tokens = [...new Set([...specials, ...options.words])];
  return renderTokenizerFiles({
    specials,
    preTokenizer: { type: 'WhitespaceSplit' },
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      unk_token: unknownToken,
    },
    stopToken,
    unknownToken,
    chatTemplate,
  });
}
