/**
 * Sampling on several cores: each thread samples its part of the requests with a graph of its own.
 *
 * A small model's decoding step is many short operations, which two cores inside one operation
 * hardly speed up; two steps side by side do. A conversation stays with its thread, where its cache
 * is, and so does a copy of it. New ones go to the thread that has the fewest, so the same calls give
 * the same numbers.
 */
import { Worker } from 'node:worker_threads';
import { prepareThread } from '../../engine/index.ts';
import type { SampleOptions, SampleRequest, SampleResult } from '../backend.ts';
import type { GraphOptions } from '../graphs/graph-options.ts';
import type { TrainedWeights } from '../runners/runner.ts';
import { WorkerCaller } from '../threads/worker-calls.ts';
import { isValueWeight } from '../weights/parameters.ts';
import { callSample } from './remote-sample.ts';
import type { SequenceSampler } from './sampler.ts';

/** A sampling thread, started when it gets its first request. */
class SamplingThread {
  /** Requests under way that leave nothing behind. */
  passing = 0;
  readonly #options: GraphOptions;
  #caller: WorkerCaller | null = null;
  /** Settles when the thread has the weights as they are; null while it has those of before. */
  #ready: Promise<unknown> | null = null;

  constructor(options: GraphOptions) {
    this.#options = options;
  }

  /** Caches belong to weights that are no more. */
  renew(): void {
    this.#ready = null;
  }

  async sample(
    requests: readonly SampleRequest[],
    readWeights: () => TrainedWeights,
    options: SampleOptions,
  ): Promise<readonly SampleResult[]> {
    const url = new URL('./sampler-worker.js', import.meta.url);
    this.#caller ??= new WorkerCaller(new Worker(url, { workerData: this.#options }));
    this.#ready ??= this.#caller.call('setWeights', [readWeights()]);
    await this.#ready;
    return callSample(this.#caller)(requests, options);
  }

  async closeSequences(sequenceIds: readonly string[]): Promise<void> {
    await this.#caller?.call('closeSequences', [sequenceIds]);
  }

  async release(): Promise<void> {
    if (this.#caller && !this.#caller.hasEnded) await this.#caller.call('close', []);
    await this.#caller?.terminate();
  }
}

export class SamplerPool implements SequenceSampler {
  readonly #threads: readonly SamplingThread[];
  readonly #readWeights: () => TrainedWeights;
  /** The thread of each conversation that is kept. */
  readonly #threadOf = new Map<string, SamplingThread>();
  #prepared: Promise<void> | null = null;

  /** `readWeights` gives the trained weights as they are. */
  constructor(options: GraphOptions, count: number, readWeights: () => TrainedWeights) {
    this.#threads = Array.from(
      { length: count },
      () => new SamplingThread({ ...options, threads: 1 }),
    );
    this.#readWeights = () =>
      Object.fromEntries(Object.entries(readWeights()).filter(([name]) => !isValueWeight(name)));
  }

  async sample(
    requests: readonly SampleRequest[],
    options: SampleOptions = {},
  ): Promise<readonly SampleResult[]> {
    this.#prepared ??= prepareThread();
    await this.#prepared;
    const results: SampleResult[] = [];
    const settled = await Promise.allSettled(
      [...this.#assign(requests)].map(async ([thread, indices]) => {
        const part = indices.map((index) => requests[index]!);
        const found = await this.#samplePart(thread, part, renumber(options, indices));
        indices.forEach((index, row) => (results[index] = found[row]!));
      }),
    );
    for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
    return results;
  }

  async close(sequenceIds: readonly string[]): Promise<void> {
    const parts = new Map<SamplingThread, string[]>();
    for (const id of sequenceIds) {
      const thread = this.#threadOf.get(id);
      if (!thread) continue;
      parts.set(thread, [...(parts.get(thread) ?? []), id]);
      this.#threadOf.delete(id);
    }
    await Promise.all([...parts].map(([thread, ids]) => thread.closeSequences(ids)));
  }

  /** Each thread gets the new weights with its next request. */
  closeAll(): void {
    this.#threadOf.clear();
    for (const thread of this.#threads) thread.renew();
  }

  async release(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.release()));
  }

  async #samplePart(
    thread: SamplingThread,
    part: readonly SampleRequest[],
    options: SampleOptions,
  ): Promise<readonly SampleResult[]> {
    const passing = part.filter(({ sequenceId }) => sequenceId === undefined).length;
    thread.passing += passing;
    try {
      return await thread.sample(part, this.#readWeights, options);
    } finally {
      thread.passing -= passing;
    }
  }

  /** Indices of the requests of each thread. */
  #assign(requests: readonly SampleRequest[]): Map<SamplingThread, number[]> {
    const loads = new Map(this.#threads.map((thread) => [thread, thread.passing]));
    const add = (thread: SamplingThread): void => void loads.set(thread, loads.get(thread)! + 1);
    for (const thread of this.#threadOf.values()) add(thread);
    const parts = new Map<SamplingThread, number[]>();
    requests.forEach(({ sequenceId = '', forkOf = '' }, index) => {
      const own = this.#threadOf.get(sequenceId);
      const thread = own ?? this.#threadOf.get(forkOf) ?? leastOf(loads);
      if (!own) add(thread);
      if (sequenceId !== '') this.#threadOf.set(sequenceId, thread);
      const indices = parts.get(thread);
      if (indices) indices.push(index);
      else parts.set(thread, [index]);
    });
    return parts;
  }
}

/** The first of the threads with the smallest load. */
function leastOf(loads: ReadonlyMap<SamplingThread, number>): SamplingThread {
  return [...loads].reduce((least, entry) => (entry[1] < least[1] ? entry : least))[0];
}

/** Options for some of the requests, whose tokens keep their place among all. */
function renumber({ signal, onToken }: SampleOptions, indices: readonly number[]): SampleOptions {
  return {
    ...(signal ? { signal } : {}),
    ...(onToken ? { onToken: (index, token) => onToken(indices[index]!, token) } : {}),
  };
}
