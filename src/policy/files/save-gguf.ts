/**
 * A model as a GGUF file, which llama.cpp and what is built on it run as it is.
 *
 * Norms and biases stay float32, as llama.cpp's own converter leaves them; of the rest the caller
 * chooses the packing.
 */
import { encodeHalf } from '../../engine/index.ts';
import { tensorLayouts, writeGguf, type TypedValue, type WrittenTensor } from '../../gguf/index.ts';
import { composeGgufTokenizer, readTokenizerJson } from '../../tokenizer/index.ts';
import type { ModelConfig } from './config.ts';
import { countPairedHeads, moveRows, nameInGguf } from './gguf-names.ts';
import type { SavedModel } from './model-folder.ts';
import { packQ8 } from './pack-q8.ts';

/** Packings that are written. */
export const writtenPackings = ['F32', 'F16', 'Q8_0'] as const;
export type WrittenPacking = (typeof writtenPackings)[number];

export type SavedGguf = Omit<SavedModel, 'companionsFrom'> & {
  /** What the file calls the model. */
  readonly name: string;
  readonly packing: WrittenPacking;
  /** Folder or GGUF file whose tokenizer, chat template and ends of replies go into the file. */
  readonly companionsFrom: string;
};

/** Numbers that stand for packings as a whole: `general.file_type`. */
const fileTypes: Readonly<Record<WrittenPacking, number>> = { F32: 0, F16: 1, Q8_0: 7 };

/** Writes the file atomically. Throws `DataError` for a tokenizer that it cannot hold. */
export function saveGguf(file: string, model: SavedGguf): void {
  const { config, weights, shapes, companionsFrom } = model;
  const tokenizer = readTokenizerJson(companionsFrom);
  const metadata = new Map<string, TypedValue>([
    ...describeModel(model),
    ...composeGgufTokenizer(companionsFrom, tokenizer, config.vocabularySize),
  ]);
  const tensors = [...weights].map(([name, data]): WrittenTensor => {
    const shape = shapes[name]!;
    const type = choosePacking(model.packing, shape);
    const heads = countPairedHeads(config, name);
    const order = (): Float32Array =>
      heads === null ? data : moveRows(data, heads, shape[0]!, 'to pairs');
    return { name: nameInGguf(name), shape, type, pack: () => packers[type](order()) };
  });
  writeGguf(file, { metadata, tensors });
}

function choosePacking(wanted: WrittenPacking, shape: readonly number[]): WrittenPacking {
  if (shape.length < 2) return 'F32';
  const isWhole = shape.at(-1)! % tensorLayouts[wanted].blockWeights === 0;
  return isWhole ? wanted : 'F16';
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const packers: Readonly<Record<WrittenPacking, (data: Float32Array) => Uint8Array>> = {
  F32: bytesOf,
  F16: (data) => bytesOf(encodeHalf(data)),
  Q8_0: packQ8,
};

function describeModel({ config, name, packing }: SavedGguf): [string, TypedValue][] {
  const { modelType: kind } = config;
  const whole = (key: string, value: number): [string, TypedValue] => [
    key,
    { type: 'uint32', value },
  ];
  const real = (key: string, value: number): [string, TypedValue] => [
    key,
    { type: 'float32', value },
  ];
  return [
    ['general.architecture', { type: 'string', value: kind }],
    ['general.type', { type: 'string', value: 'model' }],
    ['general.name', { type: 'string', value: name }],
    whole('general.file_type', fileTypes[packing]),
    whole('general.quantization_version', 2),
    ...listSizes(config).map(([key, value]) => whole(`${kind}.${key}`, value)),
    real(`${kind}.rope.freq_base`, config.ropeTheta),
    real(`${kind}.attention.layer_norm_rms_epsilon`, config.rmsNormEpsilon),
  ];
}

function listSizes(config: ModelConfig): [string, number][] {
  return [
    ['block_count', config.layerCount],
    ['context_length', config.contextTokens],
    ['embedding_length', config.hiddenSize],
    ['feed_forward_length', config.intermediateSize],
    ['vocab_size', config.vocabularySize],
    ['attention.head_count', config.headCount],
    ['attention.head_count_kv', config.kvHeadCount],
    ['attention.key_length', config.headDim],
    ['attention.value_length', config.headDim],
    ['rope.dimension_count', config.headDim],
  ];
}
