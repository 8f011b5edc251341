/**
 * Tokenizers from Hugging Face folders, through the maintained library.
 *
 * Text is encoded as it stands: special tokens in it become their ids and none are added, because
 * the chat template already wrote them. Replies end at the tokens the folder names as end. A folder
 * may come from anywhere, so what it says has limits and what it does is ended when it takes too long.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { DataError, readJsonFile, RlpaError, TimeLimit } from '../base/index.ts';
import { findModelFile, isGgufPath } from '../gguf/index.ts';
import { renderGgufTokenizer } from './gguf-tokenizer.ts';
import { findExcess, isQuick } from './limits.ts';
import type { Tokenizer } from './types.ts';

/** Far more tokens than any vocabulary has. */
const id = z
  .int()
  .min(0)
  .max(2 ** 24);

const tokenizerSchema = z.looseObject({
  /** A table of ids, or a list in their order (Unigram). */
  model: z.looseObject({ vocab: z.union([z.record(z.string(), id), z.array(z.unknown())]) }),
  added_tokens: z.array(z.looseObject({ id, content: z.string() })).default([]),
});

const configSchema = z.looseObject({
  eos_token: z.union([z.string(), z.looseObject({ content: z.string() })]).nullish(),
});

const generationSchema = z.looseObject({ eos_token_id: z.union([id, z.array(id)]).nullish() });

/**
 * Reads the tokenizer of a model folder or a GGUF file. Of a folder: `tokenizer.json` and
 * `tokenizer_config.json`; ends of replies also from `generation_config.json`. Throws `CheckpointError` for
 * a folder without them, `DataError` where they are malformed or name no end.
 */
export function loadTokenizer(place: string): Tokenizer {
  const { file, configFile, json, config, stops } = isGgufPath(place)
    ? readGguf(place)
    : readFolder(place);
  const excess = findExcess(json);
  if (excess !== null) throw malformed(file, excess);
  const tokenizer = createLibraryTokenizer(file, json, config);
  const { eos_token: eos } = config;
  const eosText = typeof eos === 'string' ? eos : eos?.content;
  const eosId = eosText === undefined ? undefined : tokenizer.token_to_id(eosText);
  const stopIds = new Set(eosId === undefined ? [] : [eosId]);
  for (const stopId of stops) stopIds.add(stopId);
  if (stopIds.size === 0) {
    throw new DataError(
      'tokenizer_no_end',
      `${configFile}: expected an "eos_token" that is in the vocabulary.`,
      { details: { file: configFile }, hint: 'Without one a reply would never end.' },
    );
  }
  const run = createRunner(file, json);
  return {
    vocabularySize: countIds(json),
    stopIds: [...stopIds],
    encode: (text) => (text === '' ? [] : run(text.length, () => encode(file, tokenizer, text))),
    decode: (ids, options = {}) =>
      ids.length === 0
        ? ''
        : run(ids.length, () =>
            tokenizer.decode([...ids], {
              skip_special_tokens: options.skipSpecial ?? false,
              clean_up_tokenization_spaces: false,
            }),
          ),
  };
}

type Parts = {
  readonly file: string;
  readonly configFile: string;
  readonly json: z.infer<typeof tokenizerSchema>;
  readonly config: z.infer<typeof configSchema>;
  /** Ends of replies beside the one the configuration names. */
  readonly stops: readonly number[];
};

function readFolder(folder: string): Parts {
  const file = findModelFile(folder, 'tokenizer.json');
  const configFile = path.join(folder, 'tokenizer_config.json');
  return {
    file,
    configFile,
    json: readParsed(file, tokenizerSchema, 'tokenizer', 128),
    config: readParsed(configFile, configSchema, 'tokenizer configuration', 16),
    stops: readGenerationStops(folder),
  };
}

function readGguf(file: string): Parts {
  const { tokenizer, config, generation } = renderGgufTokenizer(file);
  return {
    file,
    configFile: file,
    json: parse(file, tokenizerSchema, tokenizer),
    config: parse(file, configSchema, config),
    stops: listStops(parse(file, generationSchema, generation)),
  };
}

function encode(file: string, tokenizer: HuggingFaceTokenizer, text: string): number[] {
  const { ids, tokens } = tokenizer.encode(text, { add_special_tokens: false });
  const unknown = ids.findIndex((each: unknown) => !Number.isInteger(each));
  if (unknown < 0) return ids;
  const token = JSON.stringify(tokens[unknown]?.slice(0, 20));
  throw malformed(file, `expected a token for every text, found none for ${token}.`);
}

type Runner = <Result>(size: number, work: () => Result) => Result;

/** Runs what the library does: at once where it is known to be quick, else under a time limit. */
function createRunner(file: string, json: z.infer<typeof tokenizerSchema>): Runner {
  const limit = isQuick(json) ? null : new TimeLimit({ subject: file, hint: slowHint });
  return (size, work) => {
    try {
      return limit === null ? work() : limit.run(size, work);
    } catch (cause) {
      throw cause instanceof RlpaError ? cause : malformed(file, (cause as Error).message, cause);
    }
  };
}

const slowHint =
  'A pattern or table in it takes far longer than its text is long; use the tokenizer.json of the original model.';

function readParsed<T>(
  file: string,
  schema: z.ZodType<T>,
  purpose: string,
  maxMebibytes: number,
): T {
  const maxBytes = maxMebibytes * 2 ** 20;
  return parse(file, schema, readJsonFile(file, purpose, { maxBytes }));
}

function parse<T>(file: string, schema: z.ZodType<T>, content: unknown): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw malformed(file, z.prettifyError(parsed.error));
}

function malformed(file: string, problem: string, cause?: unknown): DataError {
  return new DataError('tokenizer_malformed', `${file}: ${problem}`, {
    details: { file },
    hint: 'Give a folder with a fast tokenizer (tokenizer.json), as transformers saves it.',
    cause,
  });
}

function createLibraryTokenizer(
  file: string,
  json: z.infer<typeof tokenizerSchema>,
  config: z.infer<typeof configSchema>,
): HuggingFaceTokenizer {
  const { vocab } = json.model;
  const size = Array.isArray(vocab) ? vocab.length : Object.keys(vocab).length;
  const limit = new TimeLimit({ subject: file, hint: slowHint, reserveMs: 1500, unitMs: 0.02 });
  try {
    return limit.run(size, () => new HuggingFaceTokenizer(json, config));
  } catch (cause) {
    throw cause instanceof RlpaError ? cause : malformed(file, (cause as Error).message, cause);
  }
}

/** One more than the greatest id. */
function countIds(json: z.infer<typeof tokenizerSchema>): number {
  const { vocab } = json.model;
  let count = Array.isArray(vocab) ? vocab.length : 0;
  const listed = Array.isArray(vocab) ? [] : Object.values(vocab);
  for (const used of [...listed, ...json.added_tokens.map((token) => token.id)]) {
    count = Math.max(count, used + 1);
  }
  return count;
}

function readGenerationStops(folder: string): readonly number[] {
  const file = path.join(folder, 'generation_config.json');
  if (!fs.existsSync(file)) return [];
  return listStops(readParsed(file, generationSchema, 'generation settings', 1));
}

function listStops({ eos_token_id: eos }: z.infer<typeof generationSchema>): readonly number[] {
  return typeof eos === 'number' ? [eos] : (eos ?? []);
}
