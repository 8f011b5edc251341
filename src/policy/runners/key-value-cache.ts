/**
 * Keys and values of a batch of sequences, kept on the JavaScript side.
 *
 * The runtime copies every output, so the cache never passes through it: a step returns only the
 * rows of its new tokens, and they are written here. Each sequence starts at position 0 of its row
 * and has its own length; positions beyond it are masked. Capacity grows in chunks.
 * Shape: per layer, keys and values `[B, kvHeads, capacity, headDim]`.
 */
import type { Tensor } from '../../engine/index.ts';
import type { ModelConfig } from '../files/index.ts';
import { maskedScore } from './batches.ts';
import type { CacheMemory } from './cache-memory.ts';

/** Capacity is a multiple of this. */
const chunk = 64;

/** Keys and values of new positions of one layer. Shape: `[B, kvHeads, size, headDim]` each. */
export type LayerRows = { readonly key: Float32Array; readonly value: Float32Array };

export class KeyValueCache {
  readonly rows: number;
  readonly capacity: number;
  /** Cached positions of each row. */
  readonly lengths: Int32Array;
  readonly #config: ModelConfig;
  readonly #memory: CacheMemory;
  readonly #keys: readonly Float32Array[];
  readonly #values: readonly Float32Array[];
  readonly #mask: Float32Array;

  constructor(memory: CacheMemory, rows: number, minCapacity: number) {
    const { config } = memory;
    this.#memory = memory;
    this.#config = config;
    this.rows = rows;
    this.capacity = Math.max(chunk, Math.ceil(minCapacity / chunk) * chunk);
    this.lengths = new Int32Array(rows);
    const size = rows * config.kvHeadCount * this.capacity * config.headDim;
    const allocate = (): Float32Array[] =>
      Array.from({ length: config.layerCount }, () => memory.take(size));
    this.#keys = allocate();
    this.#values = allocate();
    this.#mask = new Float32Array(rows * this.capacity).fill(maskedScore);
  }

  /** Copies the first positions of a row, of this cache or of another, into a row that is empty. */
  copyRow(row: number, source: KeyValueCache, sourceRow: number, length: number): void {
    const { kvHeadCount: heads, headDim } = this.#config;
    const copy = (to: Float32Array, from: Float32Array): void => {
      for (let head = 0; head < heads; head += 1) {
        const first = (sourceRow * heads + head) * source.capacity * headDim;
        const part = from.subarray(first, first + length * headDim);
        to.set(part, (row * heads + head) * this.capacity * headDim);
      }
    };
    for (let layer = 0; layer < this.#keys.length; layer += 1) {
      copy(this.#keys[layer]!, source.#keys[layer]!);
      copy(this.#values[layer]!, source.#values[layer]!);
    }
    this.#setLength(row, length);
  }

  /** Gives its memory back; it must not be used afterwards. */
  release(): void {
    for (const array of [...this.#keys, ...this.#values]) this.#memory.give(array);
  }

  /** Empties a row. */
  clearRow(row: number): void {
    this.#mask.fill(maskedScore, row * this.capacity, (row + 1) * this.capacity);
    this.lengths[row] = 0;
  }

  /**
   * Writes the first `counts[row]` of the new positions of every row.
   * Shape: per layer, keys and values `[B, kvHeads, size, headDim]`.
   */
  append(layers: readonly LayerRows[], size: number, counts: ArrayLike<number>): void {
    const { kvHeadCount: heads, headDim } = this.#config;
    layers.forEach(({ key, value }, layer) => {
      const keys = this.#keys[layer]!;
      const values = this.#values[layer]!;
      for (let row = 0; row < this.rows; row += 1) {
        const span = counts[row]! * headDim;
        if (span === 0) continue;
        for (let head = 0; head < heads; head += 1) {
          const from = (row * heads + head) * size * headDim;
          const to = ((row * heads + head) * this.capacity + this.lengths[row]!) * headDim;
          for (let index = 0; index < span; index += 1) {
            keys[to + index] = key[from + index]!;
            values[to + index] = value[from + index]!;
          }
        }
      }
    });
    for (let row = 0; row < this.rows; row += 1) {
      this.#setLength(row, this.lengths[row]! + counts[row]!);
    }
  }

  /** The cache as graph inputs `past.mask`, `past.key.L` and `past.value.L`. */
  feeds(): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = { 'past.mask': this.mask() };
    for (let layer = 0; layer < this.#keys.length; layer += 1) {
      const { key, value } = this.layer(layer);
      feeds[`past.key.${layer}`] = key;
      feeds[`past.value.${layer}`] = value;
    }
    return feeds;
  }

  /** What is added to the scores of cached positions. Shape: `[B, 1, 1, capacity]`. */
  mask(): Tensor {
    return { type: 'float32', shape: [this.rows, 1, 1, this.capacity], data: this.#mask };
  }

  /** Keys and values of one layer. */
  layer(layer: number): { readonly key: Tensor; readonly value: Tensor } {
    const { kvHeadCount, headDim } = this.#config;
    const shape = [this.rows, kvHeadCount, this.capacity, headDim];
    return {
      key: { type: 'float32', shape, data: this.#keys[layer]! },
      value: { type: 'float32', shape, data: this.#values[layer]! },
    };
  }

  #setLength(row: number, length: number): void {
    this.#mask.fill(0, row * this.capacity + this.lengths[row]!, row * this.capacity + length);
    this.lengths[row] = length;
  }
}
