/**
 * The prompts of requests that begin together, fed in passes of bounded size.
 *
 * What new prompts begin with alike (a system prompt, say) gets passes of its own, once. All wait for
 * the longest of them; who is decoding meanwhile does not.
 */
import type { CacheMemory } from '../runners/cache-memory.ts';
import {
  CachedBatch,
  createSequence,
  type CachedSequence,
  type RowFeed,
  type StepFunction,
} from './cached-batch.ts';
import type { Generation } from './generation.ts';
import { shortestShared, type CachedBeginning } from './sequence-store.ts';

/** Sizes of a pass: graphs are made for these numbers of new tokens. */
const passSizes = [1, 8, 16, 32, 64] as const;

const largestPass = passSizes[passSizes.length - 1]!;

const smallestPass = (needed: number): number =>
  passSizes.find((size) => size >= needed) ?? largestPass;

/** Requests that begin together, in the rows of one batch. */
export type Cohort = { readonly generations: readonly Generation[]; readonly batch: CachedBatch };

/**
 * Gives every request a row, with what is cached of its prompt. Nothing else may run meanwhile: what
 * is copied must stay where it was found.
 */
export function gatherCohort(
  memory: CacheMemory,
  generations: readonly Generation[],
  beginnings: readonly (CachedBeginning | null)[],
): Cohort {
  const left = new Set<CachedBatch>();
  for (const [row, generation] of generations.entries()) {
    const beginning = beginnings[row];
    if (beginning?.kind !== 'own') continue;
    generation.sequence = beginning.sequence;
    if (beginning.sequence.batch) left.add(beginning.sequence.batch);
  }
  const batch = chooseBatch(memory, generations);
  generations.forEach((generation, row) => {
    const { sequence, request } = generation;
    if (sequence.batch !== batch) batch.moveIn(row, sequence);
    const beginning = beginnings[row];
    if (beginning?.kind === 'copy')
      batch.copyBeginning(sequence, beginning.source, beginning.length);
    generation.pending = request.promptIds.slice(sequence.ids.length);
  });
  for (const old of left) if (old !== batch) old.dissolve();
  return { generations, batch };
}

/** The batch that the requests' sequences make up already, where it has room; else a new one. */
function chooseBatch(memory: CacheMemory, generations: readonly Generation[]): CachedBatch {
  const length = Math.max(...generations.map(({ request }) => request.promptIds.length));
  const current = generations[0]!.sequence.batch;
  const isWhole =
    current !== null &&
    current.capacity >= length &&
    current.rows.length === generations.length &&
    generations.every(({ sequence }, row) => current.rows[row] === sequence);
  return isWhole ? current : new CachedBatch(memory, generations.length, length);
}

/**
 * Feeds the prompts, one pass at a time. Gives the probabilities of each request's first token.
 * Shape: `[B, V]`.
 */
export async function* prefill(
  memory: CacheMemory,
  { generations, batch }: Cohort,
  step: StepFunction,
): AsyncGenerator<void, Float32Array> {
  yield* feedShared(memory, { generations, batch }, step);
  return yield* feedAll(generations, batch, step);
}

async function* feedShared(
  memory: CacheMemory,
  { generations, batch }: Cohort,
  step: StepFunction,
): AsyncGenerator<void, void> {
  const fresh = generations.filter(({ sequence }) => sequence.ids.length === 0);
  const length = fresh.length < 2 ? 0 : countShared(fresh.map(({ pending }) => pending));
  if (length < shortestShared) return;
  const pending = fresh[0]!.pending.slice(0, length);
  // Nobody draws from what follows the beginning alone.
  const shared = { sequence: createSequence(), pending, temperature: 1 };
  const alone = new CachedBatch(memory, 1, length);
  alone.moveIn(0, shared.sequence);
  yield* feedAll([shared], alone, step);
  for (const generation of fresh) {
    if (generation.isOver) continue;
    batch.copyBeginning(generation.sequence, shared.sequence, length);
    generation.pending = generation.pending.slice(length);
  }
  alone.remove(shared.sequence);
  alone.dissolve();
}

type Feed = {
  readonly sequence: CachedSequence;
  readonly temperature: number;
  pending: number[];
};

/** Feeds what is pending, of each row in order; gives the probabilities after each row's last token. */
async function* feedAll(
  feeds: readonly Feed[],
  batch: CachedBatch,
  step: StepFunction,
): AsyncGenerator<void, Float32Array> {
  for (let last: Float32Array | null = null; ;) {
    const parts = feeds.map(({ pending, temperature }): RowFeed => {
      return { ids: pending.slice(0, largestPass), temperature };
    });
    const size = smallestPass(Math.max(...parts.map(({ ids }) => ids.length)));
    const probabilities = await batch.feed(parts, size, step);
    last = keepFinished(last, probabilities, parts);
    for (const [row, feed] of feeds.entries()) {
      feed.pending = feed.pending.slice(parts[row]!.ids.length);
    }
    if (feeds.every(({ pending }) => pending.length === 0)) return last;
    yield;
  }
}

/** Ids that all lists begin with alike, with one id or more left over in each. */
function countShared(lists: readonly (readonly number[])[]): number {
  const [first = [], ...others] = lists;
  const limit = Math.min(...lists.map(({ length }) => length)) - 1;
  let length = 0;
  while (length < limit && others.every((list) => list[length] === first[length])) length += 1;
  return length;
}

/** Keeps the probabilities of rows whose last pending token was in this pass. */
function keepFinished(
  kept: Float32Array | null,
  probabilities: Float32Array,
  parts: readonly RowFeed[],
): Float32Array {
  if (!kept) return probabilities;
  const size = probabilities.length / parts.length;
  parts.forEach(({ ids }, row) => {
    if (ids.length > 0) kept.set(probabilities.subarray(row * size, (row + 1) * size), row * size);
  });
  return kept;
}
