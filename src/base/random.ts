/**
 * Seeded randomness: xoshiro128** seeded through splitmix32 (Blackman and Vigna, 2018).
 *
 * Every draw in the package comes from here, so that one seed repeats a run bit for bit. The whole
 * state is four 32-bit words and can be saved and restored. `fork(label)` derives an independent
 * stream without advancing the parent, so adding a consumer does not shift the draws of another.
 */

export type RandomState = readonly [number, number, number, number];

/** Names a text by its hash: 8 hexadecimal digits. */
export function nameByHash(text: string): string {
  return hashText(text).toString(16).padStart(8, '0');
}

/** Hashes a text to an unsigned 32-bit integer (FNV-1a with a final mix). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash);
}

function mix(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** A stream of pseudo-random numbers. */
export class RandomSource {
  #words: [number, number, number, number];

  constructor(state: RandomState) {
    this.#words = [...state];
  }

  /** Next unsigned 32-bit integer. */
  nextUint32(): number {
    const s = this.#words;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number {
    return this.nextUint32() / 0x1_0000_0000;
  }

  /** Uniform integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One element of a non-empty list. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error('internal: pick from an empty list');
    return items[this.integer(items.length)] as T;
  }

  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let index = copy.length - 1; index > 0; index -= 1) {
      const other = this.integer(index + 1);
      [copy[index], copy[other]] = [copy[other] as T, copy[index] as T];
    }
    return copy;
  }

  /** Standard normal (Box-Muller, one of the pair). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** An independent stream named by `label`; the parent does not advance. */
  fork(label: string | number): RandomSource {
    const [a, b, c, d] = this.#words;
    return createRandom(`${a >>> 0}:${b >>> 0}:${c >>> 0}:${d >>> 0}/${label}`);
  }

  /** The state, to be saved. */
  state(): RandomState {
    const [a, b, c, d] = this.#words;
    return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
  }
}

/** Creates a stream from a seed; equal seeds give equal streams. */
export function createRandom(seed: number | string): RandomSource {
  let counter =
    typeof seed === 'number' && Number.isInteger(seed) ? mix(seed) : hashText(`${seed}`);
  const word = (): number => {
    counter = (counter + 0x9e3779b9) >>> 0;
    return mix(counter);
  };
  return new RandomSource([word(), word(), word(), word() || 1]);
}
