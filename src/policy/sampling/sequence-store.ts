/**
 * Sequences that are kept between requests, by name, and the search for the one a prompt goes on from.
 *
 * A cache is only ever a way not to compute again: which one is found changes no result beyond
 * rounding.
 */
import type { CachedBatch, CachedSequence } from './cached-batch.ts';

/** Beginnings shorter than this are computed rather than copied from another sequence. */
export const shortestShared = 16;

/** What is cached of a prompt: a sequence to go on with, or one whose first tokens can be copied. */
export type CachedBeginning =
  | { readonly kind: 'own'; readonly sequence: CachedSequence }
  | { readonly kind: 'copy'; readonly source: CachedSequence; readonly length: number };

export class SequenceStore {
  readonly #sequences = new Map<string, CachedSequence>();

  /**
   * Finds the longest beginning of a prompt; at least its last token is left to compute. A sequence
   * to go on with is taken: it is active from now on.
   */
  find(prompt: readonly number[], name: string | undefined): CachedBeginning | null {
    const own = name === undefined ? undefined : this.#sequences.get(name);
    if (own && !own.isActive && own.ids.length < prompt.length && isPrefix(own.ids, prompt)) {
      own.isActive = true;
      return { kind: 'own', sequence: own };
    }
    let source: CachedSequence | null = null;
    let length = shortestShared - 1;
    for (const sequence of this.#sequences.values()) {
      // One that differs here, or ends, is no longer than what was found.
      if (length >= prompt.length - 1 || sequence.ids[length] !== prompt[length]) continue;
      const common = countCommon(sequence.ids, prompt, prompt.length - 1);
      if (common > length) [source, length] = [sequence, common];
    }
    return source && { kind: 'copy', source, length };
  }

  /** Keeps a sequence under a name; the one that had it is dropped. */
  keep(name: string, sequence: CachedSequence): void {
    if (this.#sequences.get(name) !== sequence) this.drop([name]);
    this.#sequences.set(name, sequence);
  }

  /** Forgets the named sequences. */
  drop(names: Iterable<string>): void {
    const batches = new Set<CachedBatch>();
    for (const name of names) {
      const sequence = this.#sequences.get(name);
      this.#sequences.delete(name);
      if (!sequence?.batch || sequence.isActive) continue;
      batches.add(sequence.batch);
      sequence.batch.remove(sequence);
    }
    for (const batch of batches) batch.dissolve();
  }

  /** Forgets all sequences. */
  dropAll(): void {
    this.#sequences.clear();
  }

  /** Nobody continues the sequence any more: it stays where it is if it is kept, and is dropped if not. */
  settle(sequence: CachedSequence, name: string | undefined): void {
    sequence.isActive = false;
    if (name !== undefined && this.#sequences.get(name) === sequence) return;
    const { batch } = sequence;
    batch?.remove(sequence);
    batch?.dissolve();
  }
}

function isPrefix(ids: readonly number[], prompt: readonly number[]): boolean {
  return countCommon(ids, prompt, ids.length) === ids.length;
}

/** Tokens that two sequences begin with alike, up to a limit. */
function countCommon(a: readonly number[], b: readonly number[], limit: number): number {
  const end = Math.min(a.length, b.length, limit);
  let count = 0;
  while (count < end && a[count] === b[count]) count += 1;
  return count;
}
