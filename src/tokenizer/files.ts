/**
 * The two files of a tokenizer in the Hugging Face layout, written from their parts.
 *
 * Special tokens stand in the model's vocabulary too, in front, so that readers which number added
 * tokens themselves arrive at the same ids.
 */
import * as path from 'node:path';
import { invariant, writeFileAtomic } from '../base/index.ts';

/** The files of a tokenizer, by name. */
export type TokenizerFiles = Readonly<Record<'tokenizer.json' | 'tokenizer_config.json', string>>;

export type TokenizerParts = {
  /** Never split, skipped on request when decoding; ids 0, 1, 2, ... in this order. */
  readonly specials: readonly string[];
  readonly preTokenizer: unknown;
  readonly decoder: unknown;
  readonly model: unknown;
  /** The special token that ends a reply; it pads as well. */
  readonly stopToken: string;
  readonly unknownToken?: string;
  readonly chatTemplate: string;
};

/** Renders `tokenizer.json` and `tokenizer_config.json`. */
export function renderTokenizerFiles(parts: TokenizerParts): TokenizerFiles {
  const { specials, preTokenizer, decoder, model, stopToken, unknownToken, chatTemplate } = parts;
  invariant(specials.includes(stopToken), `the stop token ${stopToken} is not special`);
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
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder,
    model,
  };
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    clean_up_tokenization_spaces: false,
    eos_token: stopToken,
    pad_token: stopToken,
    ...(unknownToken === undefined ? {} : { unk_token: unknownToken }),
    chat_template: chatTemplate,
  };
  return {
    'tokenizer.json': `${JSON.stringify(tokenizer, null, 1)}\n`,
    'tokenizer_config.json': `${JSON.stringify(config, null, 2)}\n`,
  };
}

/** Writes the files into a folder. Throws `DataError` where that fails. */
export function writeTokenizerFiles(folder: string, files: TokenizerFiles): void {
  for (const [name, text] of Object.entries(files)) writeFileAtomic(path.join(folder, name), text);
}
