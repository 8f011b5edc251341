/**
 * Batched sampling with caches that live across the turns of an episode.
 *
 * A call appends the new context of every sequence in one pass (what new sequences begin with alike
 * in one of its own, once), then draws token by token until all have stopped. Rows that finish are
 * dropped once half of the batch is idle. The last token drawn is not yet in the cache; it is fed
 * with the next append. Every request draws from its own seeded stream, so what a sequence says
 * does not depend on which others share its batch.
 */
import {
  ConfigError,
  createRandom,
  invariant,
  throwIfAborted,
  type RandomSource,
} from '../../base/index.ts';
import type { SampleRequest, SampleResult } from '../backend.ts';
import { KeyValueCache } from '../runners/key-value-cache.ts';
import type { ModelConfig } from '../files/index.ts';
import type { StepResult } from '../runners/runner.ts';
import { sampleToken } from './sample-token.ts';

/** Runs `ids` (row-major `[B, size]`) on top of the caches; the probabilities follow each row's last counted token. */
export type StepFunction = (
  cache: KeyValueCache,
  ids: Int32Array,
  size: number,
  counts: Int32Array,
) => Promise<StepResult>;

/** Continues sequences, and keeps their caches between calls. */
export interface SequenceSampler {
  /** Samples a continuation of every request. Throws `ConfigError` when a context would overflow. */
  sample(
    requests: readonly SampleRequest[],
    signal?: AbortSignal,
  ): Promise<readonly SampleResult[]>;
  /** Forgets the caches of the named sequences. */
  close(sequenceIds: readonly string[]): Promise<void> | void;
  /** Forgets all caches; they belong to weights that are no more. */
  closeAll(): void;
}

type Sequence = {
  readonly id: string;
  cache: KeyValueCache | null;
  row: number;
  /** Tokens that are part of the sequence but not yet in its cache. */
  pending: number[];
  /** Whether the cache is still that of the sequence it was forked from. */
  isBorrowed: boolean;
};

type Draft = {
  readonly request: SampleRequest;
  readonly sequence: Sequence;
  readonly random: RandomSource;
  /** New tokens at most: as many as asked for, and as the context has room for. */
  readonly limit: number;
  readonly ids: number[];
  readonly logprobs: number[];
  finishReason: 'stop' | 'length' | null;
};

/** Sizes of a pass: graphs are made for these numbers of new tokens. */
const passSizes = [1, 8, 16, 32, 64] as const;

/** Tokens that new sequences must begin with alike for the beginning to get a pass of its own. */
const shortestShared = 16;

const smallestPass = (needed: number): number =>
  passSizes.find((size) => size >= needed) ?? passSizes[passSizes.length - 1]!;

export class Sampler implements SequenceSampler {
  readonly #config: ModelConfig;
  readonly #step: StepFunction;
  readonly #sequences = new Map<string, Sequence>();

  constructor(config: ModelConfig, step: StepFunction) {
    this.#config = config;
    this.#step = step;
  }

  close(sequenceIds: readonly string[]): void {
    for (const id of sequenceIds) this.#sequences.delete(id);
  }

  closeAll(): void {
    this.#sequences.clear();
  }

  async sample(
    requests: readonly SampleRequest[],
    signal?: AbortSignal,
  ): Promise<readonly SampleResult[]> {
    // Forks take their source as it was before this call.
    const repeated = requests.map((request) => this.#fork(request));
    const drafts = requests.map((request, index) => this.#open(request, repeated[index]!));
    await this.#sharePrefix(drafts, signal);
    const sequences = drafts.map(({ sequence }) => sequence);
    let active = this.#draw(drafts, await this.#feed(sequences, signal));
    while (active.length > 0) {
      throwIfAborted(signal);
      active = await this.#decode(active);
    }
    return drafts.map(({ ids, logprobs, finishReason }) => {
      invariant(finishReason, 'a sequence ended without a reason');
      return { ids, logprobs, finishReason };
    });
  }

  /** Lends a new sequence the cache of the one it repeats; returns how many tokens that covers. */
  #fork({ sequenceId: id, forkOf }: SampleRequest): number {
    const source = forkOf && this.#sequences.get(forkOf.sequenceId);
    if (!source || this.#sequences.has(id)) return 0;
    const length = cachedLength(source) + source.pending.length;
    if (length !== forkOf.length) return 0;
    const pending = [...source.pending];
    this.#sequences.set(id, { ...source, id, pending, isBorrowed: true });
    return length;
  }

  #open(request: SampleRequest, repeated: number): Draft {
    let sequence = this.#sequences.get(request.sequenceId);
    if (!sequence) {
      const id = request.sequenceId;
      sequence = { id, cache: null, row: 0, pending: [], isBorrowed: false };
      this.#sequences.set(id, sequence);
    }
    const added = request.appendIds.slice(repeated);
    const bad = added.find((id) => !(id >= 0 && id < this.#config.vocabularySize));
    if (bad !== undefined || sequence.pending.length + added.length === 0) {
      throw new ConfigError(
        'sample_ids',
        bad === undefined
          ? 'A first sampling request needs at least one context token.'
          : `Token id ${bad} is outside the vocabulary of ${this.#config.vocabularySize}.`,
      );
    }
    const length = cachedLength(sequence) + sequence.pending.length + added.length;
    const room = this.#config.contextTokens - length;
    if (room < 1) {
      throw new ConfigError(
        'context_overflow',
        `A conversation of ${length} tokens leaves no room in the model's context of ${this.#config.contextTokens}.`,
        { hint: 'Hold fewer or shorter turns, or use a model with a longer context.' },
      );
    }
    sequence.pending.push(...added);
    return {
      request,
      sequence,
      random: createRandom(request.seed),
      limit: Math.min(request.sampling.maxTokens, room),
      ids: [],
      logprobs: [],
      finishReason: null,
    };
  }

  /**
   * Feeds what all new sequences begin with (a system prompt, say) once, and lends each its cache.
   * Sequences that go on, and beginnings too short to be worth a pass of their own, are left alone.
   */
  async #sharePrefix(drafts: readonly Draft[], signal?: AbortSignal): Promise<void> {
    const fresh = drafts.flatMap(({ sequence }) => (sequence.cache ? [] : [sequence]));
    if (fresh.length < 2) return;
    const length = commonLength(fresh.map(({ pending }) => pending));
    if (length < shortestShared) return;
    const pending = fresh[0]!.pending.slice(0, length);
    const prefix: Sequence = { id: '', cache: null, row: 0, pending, isBorrowed: false };
    await this.#feed([prefix], signal);
    for (const sequence of fresh) {
      sequence.pending.splice(0, length);
      sequence.cache = prefix.cache;
      sequence.isBorrowed = true;
    }
  }

  /** Feeds all pending tokens in passes of bounded size; gives the probabilities after each row's last one. */
  async #feed(sequences: readonly Sequence[], signal?: AbortSignal): Promise<Float32Array> {
    const cache = this.#gather(sequences, 0);
    const largest = passSizes[passSizes.length - 1]!;
    let last: Float32Array | null = null;
    for (let done = false; !done;) {
      throwIfAborted(signal);
      const counts = Int32Array.from(sequences, ({ pending }) => Math.min(pending.length, largest));
      const size = smallestPass(counts.reduce((a, b) => Math.max(a, b), 1));
      const ids = new Int32Array(sequences.length * size);
      sequences.forEach(({ pending }, row) => {
        ids.set(pending.splice(0, counts[row]!), row * size);
      });
      const { probabilities, layers } = await this.#step(cache, ids, size, counts);
      cache.append(layers, size, counts);
      last = keepFinished(last, probabilities, counts, this.#config.vocabularySize);
      done = sequences.every(({ pending }) => pending.length === 0);
    }
    return last!;
  }

  /** Feeds the last token of each active sequence and draws the next. */
  async #decode(active: readonly Draft[]): Promise<Draft[]> {
    const cache = this.#gather(
      active.map(({ sequence }) => sequence),
      1,
    );
    const ids = new Int32Array(cache.rows);
    const counts = new Int32Array(cache.rows);
    const order: (Draft | null)[] = Array.from({ length: cache.rows }, () => null);
    for (const draft of active) {
      const { row, pending } = draft.sequence;
      ids[row] = pending.pop()!;
      counts[row] = 1;
      order[row] = draft;
    }
    const { probabilities, layers } = await this.#step(cache, ids, 1, counts);
    cache.append(layers, 1, counts);
    return this.#draw(order, probabilities);
  }

  #draw(order: readonly (Draft | null)[], probabilities: Float32Array): Draft[] {
    const size = this.#config.vocabularySize;
    const active: Draft[] = [];
    order.forEach((draft, row) => {
      if (!draft) return;
      const { request, sequence } = draft;
      const token = sampleToken(probabilities, row * size, size, request.sampling, draft.random);
      draft.ids.push(token.id);
      draft.logprobs.push(token.logprob);
      sequence.pending.push(token.id);
      if (request.stopIds.includes(token.id)) draft.finishReason = 'stop';
      else if (draft.ids.length >= draft.limit) draft.finishReason = 'length';
      else active.push(draft);
    });
    return active;
  }

  /**
   * A cache with room that holds the given sequences: the one they are in, where it holds few
   * others (and, while prefilling, no others and in order), else a new one with copies.
   */
  #gather(sequences: readonly Sequence[], decoding: 0 | 1): KeyValueCache {
    const room = Math.max(
      ...sequences.map((sequence) => cachedLength(sequence) + sequence.pending.length),
    );
    const current = sequences[0]!.cache;
    const together =
      current !== null &&
      current.capacity >= room &&
      sequences.every(({ cache, isBorrowed }) => cache === current && !isBorrowed) &&
      (decoding === 1
        ? current.rows < 2 * sequences.length || current.rows <= 4
        : current.rows === sequences.length && sequences.every(({ row }, index) => row === index));
    if (together) return current;
    const cache = new KeyValueCache(this.#config, sequences.length, room);
    sequences.forEach((sequence, row) => {
      if (sequence.cache) cache.copyRow(row, sequence.cache, sequence.row);
      sequence.cache = cache;
      sequence.row = row;
      sequence.isBorrowed = false;
    });
    return cache;
  }
}

function cachedLength(sequence: Sequence): number {
  return sequence.cache ? sequence.cache.lengths[sequence.row]! : 0;
}

/** How many ids all lists begin with alike, with one id or more left over in each. */
function commonLength(lists: readonly (readonly number[])[]): number {
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
  counts: Int32Array,
  size: number,
): Float32Array {
  if (!kept) return probabilities;
  counts.forEach((count, row) => {
    if (count > 0) kept.set(probabilities.subarray(row * size, (row + 1) * size), row * size);
  });
  return kept;
}
