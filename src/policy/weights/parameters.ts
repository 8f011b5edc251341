/**
 * Which weights a model has, under their Hugging Face names, and how new ones are drawn.
 *
 * Linear weights are `[out, in]`, as torch stores them. The value head and a separate critic are
 * ours and never leave through a model folder; they live under `value_head.` and `critic.`.
 */
import { createRandom } from '../../base/index.ts';
import type { Tensor } from '../../engine/index.ts';
import type { ModelConfig } from '../files/index.ts';

/** Where value estimates come from: nowhere, the frozen-gradient or shared trunk, or an own trunk. */
export type ValueHeadKind = 'none' | 'detached' | 'shared' | 'separate';

export type ParameterShapes = Readonly<Record<string, readonly number[]>>;

const valueHeadWidth = 128;

/** Whether a weight serves the value estimates only. */
export const isValueWeight = (name: string): boolean => /^(value_head|critic)\./.test(name);

/** Names and sizes of one decoder layer's linear maps; `bias` where the family has one. */
export function listProjections(config: ModelConfig): readonly {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly bias: boolean;
}[] {
  const { hiddenSize: width, intermediateSize: inner, headDim } = config;
  const queries = config.headCount * headDim;
  const keys = config.kvHeadCount * headDim;
  const bias = config.attentionBias;
  return [
    { name: 'self_attn.q_proj', rows: queries, columns: width, bias },
    { name: 'self_attn.k_proj', rows: keys, columns: width, bias },
    { name: 'self_attn.v_proj', rows: keys, columns: width, bias },
    { name: 'self_attn.o_proj', rows: width, columns: queries, bias: config.outputBias },
    { name: 'mlp.gate_proj', rows: inner, columns: width, bias: false },
    { name: 'mlp.up_proj', rows: inner, columns: width, bias: false },
    { name: 'mlp.down_proj', rows: width, columns: inner, bias: false },
  ];
}

/** The matrix that gives the logits. */
export function headName({ tieEmbeddings }: ModelConfig): string {
  return tieEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
}

/** Shapes of all weights of the language model. */
export function listModelShapes(config: ModelConfig): ParameterShapes {
  const shapes: Record<string, readonly number[]> = {
    'model.embed_tokens.weight': [config.vocabularySize, config.hiddenSize],
  };
  for (let layer = 0; layer < config.layerCount; layer += 1) {
    const prefix = `model.layers.${layer}`;
    shapes[`${prefix}.input_layernorm.weight`] = [config.hiddenSize];
    shapes[`${prefix}.post_attention_layernorm.weight`] = [config.hiddenSize];
    for (const { name, rows, columns, bias } of listProjections(config)) {
      shapes[`${prefix}.${name}.weight`] = [rows, columns];
      if (bias) shapes[`${prefix}.${name}.bias`] = [rows];
    }
    if (config.queryKeyNorm) {
      shapes[`${prefix}.self_attn.q_norm.weight`] = [config.headDim];
      shapes[`${prefix}.self_attn.k_norm.weight`] = [config.headDim];
    }
  }
  shapes['model.norm.weight'] = [config.hiddenSize];
  if (!config.tieEmbeddings) {
    shapes['lm_head.weight'] = [config.vocabularySize, config.hiddenSize];
  }
  return shapes;
}

/** Shapes of what estimates values, beside the language model. */
export function listValueShapes(config: ModelConfig, kind: ValueHeadKind): ParameterShapes {
  if (kind === 'none') return {};
  const head: ParameterShapes = {
    'value_head.hidden.weight': [valueHeadWidth, config.hiddenSize],
    'value_head.hidden.bias': [valueHeadWidth],
    'value_head.out.weight': [1, valueHeadWidth],
    'value_head.out.bias': [1],
  };
  if (kind !== 'separate') return head;
  const trunk = Object.entries(listModelShapes({ ...config, tieEmbeddings: true }));
  return {
    ...Object.fromEntries(trunk.map(([name, shape]) => [`critic.${name}`, shape])),
    ...head,
  };
}

const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Wraps an array as a float32 tensor. */
export function toTensor(data: Float32Array, shape: readonly number[]): Tensor {
  return { type: 'float32', shape, data };
}

/**
 * Draws a new language model: norms 1, biases 0, embeddings normal with `config.initializerRange`,
 * linear maps normal with deviation 1/sqrt(in), the two that write into the residual stream
 * divided by sqrt(2 layers) (Radford et al. 2019, section 2.3).
 */
export function initializeModel(config: ModelConfig, seed: number): Map<string, Float32Array> {
  const random = createRandom(seed).fork('model weights');
  const weights = new Map<string, Float32Array>();
  for (const [name, shape] of Object.entries(listModelShapes(config))) {
    const data = new Float32Array(countOf(shape));
    if (/norm\.weight$/.test(name)) data.fill(1);
    else if (!name.endsWith('.bias')) {
      const deviation = /embed_tokens|lm_head/.test(name)
        ? config.initializerRange
        : 1 /
          Math.sqrt(shape[1] as number) /
          (/o_proj|down_proj/.test(name) ? Math.sqrt(2 * config.layerCount) : 1);
      for (let index = 0; index < data.length; index += 1)
        data[index] = random.normal() * deviation;
    }
    weights.set(name, data);
  }
  return weights;
}

/** Draws the value head (output zero, so that estimates begin at 0); a separate trunk copies the model. */
export function initializeValueHead(
  config: ModelConfig,
  kind: ValueHeadKind,
  copyWeight: (name: string) => Float32Array | undefined,
  seed: number,
): Map<string, Float32Array> {
  const random = createRandom(seed).fork('value head');
  const weights = new Map<string, Float32Array>();
  for (const [name, shape] of Object.entries(listValueShapes(config, kind))) {
    const data = copyWeight(name.replace(/^critic\./, '')) ?? new Float32Array(countOf(shape));
    if (name === 'value_head.hidden.weight') {
      const deviation = 1 / Math.sqrt(config.hiddenSize);
      for (let index = 0; index < data.length; index += 1)
        data[index] = random.normal() * deviation;
    }
    weights.set(name, data);
  }
  return weights;
}
