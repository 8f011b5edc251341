/**
 * Tokenizers from Hugging Face folders, through the maintained library.
 *
 * Text is encoded as it stands: special tokens in it become their ids and none are added, because
 * the chat template already wrote them. Replies end at the tokens the folder names as end.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { DataError, readJsonFile } from '../base/index.ts';
import type { Tokenizer } from './types.ts';

type TokenizerConfig = { readonly eos_token?: string | { readonly content: string } | null };

/** Reads `tokenizer.json` and `tokenizer_config.json`. Throws `DataError` where they do not fit. */
export function loadTokenizer(folder: string): Tokenizer {
  const json = readJsonFile(path.join(folder, 'tokenizer.json'), 'tokenizer') as {
    readonly model?: { readonly vocab?: Readonly<Record<string, number>> };
    readonly added_tokens?: readonly { readonly id: number }[];
  };
  const configFile = path.join(folder, 'tokenizer_config.json');
  const config = readJsonFile(configFile, 'tokenizer configuration') as TokenizerConfig;
  const tokenizer = new HuggingFaceTokenizer(json, config);
  const { eos_token: eos } = config;
  const eosText = typeof eos === 'string' ? eos : eos?.content;
  const eosId = eosText === undefined ? undefined : tokenizer.token_to_id(eosText);
  const stopIds = new Set([
    ...(eosId === undefined ? [] : [eosId]),
    ...readGenerationStops(folder),
  ]);
  if (stopIds.size === 0) {
    throw new DataError(
      'tokenizer_no_end',
      `${configFile}: expected an "eos_token" that is in the vocabulary.`,
      {
        hint: 'Without one a reply would never end.',
      },
    );
  }
  const ids = [
    ...Object.values(json.model?.vocab ?? {}),
    ...(json.added_tokens ?? []).map(({ id }) => id),
  ];
  return {
    vocabularySize: ids.reduce((most, id) => Math.max(most, id), -1) + 1,
    stopIds: [...stopIds],
    encode: (text) =>
      text === '' ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids,
    decode: (list, options = {}) =>
      list.length === 0
        ? ''
        : tokenizer.decode([...list], {
            skip_special_tokens: options.skipSpecial ?? false,
            clean_up_tokenization_spaces: false,
          }),
  };
}

function readGenerationStops(folder: string): readonly number[] {
  const file = path.join(folder, 'generation_config.json');
  if (!fs.existsSync(file)) return [];
  const { eos_token_id: eos } = readJsonFile(file, 'generation settings') as {
    readonly eos_token_id?: number | readonly number[] | null;
  };
  return eos === undefined || eos === null ? [] : typeof eos === 'number' ? [eos] : eos;
}
