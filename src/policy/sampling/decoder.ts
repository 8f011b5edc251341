/**
 * The batch that draws token by token. Requests join it and leave it between any two steps.
 *
 * Who joins is moved into a free row, or into that of a sequence nobody continues, which is moved
 * out. The batch is made anew where it is too small, and where most of its rows stand idle.
 */
import type { CacheMemory } from '../runners/cache-memory.ts';
import { CachedBatch, moveOut, noFeed, type StepFunction } from './cached-batch.ts';
import type { Generation } from './generation.ts';

/** A batch with fewer rows is never made smaller. */
const smallestBatch = 4;

export class Decoder {
  readonly #memory: CacheMemory;
  readonly #step: StepFunction;
  #active: readonly Generation[] = [];
  #batch: CachedBatch | null = null;

  constructor(memory: CacheMemory, step: StepFunction) {
    this.#memory = memory;
    this.#step = step;
  }

  /** Requests under way. */
  get active(): readonly Generation[] {
    return this.#active;
  }

  /** Takes in requests that have drawn their first token, from the batch of their prompts. */
  join(joining: readonly Generation[], from: CachedBatch): void {
    if (joining.length === 0) return;
    this.#active = [...this.#active, ...joining];
    if (!this.#batch) {
      this.#batch = from;
      return;
    }
    if (!this.#hasRoom()) this.#renew(Math.ceil(this.#active.length / 8));
    else for (const { sequence } of joining) this.#batch.moveIn(this.#freeRow(), sequence);
    from.dissolve();
  }

  /** Lets a request go: it is no part of the next step. */
  leave(generation: Generation): void {
    this.#active = this.#active.filter((each) => each !== generation);
    if (this.#active.length === 0) this.#batch = null;
  }

  /** Feeds the last token of each request; gives the probabilities of the next, by row of its sequence. Shape: `[B, V]`. */
  step(): Promise<Float32Array> {
    if (!this.#fits()) this.#renew(0);
    const feeds = this.#batch!.rows.map(() => noFeed);
    for (const { sequence, pending, temperature } of this.#active) {
      feeds[sequence.row] = { ids: pending, temperature };
    }
    return this.#batch!.feed(feeds, 1, this.#step);
  }

  /** Tokens that the longest sequence will have after the next step. */
  get #length(): number {
    let longest = 0;
    for (const { sequence } of this.#active) longest = Math.max(longest, sequence.ids.length);
    return longest + 1;
  }

  #hasRoom(): boolean {
    const { capacity, rows } = this.#batch!;
    return capacity >= this.#length && rows.length >= this.#active.length;
  }

  #fits(): boolean {
    const rows = this.#batch!.rows.length;
    const isDense = rows < 2 * this.#active.length || rows <= smallestBatch;
    return isDense && this.#batch!.capacity >= this.#length;
  }

  /** Moves all requests into a new batch, with rows to spare for those to come. */
  #renew(spare: number): void {
    const batch = new CachedBatch(this.#memory, this.#active.length + spare, this.#length);
    const left = new Set(this.#active.map(({ sequence }) => sequence.batch));
    this.#active.forEach(({ sequence }, row) => batch.moveIn(row, sequence));
    this.#batch = batch;
    for (const old of left) old?.dissolve();
  }

  #freeRow(): number {
    const { rows } = this.#batch!;
    const free = rows.indexOf(null);
    if (free >= 0) return free;
    const idle = rows.findIndex((sequence) => sequence?.isActive === false);
    moveOut(this.#memory, rows[idle]!);
    return idle;
  }
}
