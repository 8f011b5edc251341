/**
 * One new token a row through all layers, by weights in blocks: as few operations as the runtime offers.
 *
 * What reads the same numbers is one product, and rotation, cache and attention are one operation, which
 * writes the new keys and values itself. Serves any number of rows.
 */
import * as engine from '../../engine/index.ts';
import type { Dim, Value } from '../../engine/index.ts';
import { headName } from '../weights/parameters.ts';
import type { GraphBuilder } from './graph-builder.ts';

/**
 * Adds the step: inputs `embedded` `[B, 1, D]`, `lengths` `[B]`, `cos` and `sin` `[positions, headDim / 2]`,
 * `past.key.L` and `past.value.L` `[B, kvHeads, capacity, headDim]`; outputs `probabilities` `[B, V]`, and
 * `key.L` and `value.L` like what they go on from.
 */
export function buildDecoding(builder: GraphBuilder): void {
  const { config } = builder.options;
  const { hiddenSize, intermediateSize, rmsNormEpsilon } = config;
  const weight = builder.lookup();
  const norm = (x: Value, name: string): Value => engine.rmsNorm(x, weight(name), rmsNormEpsilon);
  let hidden = builder.feed('embedded', 'float32', ['batch', 1, hiddenSize]);
  for (let layer = 0; layer < config.layerCount; layer += 1) {
    const prefix = `model.layers.${layer}`;
    const x = norm(hidden, `${prefix}.input_layernorm.weight`);
    hidden = engine.add(hidden, attend(builder, x, layer));
    const y = norm(hidden, `${prefix}.post_attention_layernorm.weight`);
    const joined = builder.blockProduct(y, `${prefix}.mlp.gate_up_proj.weight`);
    const gate = engine.slice(joined, 2, 0, intermediateSize);
    const up = engine.slice(joined, 2, intermediateSize, 2 * intermediateSize);
    const inner = engine.mul(engine.silu(gate), up);
    hidden = engine.add(hidden, builder.blockProduct(inner, `${prefix}.mlp.down_proj.weight`));
  }
  const logits = builder.blockProduct(norm(hidden, 'model.norm.weight'), headName(config));
  const rows = engine.reshape(logits, ['batch', config.vocabularySize]);
  engine.output(builder.graph, 'probabilities', engine.softmax(rows));
}

function attend(builder: GraphBuilder, x: Value, layer: number): Value {
  const { headCount, kvHeadCount, headDim, attentionBias, outputBias } = builder.options.config;
  const block = `model.layers.${layer}.self_attn`;
  const past = (name: string): Value =>
    builder.feed(`past.${name}.${layer}`, 'float32', ['batch', kvHeadCount, 'capacity', headDim]);
  const table = (name: string): Value => builder.feed(name, 'float32', ['positions', headDim / 2]);
  const joined = project(builder, x, `${block}.qkv_proj`, attentionBias);
  const { mixed, keys, values } = engine.cachedAttention(
    normHeads(builder, joined, block),
    {
      ...{ keys: past('key'), values: past('value'), cos: table('cos'), sin: table('sin') },
      lengths: builder.feed('lengths', 'int32', ['batch']),
    },
    headCount,
  );
  engine.output(builder.graph, `key.${layer}`, keys);
  engine.output(builder.graph, `value.${layer}`, values);
  return project(builder, mixed, `${block}.o_proj`, outputBias);
}

function project(builder: GraphBuilder, x: Value, name: string, hasBias: boolean): Value {
  const y = builder.blockProduct(x, `${name}.weight`);
  return hasBias ? engine.add(y, builder.lookup()(`${name}.bias`)) : y;
}

/** Query and key heads normed, where the family does that. Shape: `[B, 1, (heads + 2 kvHeads) headDim]`. */
function normHeads(builder: GraphBuilder, joined: Value, block: string): Value {
  const { config } = builder.options;
  if (!config.queryKeyNorm) return joined;
  const { headCount, kvHeadCount, headDim, rmsNormEpsilon } = config;
  const all = headCount + 2 * kvHeadCount;
  const heads = engine.reshape(joined, ['batch', 1, all, headDim]);
  const part = (from: number, to: number): Value => engine.slice(heads, 2, from, to);
  const norm = (x: Value, name: string): Value =>
    engine.rmsNorm(x, builder.lookup()(`${block}.${name}.weight`), rmsNormEpsilon);
  const normed = engine.concat(
    [
      norm(part(0, headCount), 'q_norm'),
      norm(part(headCount, headCount + kvHeadCount), 'k_norm'),
      part(headCount + kvHeadCount, all),
    ],
    2,
  );
  return engine.reshape(normed, joined.shape as Dim[]);
}
