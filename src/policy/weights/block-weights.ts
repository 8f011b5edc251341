/**
 * The weights of a model for decoding: linear maps and output projection in blocks of 8 or 4 bits, an
 * adapter worked in, norms and biases as they are. Linear maps that read the same numbers are joined.
 *
 * A block is 32 numbers of a row. Of 8 bits it has one factor, the largest of them over 127, as in Q8_0 of
 * GGUF; of 4 bits a factor and an offset, from the least of them in 15 steps to the largest, as in Q4_1. A
 * weight that came as Q4_1 loses nothing by 4 bits, so that is how it is held at 8, too: one token reads all
 * weights once, so half of the bytes is most of half the time.
 *
 * The runtime is fast with zeros that are codes, 0 to 15, and many times slower with any other. So the
 * offset is rounded to one, and what is left, the same for all numbers of a block, becomes a further number
 * of the row, which meets the mean of what the block meets (`GraphBuilder.blockProduct`).
 */
import type { Tensor } from '../../engine/index.ts';
import type { ModelConfig } from '../files/index.ts';
import { findLargest, isProjection, scaleName, widenHeld } from './frozen-weights.ts';
import { addLowRank, loraName } from './lora.ts';
import { headName, listModelShapes } from './parameters.ts';
import type { PolicyWeights } from './policy-weights.ts';

/** Bits of a number of a block. */
export type BlockBits = 8 | 4;

/** Numbers of a block. */
export const blockWidth = 32;
/** Code of the number 0 in 8 bits. */
const zeroCode = 128;
/** Largest code in 4 bits. */
const lastCode = 15;
/** How far from a code a number may be, in steps, to be one that came in 4 bits. */
const nearCode = 0.01;
/** A graph that holds more does not fit the 2 GB of an ONNX file. */
const mostBytes = 1.5e9;

/** Names under which a weight that is held as blocks is found; of 8 bits there are no zeros. */
export function blockNames(name: string): {
  readonly codes: string;
  readonly factors: string;
  readonly zeros: string;
} {
  return { codes: `${name}.codes`, factors: `${name}.factors`, zeros: `${name}.zeros` };
}

/** Products of the decoding step, each of the projections that read the same numbers, in their order. */
const joinedProjections = {
  'self_attn.qkv_proj': ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
  'self_attn.o_proj': ['self_attn.o_proj'],
  'mlp.gate_up_proj': ['mlp.gate_proj', 'mlp.up_proj'],
  'mlp.down_proj': ['mlp.down_proj'],
} as const;

/** Whether all rows divide into blocks, and all weights fit one graph. */
export function canHoldBlocks(config: ModelConfig): boolean {
  const shapes = listModelShapes(config);
  const matrices = Object.keys(shapes).filter((name) => isMultiplied(config, name));
  const sizes = matrices.map((name) => shapes[name] as readonly [number, number]);
  const count = sizes.reduce((sum, [rows, columns]) => sum + rows * columns, 0);
  const bytes = count * (1 + 4 / blockWidth);
  const fits = sizes.every(([, columns]) => columns % blockWidth === 0);
  return bytes < mostBytes && fits;
}

function isMultiplied(config: ModelConfig, name: string): boolean {
  return isProjection(name) || name === headName(config);
}

/** The weights as they are now, linear maps in so many bits at most. Embeddings stay whole: they are looked up. */
export function holdBlocks(weights: PolicyWeights, bits: BlockBits): Record<string, Tensor> {
  const { config } = weights;
  const shapes = listModelShapes(config);
  const held: Record<string, Tensor> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    if (isProjection(name) || isBias(name) || name === 'lm_head.weight') continue;
    held[name] = { type: 'float32', shape, data: numbersOf(weights, name) };
  }
  const hold = (product: string, names: readonly string[], atMost: BlockBits): void => {
    const parts = names.map((name) => mergedNumbers(weights, name));
    const columns = shapes[names[0]!]![1]!;
    const packed =
      atMost === 4 || parts.every(cameInFour)
        ? packFour(parts, columns)
        : packEight(parts, columns);
    const keys = blockNames(product);
    held[keys.codes] = packed.codes;
    held[keys.factors] = packed.factors;
    if (packed.zeros) held[keys.zeros] = packed.zeros;
  };
  for (let layer = 0; layer < config.layerCount; layer += 1) {
    const prefix = `model.layers.${layer}`;
    for (const [product, parts] of Object.entries(joinedProjections)) {
      const names = parts.map((part) => `${prefix}.${part}`);
      hold(
        `${prefix}.${product}.weight`,
        names.map((name) => `${name}.weight`),
        bits,
      );
      const biases = names.map((name) => `${name}.bias`).filter((name) => shapes[name]);
      if (biases.length === 0) continue;
      const data = join(biases.map((name) => numbersOf(weights, name)));
      held[`${prefix}.${product}.bias`] = { type: 'float32', shape: [data.length], data };
    }
  }
  // It decides between words, and costs a fifth of the products: it keeps 8 bits unless it came in 4.
  hold(headName(config), [headName(config)], 8);
  return held;
}

const isBias = (name: string): boolean => name.endsWith('_proj.bias');

/** Lets go of the blocks, where a graph holds them; what is looked up stays. */
export function dropBlocks(held: Record<string, Tensor>): void {
  for (const name of Object.keys(held)) {
    if (/\.(?:codes|factors|zeros)$/.test(name)) Reflect.deleteProperty(held, name);
  }
}

/** The numbers of a weight, in place where it is held in 32 bits. */
function numbersOf({ trained, frozen }: PolicyWeights, name: string): Float32Array {
  const own = trained[name];
  if (own) return own;
  const tensor = frozen[name]!;
  if (tensor.data instanceof Float32Array) return tensor.data;
  const scale = frozen[scaleName(name)];
  return widenHeld({ shape: tensor.shape, tensor, ...(scale ? { scale } : {}) });
}

function mergedNumbers(weights: PolicyWeights, name: string): Float32Array {
  const numbers = numbersOf(weights, name);
  const projection = name.slice(0, -'.weight'.length);
  const [a, b] = (['A', 'B'] as const).map((part) => weights.trained[loraName(projection, part)]);
  if (!weights.lora || !a || !b) return numbers;
  const merged = numbers.slice();
  addLowRank(merged, { a, b }, weights.lora);
  return merged;
}

function join(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

type Packed = { readonly codes: Tensor; readonly factors: Tensor; readonly zeros?: Tensor };

/** Rounds matrices, one below the other. Shape: `[N, K]` to codes `[N, K / 32, 32]` and factors `[N, K / 32]`. */
function packEight(parts: readonly Float32Array[], columns: number): Packed {
  const data = join(parts);
  const blocks = columns / blockWidth;
  const rows = data.length / columns;
  const codes = new Uint8Array(data.length);
  const factors = new Float32Array(rows * blocks);
  for (let block = 0; block < factors.length; block += 1) {
    const [from, to] = [block * blockWidth, (block + 1) * blockWidth];
    const largest = findLargest(data, from, to);
    factors[block] = largest / 127;
    const inverse = largest === 0 ? 0 : 127 / largest;
    for (let at = from; at < to; at += 1) codes[at] = data[at]! * inverse + zeroCode + 0.5;
  }
  return {
    codes: { type: 'uint8', shape: [rows, blocks, blockWidth], data: codes },
    factors: { type: 'float32', shape: [rows, blocks], data: factors },
  };
}

/** Least number of a block, and a 15th of the way to its largest. */
function findSteps(
  data: Float32Array,
  from: number,
): { readonly least: number; readonly step: number } {
  let [least, largest] = [data[from]!, data[from]!];
  for (let at = from + 1; at < from + blockWidth; at += 1) {
    const number = data[at]!;
    if (number < least) least = number;
    else if (number > largest) largest = number;
  }
  return { least, step: (largest - least) / lastCode };
}

/** Whether 4 bits lose nothing, as of a matrix that was read from Q4_1; of any other the first blocks tell. */
function cameInFour(data: Float32Array): boolean {
  for (let from = 0; from < data.length; from += blockWidth) {
    const { least, step } = findSteps(data, from);
    for (let at = from; step > 0 && at < from + blockWidth; at += 1) {
      const code = (data[at]! - least) / step;
      if (Math.abs(code - Math.round(code)) > nearCode) return false;
    }
  }
  return true;
}

/**
 * Rounds matrices, one below the other. Shape: `[N, K]` to codes `[N, blocks, 16]`, factors `[N, blocks]`
 * and zeros `[N, blocks / 2]` of rows of K + K / 32 numbers, the last of which are the blocks' offsets.
 */
function packFour(parts: readonly Float32Array[], columns: number): Packed {
  const data = join(parts);
  const rows = data.length / columns;
  const own = columns / blockWidth;
  const blocks = own + Math.ceil(own / blockWidth);
  const pairs = (blocks + 1) >> 1;
  const codes = new Uint8Array((rows * blocks * blockWidth) / 2);
  const factors = new Float32Array(rows * blocks);
  const zeros = new Uint8Array(rows * pairs);
  const offsets = new Float32Array((blocks - own) * blockWidth);
  const setZero = (row: number, block: number, zero: number): void => {
    zeros[row * pairs + (block >> 1)]! |= block % 2 === 0 ? zero : zero << 4;
  };
  for (let row = 0; row < rows; row += 1) {
    const first = (row * blocks * blockWidth) / 2;
    for (let block = 0; block < own; block += 1) {
      const from = row * columns + block * blockWidth;
      const { least, step } = findSteps(data, from);
      const inverse = step === 0 ? 0 : 1 / step;
      const zero = Math.min(lastCode, Math.max(0, Math.round(-least * inverse)));
      factors[row * blocks + block] = step;
      setZero(row, block, zero);
      // Times the width, because it meets a mean where a sum is meant.
      offsets[block] = (least + step * zero) * blockWidth;
      for (let at = 0; at < blockWidth; at += 2) {
        const low = (data[from + at]! - least) * inverse + 0.5;
        const high = (data[from + at + 1]! - least) * inverse + 0.5;
        codes[first + (block * blockWidth + at) / 2] = Math.trunc(low) | (Math.trunc(high) << 4);
      }
    }
    for (let block = own; block < blocks; block += 1) {
      const from = (block - own) * blockWidth;
      const largest = findLargest(offsets, from, from + blockWidth);
      const inverse = largest === 0 ? 0 : 7 / largest;
      factors[row * blocks + block] = largest / 7;
      setZero(row, block, 8);
      for (let at = 0; at < blockWidth; at += 2) {
        const low = Math.round(offsets[from + at]! * inverse) + 8;
        const high = Math.round(offsets[from + at + 1]! * inverse) + 8;
        codes[first + (block * blockWidth + at) / 2] = low | (high << 4);
      }
    }
  }
  return {
    codes: { type: 'uint8', shape: [rows, blocks, blockWidth / 2], data: codes },
    factors: { type: 'float32', shape: [rows, blocks], data: factors },
    zeros: { type: 'uint8', shape: [rows, pairs], data: zeros },
  };
}
