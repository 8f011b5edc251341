/**
 * Token sequences as the graphs want them: padded batches, scored rows, masks and rotations.
 *
 * Only positions whose weight is not 0 become rows, so logits are computed where they are needed
 * and nowhere else. Batches are filled in order of length, so that padding costs little.
 */
import type { Tensor } from '../../engine/index.ts';
import type { ModelConfig } from '../files/index.ts';

/** Additive score of a position that may not be attended to. */
export const maskedScore = -1e9;

export function int32Tensor(data: Int32Array, shape: readonly number[]): Tensor {
  return { type: 'int32', shape, data };
}

/** Beyond this a row is as good as greedy, and float32 stays finite. */
const largestInverse = 1e6;

/** What rows are multiplied by, so that their logits are at their temperatures; 1 for 0, which is greedy. Shape: `[B]` to `[B, 1]`. */
export function invertTemperatures(temperatures: readonly number[]): Tensor {
  const data = Float32Array.from(temperatures, (each) =>
    each === 0 ? 1 : Math.min(1 / each, largestInverse),
  );
  return { type: 'float32', shape: [data.length, 1], data };
}

/**
 * Into how many chunks the queries of a sequence are cut: with more of them, less is computed that
 * the causal mask hides, and with fewer, products are larger. Powers of two, so that few graphs do.
 */
function chooseChunks(length: number): number {
  if (length < 192) return 1;
  if (length < 384) return 2;
  return length < 1024 ? 4 : 8;
}

/** Pads sequences on the right with id 0, to a multiple of their chunks, by length unless given. Shape: `[B, T]`. */
export function padIds(
  sequences: readonly Int32Array[],
  wantedChunks?: number,
): {
  readonly ids: Tensor;
  readonly length: number;
  readonly chunks: number;
} {
  const longest = sequences.reduce((most, ids) => Math.max(most, ids.length), 1);
  const chunks = wantedChunks ?? chooseChunks(longest);
  const length = Math.ceil(longest / chunks) * chunks;
  const data = new Int32Array(sequences.length * length);
  sequences.forEach((ids, row) => data.set(ids, row * length));
  return { ids: int32Tensor(data, [sequences.length, length]), length, chunks };
}

/** Scored positions of a padded batch: where to read hidden states, and what they should predict. */
export type ScoredRows = {
  /** Index of the hidden state before the token, in the flattened `[B * T]`. */
  readonly positions: Int32Array;
  readonly targets: Int32Array;
  /** Sequence and position of each row. */
  readonly origins: readonly { readonly sequence: number; readonly position: number }[];
};

/** Lists the tokens to score: those (past the first) that `isScored` accepts. */
export function listScoredRows(
  sequences: readonly Int32Array[],
  length: number,
  isScored: (sequence: number, position: number) => boolean,
): ScoredRows {
  const origins: { sequence: number; position: number }[] = [];
  sequences.forEach((ids, sequence) => {
    for (let position = 1; position < ids.length; position += 1) {
      if (isScored(sequence, position)) origins.push({ sequence, position });
    }
  });
  return {
    positions: Int32Array.from(origins, (at) => at.sequence * length + at.position - 1),
    targets: Int32Array.from(origins, (at) => sequences[at.sequence]![at.position]!),
    origins,
  };
}

/**
 * Additive causal mask of the last chunk of queries, for `group` folded query heads. Shape:
 * `[1, 1, group * T / chunks, T]`.
 */
export function createCausalMask(length: number, group: number, chunks = 1): Tensor {
  const rows = length / chunks;
  const data = new Float32Array(group * rows * length);
  for (let row = 0; row < group * rows; row += 1) {
    data.fill(maskedScore, row * length + length - rows + (row % rows) + 1, (row + 1) * length);
  }
  return { type: 'float32', shape: [1, 1, group * rows, length], data };
}

/** Where each row's last counted token stands in the flattened `[B * size]`. */
export function lastPositions(counts: Int32Array, size: number): Int32Array {
  return counts.map((count, row) => row * size + Math.max(count, 1) - 1);
}

/** Masks kept for reuse at most. */
const maxMasks = 16;

/** Cosines, sines and causal masks by position, grown as longer sequences come. */
export class PositionTables {
  readonly #half: number;
  readonly #group: number;
  readonly #masks = new Map<string, Tensor>();
  readonly #frequencies: Float64Array;
  #cos = new Float32Array(0);
  #sin = new Float32Array(0);
  #length = 0;

  constructor(config: ModelConfig) {
    this.#half = config.headDim / 2;
    this.#group = config.headCount / config.kvHeadCount;
    this.#frequencies = Float64Array.from(
      { length: this.#half },
      (_, index) => config.ropeTheta ** ((-2 * index) / config.headDim),
    );
  }

  /** Rotations of positions 0 to length - 1. Shape: `[1, length, headDim / 2]`. */
  range(length: number): { readonly cos: Tensor; readonly sin: Tensor } {
    this.#grow(length);
    const shape = [1, length, this.#half];
    const end = length * this.#half;
    return {
      cos: { type: 'float32', shape, data: this.#cos.subarray(0, end) },
      sin: { type: 'float32', shape, data: this.#sin.subarray(0, end) },
    };
  }

  /** Rotations of `size` positions from each start. Shape: `[B, size, headDim / 2]`. */
  from(starts: readonly number[], size: number): { readonly cos: Tensor; readonly sin: Tensor } {
    this.#grow(Math.max(...starts) + size);
    const shape = [starts.length, size, this.#half];
    const take = (table: Float32Array): Float32Array => {
      const data = new Float32Array(starts.length * size * this.#half);
      starts.forEach((start, row) => {
        const first = start * this.#half;
        data.set(table.subarray(first, first + size * this.#half), row * size * this.#half);
      });
      return data;
    };
    return {
      cos: { type: 'float32', shape, data: take(this.#cos) },
      sin: { type: 'float32', shape, data: take(this.#sin) },
    };
  }

  /** The causal mask of a sequence length. Shape: `[1, 1, group * length / chunks, length]`. */
  mask(length: number, chunks = 1): Tensor {
    const key = `${length}/${chunks}`;
    let mask = this.#masks.get(key);
    if (!mask) {
      mask = createCausalMask(length, this.#group, chunks);
      if (this.#masks.size >= maxMasks) this.#masks.clear();
      this.#masks.set(key, mask);
    }
    return mask;
  }

  #grow(length: number): void {
    if (length <= this.#length) return;
    this.#length = Math.max(length, 2 * this.#length);
    this.#cos = new Float32Array(this.#length * this.#half);
    this.#sin = new Float32Array(this.#length * this.#half);
    for (let position = 0; position < this.#length; position += 1) {
      for (let index = 0; index < this.#half; index += 1) {
        const angle = position * this.#frequencies[index]!;
        this.#cos[position * this.#half + index] = Math.cos(angle);
        this.#sin[position * this.#half + index] = Math.sin(angle);
      }
    }
  }
}

/** Splits indices of sequences into batches of similar length within a padded token limit. */
export function planBatches(lengths: readonly number[], maxTokens: number): number[][] {
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const index of order) {
    const longest = lengths[batch[0] ?? index]!;
    if (batch.length > 0 && longest * (batch.length + 1) > maxTokens) {
      batches.push(batch);
      batch = [];
    }
    batch.push(index);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
