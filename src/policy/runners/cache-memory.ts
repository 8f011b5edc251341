/**
 * Memory of key and value caches, used again.
 *
 * Batches come and go at every turn. Fresh memory costs a pass that fills it with zeros, page faults
 * and a collection, together an eighth of sampling with a small model.
 */
import type { ModelConfig } from '../files/index.ts';

/** Memory that nobody uses is kept up to so many bytes. */
const mostFreeBytes = 2 ** 28;

export class CacheMemory {
  readonly config: ModelConfig;
  /** Buffers that nobody uses, by their size in bytes, which is a power of two. */
  readonly #free = new Map<number, ArrayBuffer[]>();
  #freeBytes = 0;

  constructor(config: ModelConfig) {
    this.config = config;
  }

  /** Gives so many numbers, which are finite and otherwise whatever was there. */
  take(length: number): Float32Array {
    const bytes = 2 ** Math.ceil(Math.log2(Math.max(1, length * Float32Array.BYTES_PER_ELEMENT)));
    const found = this.#free.get(bytes)?.pop();
    if (found) this.#freeBytes -= bytes;
    return new Float32Array(found ?? new ArrayBuffer(bytes), 0, length);
  }

  /** Takes back what nobody will read or write any more. */
  give({ buffer }: Float32Array): void {
    const bytes = buffer.byteLength;
    if (this.#freeBytes + bytes > mostFreeBytes) return;
    this.#freeBytes += bytes;
    const buffers = this.#free.get(bytes);
    if (buffers) buffers.push(buffer as ArrayBuffer);
    else this.#free.set(bytes, [buffer as ArrayBuffer]);
  }

  /** Forgets memory whose numbers may not be finite: weights that diverged wrote there. */
  clear(): void {
    this.#free.clear();
    this.#freeBytes = 0;
  }
}
