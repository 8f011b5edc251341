/**
 * Model folders in the Hugging Face layout: config.json, *.safetensors, tokenizer files.
 *
 * A folder is checked whole before anything runs: every expected weight present, in the expected
 * shape, finite. What is written loads elsewhere without a script.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { CheckpointError, readJsonFile, writeFileAtomic } from '../../base/index.ts';
import { parseModelConfig, toHuggingFaceConfig, type ModelConfig } from './config.ts';
import {
  checkFinite,
  readSafetensors,
  readSafetensorsAs,
  writeSafetensors,
  type RawTensor,
} from './safetensors.ts';

export type Shapes = Readonly<Record<string, readonly number[]>>;

export type LoadedModel = {
  readonly config: ModelConfig;
  readonly weights: Map<string, Float32Array>;
};

/** Reads a model folder. Throws `CheckpointError` naming what is missing or does not fit. */
export function loadModelFolder(
  folder: string,
  expectedShapes: (config: ModelConfig) => Shapes,
): LoadedModel {
  const { config, tensors } = openModelFolder(folder, expectedShapes, readSafetensors);
  checkFinite(folder, tensors);
  return { config, weights: new Map([...tensors].map(([name, { data }]) => [name, data])) };
}

type Shaped = { readonly shape: readonly number[] };

/**
 * Reads a model folder tensor by tensor, each turned into what the caller keeps of it. Throws as
 * `loadModelFolder`; numbers are the caller's to check.
 */
export function loadModelFolderAs<Kept extends Shaped>(
  folder: string,
  expectedShapes: (config: ModelConfig) => Shapes,
  keep: (file: string, name: string, tensor: RawTensor) => Kept,
): { readonly config: ModelConfig; readonly tensors: Map<string, Kept> } {
  return openModelFolder(folder, expectedShapes, (file) =>
    readSafetensorsAs(file, (name, tensor) => keep(file, name, tensor)),
  );
}

function openModelFolder<Kept extends Shaped>(
  folder: string,
  expectedShapes: (config: ModelConfig) => Shapes,
  read: (file: string) => Map<string, Kept>,
): { readonly config: ModelConfig; readonly tensors: Map<string, Kept> } {
  const file = path.join(folder, 'config.json');
  if (!fs.existsSync(file)) {
    throw new CheckpointError(
      'model_missing',
      `${folder} is not a model folder: it has no config.json.`,
      {
        details: { folder },
        hint: 'Give a Hugging Face model folder, or the model/ folder of a finished run.',
      },
    );
  }
  const config = parseModelConfig(readJsonFile(file, 'model configuration'), file);
  const shapes = expectedShapes(config);
  const tensors = readAllWeights(folder, read);
  const weights = new Map<string, Kept>();
  for (const [name, shape] of Object.entries(shapes)) {
    const tensor = tensors.get(name);
    const found = tensor ? `[${tensor.shape.join(', ')}]` : 'nothing';
    if (!tensor || tensor.shape.join() !== shape.join()) {
      throw unfit(folder, name, `expected ${name} of shape [${shape.join(', ')}], found ${found}`);
    }
    weights.set(name, tensor);
  }
  for (const name of tensors.keys()) {
    if (!Object.hasOwn(shapes, name) && !derivedNames.test(name)) {
      throw unfit(folder, name, `found ${name}, which a ${config.modelType} model does not have`);
    }
  }
  return { config, tensors: weights };
}

/** Stored by some writers although they follow from the rest: the tied output, rotary tables. */
const derivedNames = /^lm_head\.weight$|\.rotary_emb\.inv_freq$/;

function unfit(folder: string, tensor: string, problem: string): CheckpointError {
  return new CheckpointError('weights_unfit', `${folder}: ${problem}.`, {
    details: { folder, tensor },
    hint: 'config.json and the weights do not belong together.',
  });
}

const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

function readAllWeights<Kept>(
  folder: string,
  read: (file: string) => Map<string, Kept>,
): Map<string, Kept> {
  const index = path.join(folder, 'model.safetensors.index.json');
  const single = path.join(folder, 'model.safetensors');
  if (fs.existsSync(single)) return read(single);
  if (!fs.existsSync(index)) {
    throw new CheckpointError(
      'weights_missing',
      `${folder}: expected model.safetensors or model.safetensors.index.json, found neither.`,
      { details: { folder }, hint: 'Save the model as safetensors; other formats are not read.' },
    );
  }
  const parsed = indexSchema.safeParse(readJsonFile(index, 'weight index'));
  if (!parsed.success) {
    throw new CheckpointError('index_malformed', `${index}: ${z.prettifyError(parsed.error)}`, {
      details: { file: index },
    });
  }
  const tensors = new Map<string, Kept>();
  for (const shard of new Set(Object.values(parsed.data.weight_map))) {
    for (const [name, tensor] of read(path.join(folder, shard))) {
      tensors.set(name, tensor);
    }
  }
  return tensors;
}

/** Files that make up a tokenizer, copied as they are. */
const tokenizerFiles = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
];

export type SavedModel = {
  readonly config: ModelConfig;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly shapes: Shapes;
  /** Folder whose tokenizer files are copied along. */
  readonly tokenizerFrom?: string;
};

/** Writes a model folder; each file atomically, the weights last. */
export function saveModelFolder(folder: string, model: SavedModel): void {
  const { config, weights, shapes, tokenizerFrom } = model;
  const write = (name: string, value: unknown): void => {
    writeFileAtomic(path.join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  };
  write('config.json', toHuggingFaceConfig(config));
  const [eos] = config.eosTokenIds;
  write('generation_config.json', {
    ...(eos === undefined ? {} : { eos_token_id: eos, pad_token_id: eos }),
    max_length: config.contextTokens,
  });
  if (tokenizerFrom !== undefined) copyTokenizer(tokenizerFrom, folder);
  writeSafetensors(
    path.join(folder, 'model.safetensors'),
    [...weights].map(([name, data]) => [name, { shape: shapes[name]!, data }] as const),
  );
}

function copyTokenizer(from: string, to: string): void {
  if (path.resolve(from) === path.resolve(to)) return;
  for (const name of tokenizerFiles) {
    const source = path.join(from, name);
    if (fs.existsSync(source)) writeFileAtomic(path.join(to, name), fs.readFileSync(source));
  }
}
