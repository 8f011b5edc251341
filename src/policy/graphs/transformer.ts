/**
 * The Qwen2-family decoder as graph operations: training over whole sequences, and cached steps.
 *
 * Sequences are padded on the right, so a causal mask alone keeps padding out of real tokens.
 * Query heads that share a key head are folded into the rows of one product, so keys and values are
 * never repeated. Weights come through a lookup, so the same code serves trained inputs, fixed
 * initializers and LoRA. Source: Qwen2 technical report, arXiv 2407.10671; GQA, arXiv 2305.13245.
 */
import * as engine from '../../engine/index.ts';
import type { Value } from '../../engine/index.ts';
import type { ModelConfig } from '../files/index.ts';
import { headName } from '../weights/parameters.ts';

/** Finds a weight by its Hugging Face name. */
export type WeightLookup = (name: string) => Value;

/** A low-rank pair for one projection, and its scale alpha / r. */
export type LowRank = { readonly a: Value; readonly b: Value; readonly scale: number };
export type LowRankLookup = (projection: string) => LowRank | undefined;

/** Rotations of the tokens at hand. Shape: `[1 or B, T, headDim / 2]`. */
export type Rotations = { readonly cos: Value; readonly sin: Value };

/** Cached keys and values of one layer. Shape: `[B, kvHeads, past, headDim]`. */
export type PastLayer = { readonly key: Value; readonly value: Value };

export type TransformerInput = {
  readonly config: ModelConfig;
  readonly weight: WeightLookup;
  /** Factors of the rows of weights that are held in 8 bits. Shape: `[rows]`. */
  readonly scale?: (name: string) => Value | undefined;
  readonly lowRank?: LowRankLookup;
  readonly rotations: Rotations;
  /**
   * Added to the scores among the tokens at hand. Shape: `[1, 1, group * T / chunks, T]`: the causal
   * mask of one chunk in the last columns, zeros before.
   */
  readonly mask: Value;
  /** Equal parts of the queries, each of which meets only the keys up to its own end; default 1. */
  readonly chunks?: number;
  /** Whether the tokens at hand are few, but more than one; see `applyLinear`. */
  readonly areFew?: boolean;
  /** Cached layers, with what is added to the scores of cached positions: `[B, 1, 1, past]`. */
  readonly past?: { readonly layers: readonly PastLayer[]; readonly mask: Value };
};

/** What attention takes of it. */
type AttentionInput = Pick<TransformerInput, 'config' | 'mask' | 'past'>;

export type TransformerOutput = {
  /** Residual stream after the last layer, before the final norm. Shape: `[B, T, D]`. */
  readonly hidden: Value;
  /** Keys (rotated) and values of the tokens at hand, a pair a layer. */
  readonly layers: readonly PastLayer[];
};

/** Builds all layers over the embedded tokens at hand. Shape: embedded `[B, T, D]`. */
export function buildTransformer(input: TransformerInput, embedded: Value): TransformerOutput {
  let hidden = embedded;
  const layers: PastLayer[] = [];
  for (let layer = 0; layer < input.config.layerCount; layer += 1) {
    const block = buildBlock(input, hidden, layer);
    layers.push(block.cache);
    hidden = block.hidden;
  }
  return { hidden, layers };
}

/** Builds one layer: attention, then the gated two-layer network, each added to its input. */
export function buildBlock(
  input: TransformerInput,
  hidden: Value,
  layer: number,
): { readonly hidden: Value; readonly cache: PastLayer } {
  const attention = buildAttention(input, hidden, layer);
  const mixed = engine.add(hidden, attention.output);
  return {
    hidden: engine.add(mixed, buildMlp(input, mixed, layer)),
    cache: attention.cache,
  };
}

/**
 * Final norm and output projection of chosen rows, multiplied by factors where there are any (one for all, or
 * `[R, 1]`). Shape: rows `[R, D]` to `[R, V]`.
 */
export function buildLogits(
  config: ModelConfig,
  weight: WeightLookup,
  rows: Value,
  {
    areFew = false,
    factors = null,
  }: { readonly areFew?: boolean; readonly factors?: Value | null } = {},
): Value {
  let normed = engine.rmsNorm(rows, weight('model.norm.weight'), config.rmsNormEpsilon);
  // Rows are narrower than logits.
  if (factors !== null) normed = engine.mul(normed, factors);
  return applyLinear(normed, weight(headName(config)), areFew);
}

/** Value estimates of chosen rows: a SiLU layer, then one number. Shape: rows `[R, D]` to `[R]`. */
export function buildValues(
  config: ModelConfig,
  weight: WeightLookup,
  norm: Value,
  rows: Value,
): Value {
  const normed = engine.rmsNorm(rows, norm, config.rmsNormEpsilon);
  const inner = engine.silu(
    engine.add(
      engine.matmul(normed, weight('value_head.hidden.weight'), { transposeB: true }),
      weight('value_head.hidden.bias'),
    ),
  );
  const out = engine.matmul(inner, weight('value_head.out.weight'), { transposeB: true });
  return engine.reduceSum(engine.add(out, weight('value_head.out.bias')), [1]);
}

/**
 * A linear map without bias. Shape: x `[..., in]`, weight `[out, in]` to `[..., out]`.
 *
 * The runtime packs the right operand of a product at every call. For a few rows that costs more
 * than the product, so the weight stands on the left, where it is read in place; a single row needs
 * no packing.
 */
function applyLinear(x: Value, weight: Value, areFew = false): Value {
  if (!areFew) return engine.matmul(x, weight, { transposeB: true });
  const [out, width] = weight.shape as engine.Dim[];
  const rows = engine.reshape(x, [-1, width!]);
  const columns = engine.matmul(weight, rows, { transposeB: true });
  return engine.reshape(engine.transpose(columns, [1, 0]), [...x.shape.slice(0, -1), out!]);
}

function project(input: TransformerInput, x: Value, projection: string, bias: boolean): Value {
  const name = `${projection}.weight`;
  let y = applyLinear(x, input.weight(name), input.areFew);
  const scale = input.scale?.(name);
  if (scale) y = engine.mul(y, scale);
  const pair = input.lowRank?.(projection);
  if (pair) {
    const low = engine.matmul(x, pair.a, { transposeB: true });
    y = engine.add(y, engine.matmul(low, pair.b, { transposeB: true, alpha: pair.scale }));
  }
  return bias ? engine.add(y, input.weight(`${projection}.bias`)) : y;
}

function buildMlp(input: TransformerInput, hidden: Value, layer: number): Value {
  const prefix = `model.layers.${layer}`;
  const norm = input.weight(`${prefix}.post_attention_layernorm.weight`);
  const x = engine.rmsNorm(hidden, norm, input.config.rmsNormEpsilon);
  const gate = project(input, x, `${prefix}.mlp.gate_proj`, false);
  const up = project(input, x, `${prefix}.mlp.up_proj`, false);
  return project(input, engine.mul(engine.silu(gate), up), `${prefix}.mlp.down_proj`, false);
}

function buildAttention(
  input: TransformerInput,
  hidden: Value,
  layer: number,
): { readonly output: Value; readonly cache: PastLayer } {
  const { config, weight } = input;
  const { headCount, kvHeadCount, headDim, rmsNormEpsilon } = config;
  const prefix = `model.layers.${layer}`;
  const block = `${prefix}.self_attn`;
  const [batch, tokens] = hidden.shape as [engine.Dim, engine.Dim, engine.Dim];
  const x = engine.rmsNorm(hidden, weight(`${prefix}.input_layernorm.weight`), rmsNormEpsilon);

  const splitHeads = (name: string, heads: number, normName?: string): Value => {
    const flat = project(input, x, `${block}.${name}`, config.attentionBias);
    let split = engine.reshape(flat, [batch, tokens, heads, headDim]);
    if (normName)
      split = engine.rmsNorm(split, weight(`${block}.${normName}.weight`), rmsNormEpsilon);
    return engine.transpose(split, [0, 2, 1, 3]);
  };
  const rotate = (heads: Value): Value =>
    engine.rotary(heads, input.rotations.cos, input.rotations.sin);

  const query = rotate(splitHeads('q_proj', headCount, config.queryKeyNorm ? 'q_norm' : undefined));
  const key = rotate(splitHeads('k_proj', kvHeadCount, config.queryKeyNorm ? 'k_norm' : undefined));
  const value = splitHeads('v_proj', kvHeadCount);

  const heads =
    (input.chunks ?? 1) > 1
      ? attendChunks(input, query, { key, value })
      : attendWhole(input, query, { key, value }, layer);
  const joined = engine.reshape(engine.transpose(heads, [0, 2, 1, 3]), [
    batch,
    tokens,
    headCount * headDim,
  ]);
  return {
    output: project(input, joined, `${block}.o_proj`, config.outputBias),
    cache: { key, value },
  };
}

/** All queries at once. Shape: query `[B, heads, T, headDim]`, and so the result. */
export function attendWhole(
  input: AttentionInput,
  query: Value,
  fresh: PastLayer,
  layer: number,
): Value {
  const folded = engine.reshape(query, [
    query.shape[0] as engine.Dim,
    input.config.kvHeadCount,
    -1,
    input.config.headDim,
  ]);
  return engine.reshape(attend(input, folded, fresh, layer), query.shape);
}

/** Queries chunk by chunk: what a causal mask would hide is not computed. Shape: as `attendWhole`. */
function attendChunks(input: TransformerInput, query: Value, fresh: PastLayer): Value {
  const { headDim, headCount, kvHeadCount } = input.config;
  const chunks = input.chunks ?? 1;
  const batch = query.shape[0] as engine.Dim;
  const length = engine.divideDims([query.shape[2] as engine.Dim], [chunks]);
  if (length === undefined) throw new Error('internal: tokens are a multiple of the chunks');
  const split = (heads: Value): Value =>
    engine.reshape(heads, [batch, heads.shape[1] as engine.Dim, chunks, length, headDim]);
  const until = (parts: Value, end: number): Value =>
    engine.reshape(engine.slice(parts, 2, 0, end), [batch, kvHeadCount, -1, headDim]);
  const rows = engine.multiplyDims([headCount / kvHeadCount, length]);
  const masks = engine.reshape(input.mask, [1, 1, rows, chunks, length]);
  const [queries, keys, values] = [split(query), split(fresh.key), split(fresh.value)];
  const parts = Array.from({ length: chunks }, (_, index) => {
    const part = engine.slice(queries, 2, index, index + 1);
    const mask = engine.slice(masks, 3, chunks - 1 - index, Infinity);
    const mixed = attend(
      { ...input, mask: engine.reshape(mask, [1, 1, rows, -1]) },
      engine.reshape(part, [batch, kvHeadCount, -1, headDim]),
      { key: until(keys, index + 1), value: until(values, index + 1) },
      0,
    );
    return engine.reshape(mixed, [batch, headCount, 1, length, headDim]);
  });
  return engine.reshape(engine.concat(parts, 2), query.shape);
}

function attend(input: AttentionInput, query: Value, fresh: PastLayer, layer: number): Value {
  const alpha = 1 / Math.sqrt(input.config.headDim);
  const near = engine.add(engine.matmul(query, fresh.key, { transposeB: true, alpha }), input.mask);
  const past = input.past?.layers[layer];
  if (!input.past || !past) return engine.matmul(engine.softmax(near), fresh.value);
  const far = engine.add(scorePast(query, past.key, alpha), input.past.mask);
  const attention = engine.softmax(engine.concat([far, near], 3));
  const size = far.shape[3] as engine.Dim;
  const total = near.shape[3] as number;
  return engine.add(
    mixPast(engine.slice(attention, 3, 0, -total, { size }), past.value),
    engine.matmul(engine.slice(attention, 3, -total, Infinity, { size: total }), fresh.value),
  );
}

/**
 * With up to so many queries a key head, cached positions meet each query alone: the runtime reads
 * the cache in place for one row, and copies it into packed panels for more.
 */
const mostSingleRows = 4;

/** Scores of cached positions. Shape: query `[B, kvHeads, R, headDim]` to `[B, kvHeads, R, past]`. */
function scorePast(query: Value, key: Value, alpha: number): Value {
  if (!isFewRows(query)) return engine.matmul(query, key, { transposeB: true, alpha });
  const scaled = engine.mul(query, engine.scalar(query.graph, alpha));
  return foldRows(engine.matmul(splitRows(scaled), spread(key), { transposeB: true }));
}

/** Cached values mixed by attention. Shape: attention `[B, kvHeads, R, past]` to `[B, kvHeads, R, headDim]`. */
function mixPast(attention: Value, value: Value): Value {
  if (!isFewRows(attention)) return engine.matmul(attention, value);
  return foldRows(engine.matmul(splitRows(attention), spread(value)));
}

const isFewRows = ({ shape }: Value): boolean =>
  typeof shape[2] === 'number' && shape[2] <= mostSingleRows;

/** Shape: `[B, H, R, N]` to `[B, H, R, 1, N]`. */
function splitRows(rows: Value): Value {
  const [batch, heads, count, width] = rows.shape as engine.Dim[];
  return engine.reshape(rows, [batch!, heads!, count!, 1, width!]);
}

/** Shape: `[B, H, R, 1, N]` to `[B, H, R, N]`. */
function foldRows(rows: Value): Value {
  const [batch, heads, count, , width] = rows.shape as engine.Dim[];
  return engine.reshape(rows, [batch!, heads!, count!, width!]);
}

/** Shape: `[B, H, P, N]` to `[B, H, 1, P, N]`. */
function spread(cache: Value): Value {
  const [batch, heads, past, width] = cache.shape as engine.Dim[];
  return engine.reshape(cache, [batch!, heads!, 1, past!, width!]);
}
