/**
 * The weights of a model for decoding: linear maps and output projection in blocks of 8 bits, an adapter
 * worked in, norms and biases as they are.
 *
 * A block is 32 numbers of a row with one factor, the largest of them over 127, as in Q8_0 of GGUF. One
 * token reads all weights once, so a quarter of the bytes is most of the time saved.
 */
import type { Tensor } from '../../engine/index.ts';
import type { ModelConfig } from '../files/index.ts';
import { findLargest, isProjection, scaleName, widenHeld } from './frozen-weights.ts';
import { addLowRank, loraName } from './lora.ts';
import { headName, listModelShapes } from './parameters.ts';
import type { PolicyWeights } from './policy-weights.ts';

const blockWidth = 32;
/** Code of the number 0. */
const zeroCode = 128;
/** A graph that holds more does not fit the 2 GB of an ONNX file. */
const mostBytes = 1.5e9;

/** Names under which a weight that is held as blocks is found. */
export function blockNames(name: string): { readonly codes: string; readonly factors: string } {
  return { codes: `${name}.codes`, factors: `${name}.factors` };
}

/** Whether all rows divide into blocks, and all weights fit one graph. */
export function canHoldBlocks(config: ModelConfig): boolean {
  const shapes = listModelShapes(config);
  const matrices = Object.keys(shapes).filter((name) => isMultiplied(config, name));
  const sizes = matrices.map((name) => shapes[name] as readonly [number, number]);
  const count = sizes.reduce((sum, [rows, columns]) => sum + rows * columns, 0);
  const bytes = count * (1 + 4 / blockWidth);
  return bytes < mostBytes && sizes.every(([, columns]) => columns % blockWidth === 0);
}

function isMultiplied(config: ModelConfig, name: string): boolean {
  return isProjection(name) || name === headName(config);
}

/** The weights as they are now. Embeddings stay whole too: they are looked up. */
export function holdBlocks(weights: PolicyWeights): Record<string, Tensor> {
  const { config } = weights;
  const held: Record<string, Tensor> = {};
  for (const [name, shape] of Object.entries(listModelShapes(config))) {
    const isMatrix = isMultiplied(config, name);
    if (!isMatrix || name === 'model.embed_tokens.weight') {
      held[name] = { type: 'float32', shape, data: numbersOf(weights, name) };
    }
    if (!isMatrix) continue;
    const { codes, factors } = blockNames(name);
    const packed = pack(shape as readonly [number, number], mergedNumbers(weights, name));
    held[codes] = packed.codes;
    held[factors] = packed.factors;
  }
  return held;
}

/** Lets go of the blocks, where a graph holds them; what is looked up stays. */
export function dropBlocks(held: Record<string, Tensor>): void {
  for (const name of Object.keys(held)) {
    if (/\.(?:codes|factors)$/.test(name)) Reflect.deleteProperty(held, name);
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

/** Rounds a matrix. Shape: `[N, K]` to codes `[N, K / 32, 32]` and factors `[N, K / 32]`. */
function pack(
  [rows, columns]: readonly [number, number],
  data: Float32Array,
): { readonly codes: Tensor; readonly factors: Tensor } {
  const blocks = columns / blockWidth;
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
