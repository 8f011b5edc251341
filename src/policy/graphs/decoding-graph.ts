/**
 * One new token a row through all layers, by weights in blocks: as few operations as the runtime offers.
 *
 * What reads the same numbers is one product, and queries and keys are turned at once. Serves any
 * number of rows.
 */
import * as engine from '../../engine/index.ts';
import type { Value } from '../../engine/index.ts';
import { headName } from '../weights/parameters.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { feedFactors } from './head-graphs.ts';
import { feedPast } from './layer-inputs.ts';
import { attendWhole } from './transformer.ts';

/**
 * Adds the step: inputs `embedded` `[B, 1, D]`, `cos` and `sin` `[B, 1, headDim / 2]`, `mask`, `factors` of the
 * rows, and the cache as `feedPast` says; outputs `probabilities` `[B, V]`, and
 * `key.L` and `value.L` of the new token `[B, kvHeads, 1, headDim]`.
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
  const rows = engine.reshape(norm(hidden, 'model.norm.weight'), ['batch', hiddenSize]);
  const heated = engine.mul(rows, feedFactors(builder, rows));
  const logits = builder.blockProduct(heated, headName(config));
  engine.output(builder.graph, 'probabilities', engine.softmax(logits));
}

function attend(builder: GraphBuilder, x: Value, layer: number): Value {
  const { config } = builder.options;
  const { headCount, kvHeadCount, headDim, attentionBias, outputBias } = config;
  const block = `model.layers.${layer}.self_attn`;
  const joined = project(builder, x, `${block}.qkv_proj`, attentionBias);
  const all = headCount + 2 * kvHeadCount;
  const heads = engine.reshape(joined, ['batch', all, 1, headDim]);
  const table = (name: string): Value => builder.feed(name, 'float32', ['batch', 1, headDim / 2]);
  const turned = engine.rotary(normHeads(builder, heads, block), table('cos'), table('sin'));
  const query = engine.slice(turned, 1, 0, headCount);
  const key = engine.slice(turned, 1, headCount, headCount + kvHeadCount);
  const value = engine.slice(heads, 1, headCount + kvHeadCount, all);
  engine.output(builder.graph, `key.${layer}`, key);
  engine.output(builder.graph, `value.${layer}`, value);
  const mask = builder.feed('mask', 'float32', [1, 1, headCount / kvHeadCount, 1]);
  const past = feedPast(builder, [`.${layer}`]);
  const heard = attendWhole({ config, mask, past }, query, { key, value }, 0);
  const mixed = engine.reshape(heard, ['batch', 1, headCount * headDim]);
  return project(builder, mixed, `${block}.o_proj`, outputBias);
}

function project(builder: GraphBuilder, x: Value, name: string, hasBias: boolean): Value {
  const y = builder.blockProduct(x, `${name}.weight`);
  return hasBias ? engine.add(y, builder.lookup()(`${name}.bias`)) : y;
}

/** Query and key heads of all, normed where the family does that. Shape: `[B, heads + kvHeads, 1, headDim]`. */
function normHeads(builder: GraphBuilder, heads: Value, block: string): Value {
  const { headCount, kvHeadCount, queryKeyNorm, rmsNormEpsilon } = builder.options.config;
  const both = headCount + kvHeadCount;
  if (!queryKeyNorm) return engine.slice(heads, 1, 0, both);
  const norm = (from: number, to: number, name: string): Value => {
    const weight = builder.lookup()(`${block}.${name}.weight`);
    return engine.rmsNorm(engine.slice(heads, 1, from, to), weight, rmsNormEpsilon);
  };
  return engine.concat([norm(0, headCount, 'q_norm'), norm(headCount, both, 'k_norm')], 1);
}
