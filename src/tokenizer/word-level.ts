/**
 * A tokenizer over a closed list of words, written as Hugging Face files.
 *
 * One token a word keeps the small world's conversations short. Words outside the list become
 * `<unk>`; whoever takes free text must say so to the person.
 */
import * as path from 'node:path';
import { writeFileAtomic } from '../base/index.ts';

/** The files of a tokenizer, by name. */
export type TokenizerFiles = Readonly<Record<'tokenizer.json' | 'tokenizer_config.json', string>>;

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
  const specials = [unknownToken, ...options.specials];
  const tokens = [...new Set([...specials, ...options.words])];
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      unk_token: unknownToken,
    },
  };
  return renderTokenizerFiles(tokenizer, options.stopToken, options.chatTemplate, {
    unk_token: unknownToken,
  });
}

/** The two files of a tokenizer, with the keys every loader wants. */
export function renderTokenizerFiles(
  tokenizer: unknown,
  stopToken: string,
  chatTemplate: string,
  extra: Readonly<Record<string, unknown>> = {},
): TokenizerFiles {
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    clean_up_tokenization_spaces: false,
    eos_token: stopToken,
    pad_token: stopToken,
    ...extra,
    chat_template: chatTemplate,
  };
  return {
    'tokenizer.json': `${JSON.stringify(tokenizer, null, 1)}\n`,
    'tokenizer_config.json': `${JSON.stringify(config, null, 2)}\n`,
  };
}

/** Writes the files into a folder. */
export function writeTokenizerFiles(folder: string, files: TokenizerFiles): void {
  for (const [name, text] of Object.entries(files)) writeFileAtomic(path.join(folder, name), text);
}
