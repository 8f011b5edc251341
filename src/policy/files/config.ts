/**
 * A model's shape, read from and written to a Hugging Face `config.json`.
 *
 * One family in three dialects: Qwen2 (biases on q, k, v), Llama (none by default) and Qwen3 (norms
 * on queries and keys). What the engine does not compute (scaled rotary positions, sliding windows,
 * other activations) is refused by name rather than silently ignored.
 */
import { z } from 'zod';
import { CheckpointError, describeIssues } from '../../base/index.ts';

export type ModelConfig = {
  readonly modelType: 'qwen2' | 'qwen3' | 'llama';
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly kvHeadCount: number;
  readonly headDim: number;
  readonly ropeTheta: number;
  readonly rmsNormEpsilon: number;
  /** The output projection is the embedding table. */
  readonly tieEmbeddings: boolean;
  /** Biases on the query, key and value projections. */
  readonly attentionBias: boolean;
  /** Bias on the attention's output projection. */
  readonly outputBias: boolean;
  /** RMS norms on queries and keys, per head. */
  readonly queryKeyNorm: boolean;
  readonly contextTokens: number;
  /** Deviation of newly drawn embeddings. */
  readonly initializerRange: number;
  readonly eosTokenIds: readonly number[];
};

const countTo = (most: number): z.ZodInt => z.int().min(1).max(most);

/** Limits far beyond any published model, and far below what would harm this machine. */
const limits = {
  vocabulary: 2 ** 21,
  width: 2 ** 17,
  innerWidth: 2 ** 19,
  layers: 1024,
  heads: 1024,
  headDim: 1024,
  contextTokens: 2 ** 24,
  ropeTheta: 1e12,
} as const;

const ropeTheta = z.number().min(1).max(limits.ropeTheta);

const ropeSchema = z.looseObject({
  rope_theta: ropeTheta.optional(),
  rope_type: z.string().optional(),
  type: z.string().optional(),
});

const configSchema = z.looseObject({
  model_type: z.enum(['qwen2', 'qwen3', 'llama']),
  vocab_size: countTo(limits.vocabulary),
  hidden_size: countTo(limits.width),
  intermediate_size: countTo(limits.innerWidth),
  num_hidden_layers: countTo(limits.layers),
  num_attention_heads: countTo(limits.heads),
  num_key_value_heads: countTo(limits.heads).nullish(),
  head_dim: countTo(limits.headDim).nullish(),
  rope_theta: ropeTheta.nullish(),
  rope_parameters: ropeSchema.nullish(),
  rope_scaling: ropeSchema.nullish(),
  /** Below the least, its square root would vanish in float32. */
  rms_norm_eps: z.number().min(1e-12).max(0.1).default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  attention_bias: z.boolean().nullish(),
  hidden_act: z.literal('silu').default('silu'),
  use_sliding_window: z.literal(false).nullish(),
  layer_types: z.array(z.literal('full_attention')).max(limits.layers).nullish(),
  partial_rotary_factor: z.literal(1).nullish(),
  mlp_bias: z.literal(false).nullish(),
  quantization_config: z.null().optional(),
  max_position_embeddings: countTo(limits.contextTokens).default(2048),
  initializer_range: z.number().gt(0).max(10).default(0.02),
  eos_token_id: z.union([tokenId(), z.array(tokenId()).max(1000)]).nullish(),
});

function tokenId(): z.ZodInt {
  return z.int().min(0).max(limits.vocabulary);
}

/** What a Qwen3 configuration without `head_dim` means. */
const qwen3HeadDim = 128;

/** Reads a parsed `config.json`. Throws `CheckpointError` listing every key that does not fit. */
export function parseModelConfig(json: unknown, file: string): ModelConfig {
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    throw unfit(file, describeIssues(parsed.error.issues, json, 'config'));
  }
  const config = parsed.data;
  const isQwen2 = config.model_type === 'qwen2';
  const headCount = config.num_attention_heads;
  const kvHeadCount = config.num_key_value_heads ?? headCount;
  const headDim =
    config.head_dim ??
    (config.model_type === 'qwen3' ? qwen3HeadDim : config.hidden_size / headCount);
  const problems: string[] = [];
  for (const key of ['rope_scaling', 'rope_parameters'] as const) {
    const kind = config[key]?.rope_type ?? config[key]?.type ?? 'default';
    if (kind !== 'default') problems.push(`${key}: expected "default", found "${kind}"`);
  }
  if (headCount % kvHeadCount !== 0) {
    problems.push(`num_key_value_heads: ${kvHeadCount} does not divide ${headCount} heads`);
  }
  if (!Number.isInteger(headDim) || headDim % 2 !== 0) {
    problems.push(`head_dim: expected an even whole number, found ${headDim}`);
  }
  const eos = [config.eos_token_id ?? []].flat();
  const beyond = eos.find((id) => id >= config.vocab_size);
  if (beyond !== undefined) {
    problems.push(`eos_token_id: expected ids below ${config.vocab_size}, found ${beyond}`);
  }
  if (problems.length > 0) throw unfit(file, problems);
  return {
    modelType: config.model_type,
    vocabularySize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    layerCount: config.num_hidden_layers,
    headCount,
    kvHeadCount,
    headDim,
    ropeTheta: config.rope_parameters?.rope_theta ?? config.rope_theta ?? 10_000,
    rmsNormEpsilon: config.rms_norm_eps,
    tieEmbeddings: config.tie_word_embeddings,
    attentionBias: isQwen2 || config.attention_bias === true,
    outputBias: !isQwen2 && config.attention_bias === true,
    queryKeyNorm: config.model_type === 'qwen3',
    contextTokens: config.max_position_embeddings,
    initializerRange: config.initializer_range,
    eosTokenIds: eos,
  };
}

/** What is said where a model is of another kind. */
export const supportedModels =
  'Supported: Llama, Qwen2 (and 2.5) and Qwen3, dense, without scaled rotary positions.';

function unfit(file: string, problems: readonly string[]): CheckpointError {
  return new CheckpointError('config_unfit', `${file}: ${problems.join('; ')}.`, {
    details: { file, problems },
    hint: supportedModels,
  });
}

const architectures = {
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
  llama: 'LlamaForCausalLM',
} as const;

/** The `config.json` of a model, readable by transformers 4 and 5. */
export function toHuggingFaceConfig(config: ModelConfig): Record<string, unknown> {
  const [eos, ...others] = config.eosTokenIds;
  return {
    architectures: [architectures[config.modelType]],
    model_type: config.modelType,
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layerCount,
    num_attention_heads: config.headCount,
    num_key_value_heads: config.kvHeadCount,
    head_dim: config.headDim,
    hidden_act: 'silu',
    rope_theta: config.ropeTheta,
    rope_parameters: { rope_type: 'default', rope_theta: config.ropeTheta },
    rms_norm_eps: config.rmsNormEpsilon,
    tie_word_embeddings: config.tieEmbeddings,
    ...(config.modelType === 'qwen2' ? {} : { attention_bias: config.attentionBias }),
    max_position_embeddings: config.contextTokens,
    initializer_range: config.initializerRange,
    use_sliding_window: false,
    eos_token_id: others.length === 0 ? (eos ?? null) : config.eosTokenIds,
    dtype: 'float32',
    torch_dtype: 'float32',
  };
}
