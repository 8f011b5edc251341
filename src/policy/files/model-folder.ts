/**
 * Model folders in the Hugging Face layout: config.json, *.safetensors, tokenizer files.
 *
 * A folder is checked whole before a weight is read: every number of config.json within its limits,
 * every weight it implies present in that shape, and all of it small enough for this machine. What
 * is written loads elsewhere without a script.
 */
import * as path from 'node:path';
import { CheckpointError, readJsonFile, writeFileAtomic } from '../../base/index.ts';
import { checkCompanions, copyCompanions } from './companion-files.ts';
import { findModelFile, isGgufPath } from '../../gguf/index.ts';
import { parseModelConfig, toHuggingFaceConfig, type ModelConfig } from './config.ts';
import { openGgufModel } from './gguf-model.ts';
import type { OpenedWeights } from './opened-weights.ts';
import { checkMemory } from './memory.ts';
import {
  checkFinite,
  decodeTensor,
  readSafetensorsAs,
  writeSafetensors,
  type NamedTensor,
  type RawTensor,
} from './safetensors.ts';
import { listWeightFiles, type WeightFile } from './weight-files.ts';

export type Shapes = Readonly<Record<string, readonly number[]>>;

export type LoadedModel = {
  readonly config: ModelConfig;
  readonly weights: Map<string, Float32Array>;
};

/** Reads a model folder or a GGUF file. Throws `CheckpointError` naming what is missing or does not fit. */
export function loadModelFolder(
  folder: string,
  expectedShapes: (config: ModelConfig) => Shapes,
): LoadedModel {
  const { config, tensors } = loadModelFolderAs(folder, {
    expectedShapes,
    leastBytesPerWeight: 4,
    keep: (_file, _name, { shape, dtype, bytes }): NamedTensor => ({
      shape,
      data: decodeTensor(bytes, dtype),
    }),
  });
  checkFinite(folder, tensors);
  return { config, weights: new Map([...tensors].map(([name, { data }]) => [name, data])) };
}

/** Largest config.json in bytes; real ones have a few thousand. */
const largestConfig = 2 ** 20;

export type LoadOptions<Kept> = {
  readonly expectedShapes: (config: ModelConfig) => Shapes;
  /** Turns a tensor into what is kept of it; numbers are checked here, if at all. */
  readonly keep: (file: string, name: string, tensor: RawTensor) => Kept;
  /** Room that a kept weight takes at least, in bytes. */
  readonly leastBytesPerWeight: number;
};

/**
 * Reads a model folder or a GGUF file tensor by tensor, each turned into what the caller keeps of it.
 * Throws as `loadModelFolder`.
 */
export function loadModelFolderAs<Kept>(
  place: string,
  { expectedShapes, keep, leastBytesPerWeight }: LoadOptions<Kept>,
): { readonly config: ModelConfig; readonly tensors: Map<string, Kept> } {
  const opened = isGgufPath(place) ? openGgufModel(place) : openFolder(place);
  const { config } = opened;
  const shapes = expectedShapes(config);
  checkShapes(place, opened, shapes);
  checkMemory(place, shapes, leastBytesPerWeight);
  opened.checkCompanions();
  const read = new Map<string, Kept>();
  opened.read(
    (name) => Object.hasOwn(shapes, name),
    (file, name, tensor) => read.set(name, keep(file, name, tensor)),
  );
  const inOrder = Object.keys(shapes).flatMap((name): [string, Kept][] => {
    const tensor = read.get(name);
    return tensor === undefined ? [] : [[name, tensor]];
  });
  return { config, tensors: new Map(inOrder) };
}

function openFolder(folder: string): OpenedWeights {
  const file = findModelFile(folder, 'config.json');
  const json = readJsonFile(file, 'model configuration', { maxBytes: largestConfig });
  const config = parseModelConfig(json, file);
  const files = listWeightFiles(folder);
  return {
    config,
    shapes: listShapes(folder, files),
    checkCompanions: () => checkCompanions(folder),
    read: (wanted, keep) => {
      for (const part of files) {
        readSafetensorsAs(part.file, (name, raw) => keep(part.file, name, raw), wanted);
      }
    },
  };
}

function listShapes(
  folder: string,
  files: readonly WeightFile[],
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (const { entries } of files) {
    for (const [name, { shape }] of entries) {
      if (found.has(name)) throw unfit(folder, name, `expected ${name} once, found it twice`);
      found.set(name, shape);
    }
  }
  return found;
}

/** Stored by some writers although they follow from the rest: the tied output, rotary tables. */
const derivedNames = /^lm_head\.weight$|\.rotary_emb\.inv_freq$/;

/** Compares what is there with what the configuration implies, name by name. */
function checkShapes(
  place: string,
  { config, shapes: found }: OpenedWeights,
  shapes: Shapes,
): void {
  for (const [name, shape] of Object.entries(shapes)) {
    const other = found.get(name);
    if (other?.join() === shape.join()) continue;
    const text = other ? `[${other.join(', ')}]` : 'nothing';
    throw unfit(place, name, `expected ${name} of shape [${shape.join(', ')}], found ${text}`);
  }
  for (const name of found.keys()) {
    if (!Object.hasOwn(shapes, name) && !derivedNames.test(name)) {
      throw unfit(place, name, `found ${name}, which a ${config.modelType} model does not have`);
    }
  }
}

function unfit(folder: string, tensor: string, problem: string): CheckpointError {
  return new CheckpointError('weights_unfit', `${folder}: ${problem}.`, {
    details: { folder, tensor },
    hint: 'Configuration and weights do not belong together.',
  });
}

export type SavedModel = {
  readonly config: ModelConfig;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly shapes: Shapes;
  /** Folder whose tokenizer, chat template and generation settings are copied along. */
  readonly companionsFrom?: string;
};

/** Writes a model folder; each file atomically, the weights last. */
export function saveModelFolder(folder: string, model: SavedModel): void {
  const { config, weights, shapes, companionsFrom } = model;
  const write = (name: string, value: unknown): void => {
    writeFileAtomic(path.join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  };
  write('config.json', toHuggingFaceConfig(config));
  const copied = companionsFrom === undefined ? [] : copyCompanions(companionsFrom, folder);
  const generation = 'generation_config.json';
  if (!copied.includes(generation)) write(generation, composeGenerationConfig(config));
  writeSafetensors(
    path.join(folder, 'model.safetensors'),
    [...weights].map(([name, data]) => [name, { shape: shapes[name]!, data }] as const),
  );
}

function composeGenerationConfig({ eosTokenIds, contextTokens }: ModelConfig): object {
  const [eos] = eosTokenIds;
  return {
    ...(eos === undefined ? {} : { eos_token_id: eos, pad_token_id: eos }),
    max_length: contextTokens,
  };
}
