/** What can be wrong with a model folder, and how it is made so. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { mutate, mutations, type Mutation } from './mutations.ts';
import { endlessTemplates, templates } from './template-changes.ts';
import { models, slowSteps, steps } from './tokenizer-changes.ts';
import { oddNumbers, oddScalars, oddTexts, oddValues, setAt } from './values.ts';

const adapter = path.resolve(import.meta.dirname, '../fixtures/qwen2-tiny/adapter');

const fileNames = [
  ...['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'],
  ...[
    'generation_config.json',
    'chat_template.jinja',
    'vocab.json',
    'merges.txt',
    'added_tokens.json',
  ],
  ...['model.safetensors.index.json', 'adapter_config.json', 'adapter_model.safetensors'],
];

const configKeys = [
  ...['vocab_size', 'hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads'],
  ...['num_key_value_heads', 'head_dim', 'rope_theta', 'rms_norm_eps', 'max_position_embeddings'],
  ...['initializer_range', 'eos_token_id', 'model_type', 'rope_parameters', 'tie_word_embeddings'],
  ...[
    'attention_bias',
    'hidden_act',
    'layer_types',
    'quantization_config',
    'rope_scaling',
    '__proto__',
  ],
];

/** Fills every weight with one number, or writes a header that does not fit. */
const weights = fc.oneof(
  fc.record({ fill: fc.constantFrom(Number.NaN, Infinity, 3e38, -3e38, 1e20, 0, 1e-40) }),
  fc.record({
    header: fc.oneof(
      oddValues,
      fc.dictionary(
        fc.constantFrom('model.norm.weight', 'x', '__metadata__'),
        fc.record({
          dtype: fc.oneof(fc.constantFrom('F32', 'I64', 'BF16'), oddScalars),
          shape: fc.array(oddNumbers, { maxLength: 3 }),
          data_offsets: fc.tuple(oddNumbers, oddNumbers),
        }),
      ),
    ),
  }),
  fc.record({ headerBytes: oddNumbers }),
);

export type Change =
  | { readonly kind: 'file'; readonly name: string; readonly mutation: Mutation }
  | { readonly kind: 'config'; readonly key: string; readonly value: unknown }
  | { readonly kind: 'step'; readonly part: string; readonly value: unknown }
  | { readonly kind: 'model'; readonly value: unknown }
  | { readonly kind: 'template'; readonly text: string }
  | { readonly kind: 'index'; readonly names: readonly string[] }
  | { readonly kind: 'adapter'; readonly key: string; readonly value: unknown }
  | {
      readonly kind: 'weights';
      readonly value: { fill?: number; header?: unknown; headerBytes?: number };
    };

/** One change of a model folder. */
export const changes = fc.oneof(
  { weight: 2, arbitrary: slowSteps },
  { weight: 2, arbitrary: endlessTemplates },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('file'),
      name: fc.constantFrom(...fileNames),
      mutation: mutations,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('config'),
      key: fc.constantFrom(...configKeys),
      value: fc.oneof(oddNumbers, oddValues),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('step'),
      part: fc.constantFrom(
        'normalizer',
        'pre_tokenizer',
        'decoder',
        'post_processor',
        'added_tokens',
      ),
      value: steps,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('model'), value: models }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('template'), text: templates }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('index'),
      names: fc.array(
        fc.oneof(oddTexts, fc.constantFrom('model.safetensors', 'part.safetensors')),
        { maxLength: 3 },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('adapter'),
      key: fc.constantFrom(
        'r',
        'lora_alpha',
        'target_modules',
        'base_model_name_or_path',
        'peft_type',
        'none',
      ),
      value: oddValues,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('weights'), value: weights }) },
) as fc.Arbitrary<Change>;

/** Makes a change; `secret` is a file outside. */
export function applyChange(folder: string, change: Change, secret: string): void {
  const at = (name: string): string => path.join(folder, name);
  switch (change.kind) {
    case 'file':
      return mutate(at(change.name), change.mutation, secret);
    case 'config':
      return changeJson(at('config.json'), [change.key], change.value);
    case 'step':
      return changeJson(at('tokenizer.json'), [change.part], change.value);
    case 'model':
      return changeJson(at('tokenizer.json'), ['model'], change.value);
    case 'template':
      return fs.writeFileSync(replace(at('chat_template.jinja')), change.text);
    case 'index': {
      const map = Object.fromEntries(change.names.map((name, index) => [`w${index}`, name]));
      fs.writeFileSync(
        replace(at('model.safetensors.index.json')),
        JSON.stringify({ weight_map: map }),
      );
      if (isFile(at('model.safetensors'))) {
        fs.renameSync(at('model.safetensors'), replace(at('part.safetensors')));
      }
      return;
    }
    case 'adapter': {
      for (const name of fs.readdirSync(adapter)) {
        fs.copyFileSync(path.join(adapter, name), replace(at(name)));
      }
      changeJson(at('adapter_config.json'), ['base_model_name_or_path'], folder);
      return changeJson(at('adapter_config.json'), [change.key], change.value);
    }
    case 'weights':
      if (isFile(at('model.safetensors'))) spoilWeights(at('model.safetensors'), change.value);
  }
}

/** A file that can be read: an earlier change may have made it sparse and endless, or no file. */
function isFile(file: string): boolean {
  const stats = fs.lstatSync(file, { throwIfNoEntry: false });
  return stats !== undefined && stats.isFile() && stats.size < 1e6;
}

/** Makes place for a file that is written anew. */
function replace(file: string): string {
  fs.rmSync(file, { recursive: true, force: true });
  return file;
}

function changeJson(file: string, keys: readonly string[], value: unknown): void {
  if (!isFile(file)) return;
  try {
    const json = JSON.parse(fs.readFileSync(file, 'utf8')) as unknown;
    fs.writeFileSync(file, JSON.stringify(setAt(json, keys, value)) ?? '');
  } catch {
    // An earlier change left no JSON.
  }
}

function spoilWeights(
  file: string,
  { fill, header, headerBytes }: { fill?: number; header?: unknown; headerBytes?: number },
): void {
  const bytes = fs.readFileSync(file);
  if (bytes.length < 8) return;
  if (fill !== undefined) {
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    for (let offset = start; offset + 4 <= bytes.length; offset += 4)
      bytes.writeFloatLE(fill, offset);
    fs.writeFileSync(file, bytes);
  } else if (headerBytes !== undefined) {
    bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(Math.trunc(headerBytes))), 0);
    fs.writeFileSync(file, bytes);
  } else {
    const text = Buffer.from(JSON.stringify(header) ?? '');
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(text.length));
    fs.writeFileSync(file, Buffer.concat([size, text, bytes.subarray(-64)]));
  }
}
