/**
 * The tokenizer of a model folder, as the metadata of a GGUF file.
 *
 * Only byte-level BPE can be said there, and only ways of splitting text that have a name; what cannot
 * be said is refused, because llama.cpp would read other tokens than the model was trained on.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { DataError, readJsonFile, readTextFile } from '../base/index.ts';
import { isGgufPath, type TypedValue } from '../gguf/index.ts';
import { renderGgufTokenizer, tokenKinds, type TokenizerJson } from './gguf-tokenizer.ts';
import { nameSplitting } from './splittings.ts';

const mebibyte = 2 ** 20;

/** Reads the tokenizer files of a model folder, or what a GGUF file has in their place. Throws `DataError`. */
export function readTokenizerJson(place: string): TokenizerJson {
  if (isGgufPath(place)) return renderGgufTokenizer(place);
  const read = (name: string, purpose: string, mebibytes: number): Record<string, unknown> => {
    const file = path.join(place, name);
    const content = readJsonFile(file, purpose, { maxBytes: mebibytes * mebibyte });
    const parsed = z.record(z.string(), z.unknown()).safeParse(content);
    if (parsed.success) return parsed.data;
    throw new DataError('tokenizer_malformed', `${file}: expected an object.`, {
      details: { file },
    });
  };
  const has = (name: string): boolean => fs.existsSync(path.join(place, name));
  const config = read('tokenizer_config.json', 'tokenizer configuration', 16);
  const template = 'chat_template.jinja';
  return {
    tokenizer: read('tokenizer.json', 'tokenizer', 128),
    config: has(template)
      ? { ...config, chat_template: readTextFile(path.join(place, template), 'chat template') }
      : config,
    generation: has('generation_config.json')
      ? read('generation_config.json', 'generation settings', 1)
      : {},
  };
}

const id = z
  .int()
  .min(0)
  .max(2 ** 24);

const tokenizerSchema = z.looseObject({
  model: z.looseObject({
    type: z.literal('BPE'),
    vocab: z.record(z.string(), id),
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
    byte_fallback: z.literal(false).nullish(),
    continuing_subword_prefix: z.union([z.null(), z.literal('')]).optional(),
    end_of_word_suffix: z.union([z.null(), z.literal('')]).optional(),
  }),
  added_tokens: z
    .array(z.looseObject({ id, content: z.string(), special: z.boolean().default(false) }))
    .default([]),
});

const generationSchema = z.looseObject({ eos_token_id: z.union([id, z.array(id)]).nullish() });

/**
 * Composes the metadata; `rows` is how many tokens the model has. Throws `DataError` for a tokenizer
 * that a GGUF file cannot hold.
 */
export function composeGgufTokenizer(
  place: string,
  { tokenizer, config, generation }: TokenizerJson,
  rows: number,
): ReadonlyMap<string, TypedValue> {
  const parsed = tokenizerSchema.safeParse(tokenizer);
  const pre = parsed.success ? nameSplitting(tokenizer) : null;
  if (!parsed.success || pre === null) {
    throw new DataError(
      'gguf_tokenizer_unfit',
      `${place}: a GGUF file cannot hold its tokenizer: expected byte-level BPE that splits text as GPT-2, SmolLM, Llama 3 or Qwen2 do.`,
      { details: { place }, hint: 'Export it as a model folder: --out DIR.' },
    );
  }
  const { model, added_tokens: added } = parsed.data;
  const tokens = Array.from({ length: rows }, (_, index) => `[PAD${index}]`);
  const kinds = Array.from({ length: rows }, () => tokenKinds.unused as number);
  const put = (text: string, at: number, kind: number): void => {
    if (at >= rows) return;
    tokens[at] = text;
    kinds[at] = kind;
  };
  for (const [text, at] of Object.entries(model.vocab)) put(text, at, tokenKinds.normal);
  for (const { content, id: at, special } of added) {
    put(content, at, special ? tokenKinds.control : tokenKinds.userDefined);
  }
  const idOf = (text: unknown): number | undefined => {
    const content =
      typeof text === 'object' && text !== null ? (text as { content?: unknown }).content : text;
    const at = typeof content === 'string' ? tokens.indexOf(content) : -1;
    return at < 0 ? undefined : at;
  };
  const ends = [generationSchema.safeParse(generation).data?.eos_token_id ?? []].flat();
  const eos = idOf(config['eos_token']) ?? ends[0];
  const turnEnd = ends.find((each) => each !== eos);
  const template = config['chat_template'];
  const metadata = new Map<string, TypedValue>([
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: pre }],
    ['tokenizer.ggml.tokens', { type: 'string', values: tokens }],
    ['tokenizer.ggml.token_type', { type: 'int32', values: kinds }],
    [
      'tokenizer.ggml.merges',
      {
        type: 'string',
        values: model.merges.map((pair) => (typeof pair === 'string' ? pair : pair.join(' '))),
      },
    ],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
  ]);
  const ids = {
    bos: idOf(config['bos_token']),
    eos,
    eot: turnEnd,
    padding: idOf(config['pad_token']),
    unknown: idOf(config['unk_token']),
  };
  for (const [name, value] of Object.entries(ids)) {
    if (value === undefined) continue;
    metadata.set(`tokenizer.ggml.${name}_token_id`, { type: 'uint32', value });
  }
  if (typeof template === 'string') {
    metadata.set('tokenizer.chat_template', { type: 'string', value: template });
  }
  return metadata;
}
