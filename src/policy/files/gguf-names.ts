/**
 * What a GGUF file calls the weights and sizes of a model, and in which order it keeps them.
 *
 * Llama's queries and keys lie in pairs there: row 2i belongs beside row 2i + 1, where Hugging Face
 * has row i beside row i + half a head. Qwen's lie as they are. One table of names serves reading and
 * writing.
 * Source: llama.cpp, gguf-py/gguf/tensor_mapping.py, and `permute` in its converter.
 */
import type { ModelConfig } from './config.ts';

/** Names of weights outside of layers, GGUF to Hugging Face. */
const outerNames: Readonly<Record<string, string>> = {
  'token_embd.weight': 'model.embed_tokens.weight',
  'output_norm.weight': 'model.norm.weight',
  'output.weight': 'lm_head.weight',
};

/** Names of what a layer consists of, GGUF to Hugging Face; a weight, or a bias. */
const layerNames: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

const outerBack = invert(outerNames);
const layerBack = invert(layerNames);

function invert(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(names).map(([gguf, other]) => [other, gguf]));
}

/** The Hugging Face name of a weight of a GGUF file; null for one that no model here has. */
export function nameFromGguf(name: string): string | null {
  const outer = Object.hasOwn(outerNames, name) ? outerNames[name] : undefined;
  if (outer !== undefined) return outer;
  const [, layer, part = '', kind] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/u.exec(name) ?? [];
  const inner = Object.hasOwn(layerNames, part) ? layerNames[part] : undefined;
  return inner === undefined ? null : `model.layers.${Number(layer)}.${inner}.${kind}`;
}

/** The name in a GGUF file of a weight that a model here has. */
export function nameInGguf(name: string): string {
  const outer = outerBack[name];
  if (outer !== undefined) return outer;
  const [, layer, part = '', kind] =
    /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/u.exec(name) ?? [];
  const inner = layerBack[part];
  if (inner === undefined) throw new Error(`internal: no GGUF name for ${name}`);
  return `blk.${layer}.${inner}.${kind}`;
}

/** Heads whose rows lie in pairs in a GGUF file; null for a weight whose rows lie as they are. */
export function countPairedHeads(config: ModelConfig, name: string): number | null {
  if (config.modelType !== 'llama') return null;
  if (/\.self_attn\.q_proj\.(?:weight|bias)$/u.test(name)) return config.headCount;
  return /\.self_attn\.k_proj\.(?:weight|bias)$/u.test(name) ? config.kvHeadCount : null;
}

/** Any array of numbers whose rows can be moved. */
type Rows = Float32Array | Uint16Array;

/** Lays rows that lie in pairs side by side, half a head apart; or back. */
export function moveRows<Array_ extends Rows>(
  data: Array_,
  heads: number,
  rows: number,
  direction: 'from pairs' | 'to pairs',
): Array_ {
  const moved = data.slice() as Array_;
  const width = data.length / rows;
  const size = rows / heads;
  for (let head = 0; head < heads; head += 1) {
    for (let row = 0; row < size; row += 1) {
      const halfApart = head * size + row;
      const paired = head * size + 2 * (row % (size / 2)) + Math.floor(row / (size / 2));
      const [from, to] = direction === 'from pairs' ? [paired, halfApart] : [halfApart, paired];
      moved.set(data.subarray(from * width, (from + 1) * width), to * width);
    }
  }
  return moved;
}
