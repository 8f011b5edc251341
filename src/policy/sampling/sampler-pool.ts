/**
 * Sampling on several cores: each thread samples its share of the sequences with a graph of its own.
 *
 * A small model's decoding step is many short operations, which two cores inside one operation
 * hardly speed up; two steps side by side do. A sequence stays with its thread, where its cache is, and so
 * does a fork of it. New sequences go to the thread that has the fewest, so the same calls give the
 * same numbers.
 */
import { Worker } from 'node:worker_threads';
import { prepareThread } from '../../engine/index.ts';
import type { SampleRequest, SampleResult } from '../backend.ts';
import { isValueWeight } from '../weights/parameters.ts';
import type { GraphOptions } from '../graphs/graph-options.ts';
import type { TrainedWeights } from '../runners/runner.ts';
import { WorkerCaller } from '../threads/worker-calls.ts';
import type { SequenceSampler } from './sampler.ts';

/** A thread, started when it gets its first sequence. */
type SamplingThread = { readonly caller: WorkerCaller; hasWeights: boolean };

export class SamplerPool implements SequenceSampler {
  readonly #options: GraphOptions;
  readonly #readWeights: () => TrainedWeights;
  readonly #count: number;
  /** Index of the thread of each open sequence. */
  readonly #threadOf = new Map<string, number>();
  readonly #threads: (SamplingThread | undefined)[] = [];
  #isPrepared = false;

  constructor(options: GraphOptions, count: number, readWeights: () => TrainedWeights) {
    this.#options = { ...options, threads: 1 };
    this.#count = count;
    this.#readWeights = readWeights;
  }

  async sample(
    requests: readonly SampleRequest[],
    signal?: AbortSignal,
  ): Promise<readonly SampleResult[]> {
    if (!this.#isPrepared) await prepareThread();
    this.#isPrepared = true;
    const parts = this.#share(requests);
    const settled = await Promise.allSettled(
      parts.map(async (indices, thread) => {
        if (indices.length === 0) return [];
        const { caller } = await this.#open(thread);
        const part = indices.map((index) => requests[index]!);
        return caller.call('sample', [part], signal);
      }),
    );
    const results: SampleResult[] = [];
    settled.forEach((outcome, thread) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      const found = outcome.value as readonly SampleResult[];
      parts[thread]!.forEach((index, row) => (results[index] = found[row]!));
    });
    return results;
  }

  async close(sequenceIds: readonly string[]): Promise<void> {
    const parts: string[][] = Array.from({ length: this.#count }, () => []);
    for (const id of sequenceIds) {
      const thread = this.#threadOf.get(id);
      if (thread === undefined) continue;
      parts[thread]!.push(id);
      this.#threadOf.delete(id);
    }
    await Promise.all(
      parts.map((ids, thread) =>
        ids.length === 0 ? null : this.#threads[thread]?.caller.call('closeSequences', [ids]),
      ),
    );
  }

  /** Caches belong to weights that are no more; each thread gets the new ones with its next request. */
  closeAll(): void {
    this.#threadOf.clear();
    for (const thread of this.#threads) if (thread) thread.hasWeights = false;
  }

  async release(): Promise<void> {
    const threads = this.#threads.splice(0);
    await Promise.all(
      threads.map(async (thread) => {
        if (thread && !thread.caller.hasEnded) await thread.caller.call('close', []);
        await thread?.caller.terminate();
      }),
    );
  }

  /** A thread, started where need be and given the weights as they are. */
  async #open(index: number): Promise<SamplingThread> {
    const url = new URL('./sampler-worker.js', import.meta.url);
    const thread = (this.#threads[index] ??= {
      caller: new WorkerCaller(new Worker(url, { workerData: this.#options })),
      hasWeights: false,
    });
    if (!thread.hasWeights) {
      const weights = Object.entries(this.#readWeights()).filter(([name]) => !isValueWeight(name));
      await thread.caller.call('setWeights', [Object.fromEntries(weights)]);
      thread.hasWeights = true;
    }
    return thread;
  }

  /** Indices of the requests of each thread. */
  #share(requests: readonly SampleRequest[]): readonly (readonly number[])[] {
    const loads = new Array<number>(this.#count).fill(0);
    for (const thread of this.#threadOf.values()) loads[thread]! += 1;
    const parts: number[][] = loads.map(() => []);
    requests.forEach(({ sequenceId, forkOf }, index) => {
      const known = this.#threadOf.get(sequenceId) ?? this.#threadOf.get(forkOf?.sequenceId ?? '');
      const thread = known ?? loads.indexOf(Math.min(...loads));
      if (!this.#threadOf.has(sequenceId)) loads[thread]! += 1;
      this.#threadOf.set(sequenceId, thread);
      parts[thread]!.push(index);
    });
    return parts;
  }
}
