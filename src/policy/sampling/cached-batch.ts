/**
 * Sequences whose keys and values stand in the rows of one cache, and passes over them.
 *
 * A sequence is in one row of one batch at a time. It stays there when nobody continues it, so that
 * its next turn finds it; whoever needs the row moves it out.
 */
import { invariant } from '../../base/index.ts';
import type { ModelConfig } from '../files/index.ts';
import { KeyValueCache } from '../runners/key-value-cache.ts';
import type { StepResult } from '../runners/runner.ts';

/** Runs `ids` (row-major `[B, size]`) on top of the caches; probabilities follow each row's last counted token. */
export type StepFunction = (
  cache: KeyValueCache,
  ids: Int32Array,
  size: number,
  counts: Int32Array,
) => Promise<StepResult>;

export type CachedSequence = {
  /** Tokens whose keys and values are cached, from position 0. */
  readonly ids: number[];
  /** Where they stand; null while there are none. */
  batch: CachedBatch | null;
  row: number;
  /** Whether a request is continuing it. */
  isActive: boolean;
};

/** A sequence of which nothing is cached yet. */
export function createSequence(): CachedSequence {
  return { ids: [], batch: null, row: 0, isActive: true };
}

export class CachedBatch {
  readonly #config: ModelConfig;
  readonly #cache: KeyValueCache;
  readonly #rows: (CachedSequence | null)[];

  /** An empty batch for sequences of up to `length` tokens. */
  constructor(config: ModelConfig, rows: number, length: number) {
    this.#config = config;
    this.#cache = new KeyValueCache(config, rows, length);
    this.#rows = Array.from({ length: rows }, () => null);
  }

  /** The sequence of each row. */
  get rows(): readonly (CachedSequence | null)[] {
    return this.#rows;
  }

  /** Tokens that a row can hold. */
  get capacity(): number {
    return this.#cache.capacity;
  }

  /** Moves a sequence into a free row. */
  moveIn(row: number, sequence: CachedSequence): void {
    invariant(this.#rows[row] === null, 'a row of a cache belongs to one sequence');
    this.#cache.clearRow(row);
    if (sequence.batch) {
      this.#cache.copyRow(row, sequence.batch.#cache, sequence.row, sequence.ids.length);
      sequence.batch.remove(sequence);
    }
    this.#rows[row] = sequence;
    sequence.batch = this;
    sequence.row = row;
  }

  /** Gives a sequence of this batch, of which nothing is cached, the first tokens of another. */
  copyBeginning(sequence: CachedSequence, source: CachedSequence, length: number): void {
    invariant(source.batch !== null, 'only what is cached can be copied');
    this.#cache.copyRow(sequence.row, source.batch.#cache, source.row, length);
    sequence.ids.push(...source.ids.slice(0, length));
  }

  /** Frees the row of a sequence. */
  remove(sequence: CachedSequence): void {
    this.#rows[sequence.row] = null;
    sequence.batch = null;
  }

  /** Moves out sequences that nobody continues where they hold less than half of the memory. */
  dissolve(): void {
    const owners = this.#rows.filter((sequence) => sequence !== null);
    const isInUse = owners.some(({ isActive }) => isActive);
    if (isInUse || 2 * owners.length >= this.#rows.length) return;
    for (const sequence of owners) moveOut(this.#config, sequence);
  }

  /**
   * Feeds up to `size` tokens of each row (some rows may have none); they are cached.
   * Returns the probabilities after each row's last token. Shape: `[B, V]`.
   */
  async feed(
    tokens: readonly (readonly number[])[],
    size: number,
    step: StepFunction,
  ): Promise<Float32Array> {
    const counts = new Int32Array(tokens.length);
    const ids = new Int32Array(tokens.length * size);
    for (let row = 0; row < tokens.length; row += 1) {
      counts[row] = tokens[row]!.length;
      ids.set(tokens[row]!, row * size);
    }
    const { probabilities, layers } = await step(this.#cache, ids, size, counts);
    this.#cache.append(layers, size, counts);
    for (let row = 0; row < tokens.length; row += 1) {
      for (const id of tokens[row]!) this.#rows[row]!.ids.push(id);
    }
    return probabilities;
  }
}

/** Moves a sequence into a batch of its own. */
export function moveOut(config: ModelConfig, sequence: CachedSequence): void {
  new CachedBatch(config, 1, sequence.ids.length).moveIn(0, sequence);
}
