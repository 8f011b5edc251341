/**
 * Models read from GGUF files: configuration from the metadata, weights tensor by tensor.
 *
 * What the metadata says is turned into what a `config.json` would say and goes through the same
 * checks. Only what the engine computes is taken: scaled rotary positions, experts, windows and
 * attention scales of their own are refused by name.
 */
import { CheckpointError, withWeightsFile } from '../../base/index.ts';
import {
  damagedGguf,
  readGgufHeader,
  type GgufHeader,
  type GgufTensor,
  type GgufValue,
} from '../../gguf/index.ts';
import { renderGgufTokenizer } from '../../tokenizer/index.ts';
import { parseModelConfig, supportedModels, type ModelConfig } from './config.ts';
import { dequantize } from './dequantize.ts';
import { countPairedHeads, moveRows, nameFromGguf } from './gguf-names.ts';
import { readBytes } from './safetensors-header.ts';
import type { RawTensor } from './safetensors.ts';
import type { OpenedWeights } from './opened-weights.ts';

/** Opens a GGUF file as a model. Throws `CheckpointError`, `DataError` for its tokenizer. */
export function openGgufModel(file: string): OpenedWeights {
  const header = readGgufHeader(file);
  const config = readConfig(file, header);
  const byName = new Map<string, GgufTensor>();
  for (const tensor of header.tensors.values()) {
    const name = nameFromGguf(tensor.name);
    if (name === null || byName.has(name)) throw unknownTensor(file, tensor.name, config);
    byName.set(name, tensor);
  }
  return {
    config,
    shapes: new Map([...byName].map(([name, { shape }]) => [name, shape])),
    checkCompanions: () => void renderGgufTokenizer(file, header),
    read: (wanted, keep) =>
      withWeightsFile(file, (handle) => {
        for (const [name, tensor] of byName) {
          if (wanted(name)) keep(file, name, readTensor(file, handle, { name, tensor, config }));
        }
      }),
  };
}

function unknownTensor(file: string, name: string, { modelType }: ModelConfig): CheckpointError {
  return new CheckpointError(
    'weights_unfit',
    `${file}: found ${JSON.stringify(name.slice(0, 100))}, which a ${modelType} model does not have.`,
    { details: { file, tensor: name.slice(0, 100) }, hint: supportedModels },
  );
}

type Wanted = {
  readonly name: string;
  readonly tensor: GgufTensor;
  readonly config: ModelConfig;
};

function readTensor(file: string, handle: number, { name, tensor, config }: Wanted): RawTensor {
  const { shape, type } = tensor;
  const bytes = readBytes(file, handle, tensor.start, tensor.sizeBytes);
  const heads = countPairedHeads(config, name);
  const order = <Array_ extends Float32Array | Uint16Array>(data: Array_): Array_ =>
    heads === null ? data : moveRows(data, heads, shape[0]!, 'from pairs');
  const raw = (dtype: string, data: Float32Array | Uint16Array): RawTensor => ({
    shape,
    dtype,
    bytes: data.buffer as ArrayBuffer,
  });
  if (type === 'F16' || type === 'BF16') return raw(type, order(new Uint16Array(bytes)));
  const wide = type === 'F32' ? new Float32Array(bytes) : dequantize(type, new Uint8Array(bytes));
  return raw('F32', order(wide));
}

/** Metadata that would change what is computed, and the values that change nothing. */
const plainValues: Readonly<Record<string, readonly GgufValue[]>> = {
  'rope.scaling.type': ['none'],
  'attention.sliding_window': [0],
  'attention.scale': [0],
  expert_count: [0],
  logit_scale: [0, 1],
  embedding_scale: [0, 1],
  residual_scale: [0, 1],
};

function readConfig(file: string, { metadata, tensors }: GgufHeader): ModelConfig {
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string') {
    throw damagedGguf(file, 'general.architecture: expected a text, found nothing of that kind');
  }
  const name = architecture.slice(0, 100);
  if (!['llama', 'qwen2', 'qwen3'].includes(name)) {
    throw new CheckpointError(
      'config_unfit',
      `${file}: general.architecture: expected llama, qwen2 or qwen3, found ${JSON.stringify(name)}.`,
      { details: { file, architecture: name }, hint: supportedModels },
    );
  }
  const get = (key: string): GgufValue | undefined => metadata.get(`${name}.${key}`);
  const need = (key: string): number => {
    const value = get(key);
    if (typeof value === 'number') return value;
    throw damagedGguf(file, `${name}.${key}: expected a number, found ${describe(value)}`);
  };
  for (const [key, plain] of Object.entries(plainValues)) {
    const value = get(key);
    if (value === undefined || plain.includes(value)) continue;
    throw new CheckpointError(
      'config_unfit',
      `${file}: ${name}.${key}: expected ${plain.join(' or ')}, found ${describe(value)}.`,
      { details: { file, key }, hint: supportedModels },
    );
  }
  const heads = need('attention.head_count');
  const headDim = get('attention.key_length') ?? need('embedding_length') / heads;
  const rotated = get('rope.dimension_count') ?? headDim;
  if (rotated !== headDim || (get('attention.value_length') ?? headDim) !== headDim) {
    throw damagedGguf(
      file,
      `${name}.rope.dimension_count: expected ${describe(headDim)}, the size of a head, found ${describe(rotated)}`,
    );
  }
  const embedding = tensors.get('token_embd.weight');
  if (embedding === undefined)
    throw damagedGguf(file, 'expected a tensor token_embd.weight, found none');
  const ends = ['eos', 'eot'].map((kind) => metadata.get(`tokenizer.ggml.${kind}_token_id`));
  return parseModelConfig(
    {
      model_type: name,
      vocab_size: embedding.shape[0],
      hidden_size: need('embedding_length'),
      intermediate_size: need('feed_forward_length'),
      num_hidden_layers: need('block_count'),
      num_attention_heads: heads,
      num_key_value_heads: get('attention.head_count_kv') ?? heads,
      head_dim: headDim,
      rope_theta: get('rope.freq_base') ?? 10_000,
      rms_norm_eps: shorten(need('attention.layer_norm_rms_epsilon')),
      tie_word_embeddings: !tensors.has('output.weight'),
      attention_bias: tensors.has('blk.0.attn_q.bias'),
      max_position_embeddings: need('context_length'),
      eos_token_id: [...new Set(ends.filter((id) => id !== undefined))],
    },
    file,
  );
}

/** The decimal that was narrowed to float32: 1e-5, where the file has 9.99999974e-6. */
const shorten = (value: number): number => Number(value.toPrecision(7));

const describe = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);
