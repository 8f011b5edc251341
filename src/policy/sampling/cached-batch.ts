/**
 * Sequences whose keys and values stand in the rows of one cache, and passes over them.
 *
 * A sequence is in one row of one batch at a time. It stays there when nobody continues it, so that
 * its next turn finds it; whoever needs the row moves it out.
 */
import { invariant } from '../../base/index.ts';
import type { CacheMemory } from '../runners/cache-memory.ts';
import { KeyValueCache } from '../runners/key-value-cache.ts';
import type { StepCall, StepResult } from '../runners/runner.ts';

/** Runs new tokens on top of the caches. */
export type StepFunction = (call: Omit<StepCall, 'weights'>) => Promise<StepResult>;

/** What a row is fed. */
export type RowFeed = {
  readonly ids: readonly number[];
  /** At which its next token is asked for. */
  readonly temperature: number;
};

/** For a row that is fed nothing. */
export const noFeed: RowFeed = { ids: [], temperature: 1 };

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
  readonly #memory: CacheMemory;
  readonly #cache: KeyValueCache;
  readonly #rows: (CachedSequence | null)[];
  /** Whether its memory is given back. */
  #isGone = false;

  /** An empty batch for sequences of up to `length` tokens. */
  constructor(memory: CacheMemory, rows: number, length: number) {
    this.#memory = memory;
    this.#cache = new KeyValueCache(memory, rows, length);
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

  /**
   * For a batch that is left: moves out sequences that nobody continues where they hold less than
   * half of the memory, and gives the memory of an empty one back.
   */
  dissolve(): void {
    const owners = this.#rows.filter((sequence) => sequence !== null);
    const isInUse = owners.some(({ isActive }) => isActive);
    if (this.#isGone || isInUse || 2 * owners.length >= this.#rows.length) return;
    for (const sequence of owners) moveOut(this.#memory, sequence);
    this.#isGone = true;
    this.#cache.release();
  }

  /**
   * Feeds up to `size` tokens of each row (some rows may have none); they are cached.
   * Returns the probabilities after each row's last token, at its temperature. Shape: `[B, V]`.
   */
  async feed(feeds: readonly RowFeed[], size: number, step: StepFunction): Promise<Float32Array> {
    const counts = Int32Array.from(feeds, ({ ids }) => ids.length);
    const temperatures = feeds.map(({ temperature }) => temperature);
    const ids = new Int32Array(feeds.length * size);
    feeds.forEach((feed, row) => ids.set(feed.ids, row * size));
    const call = { cache: this.#cache, ids, size, counts, temperatures };
    const { probabilities, layers } = await step(call);
    this.#cache.append(layers, size, counts);
    feeds.forEach((feed, row) => {
      for (const id of feed.ids) this.#rows[row]!.ids.push(id);
    });
    return probabilities;
  }
}

/** Moves a sequence into a batch of its own. */
export function moveOut(memory: CacheMemory, sequence: CachedSequence): void {
  new CachedBatch(memory, 1, sequence.ids.length).moveIn(0, sequence);
}
