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
type Home = { readonly caller: WorkerCaller; hasWeights: boolean };

export class SamplerPool implements SequenceSampler {
  readonly #options: GraphOptions;
  readonly #readWeights: () => TrainedWeights;
  readonly #count: number;
  /** Place of the thread of each open sequence. */
  readonly #places = new Map<string, number>();
  readonly #homes: (Home | undefined)[] = [];
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
      parts.map(async (indices, place) => {
        if (indices.length === 0) return [];
        const home = await this.#open(place);
        const part = indices.map((index) => requests[index]!);
        return home.caller.call('sample', [part], signal);
      }),
    );
    const results: SampleResult[] = [];
    settled.forEach((outcome, place) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      const found = outcome.value as readonly SampleResult[];
      parts[place]!.forEach((index, row) => (results[index] = found[row]!));
    });
    return results;
  }

  async close(sequenceIds: readonly string[]): Promise<void> {
    const parts: string[][] = Array.from({ length: this.#count }, () => []);
    for (const id of sequenceIds) {
      const place = this.#places.get(id);
      if (place === undefined) continue;
      parts[place]!.push(id);
      this.#places.delete(id);
    }
    await Promise.all(
      parts.map((ids, place) =>
        ids.length === 0 ? null : this.#homes[place]?.caller.call('closeSequences', [ids]),
      ),
    );
  }

  /** Caches belong to weights that are no more; each thread gets the new ones with its next request. */
  closeAll(): void {
    this.#places.clear();
    for (const home of this.#homes) if (home) home.hasWeights = false;
  }

  async release(): Promise<void> {
    const homes = this.#homes.splice(0);
    await Promise.all(
      homes.map(async (home) => {
        if (home && !home.caller.hasEnded) await home.caller.call('close', []);
        await home?.caller.terminate();
      }),
    );
  }

  /** The thread of a place, started where need be and given the weights as they are. */
  async #open(place: number): Promise<Home> {
    const url = new URL('./sampler-worker.js', import.meta.url);
    const home = (this.#homes[place] ??= {
      caller: new WorkerCaller(new Worker(url, { workerData: this.#options })),
      hasWeights: false,
    });
    if (!home.hasWeights) {
      const weights = Object.entries(this.#readWeights()).filter(([name]) => !isValueWeight(name));
      await home.caller.call('setWeights', [Object.fromEntries(weights)]);
      home.hasWeights = true;
    }
    return home;
  }

  /** Indices of the requests of each thread. */
  #share(requests: readonly SampleRequest[]): readonly (readonly number[])[] {
    const loads = new Array<number>(this.#count).fill(0);
    for (const place of this.#places.values()) loads[place]! += 1;
    const parts: number[][] = loads.map(() => []);
    requests.forEach(({ sequenceId, forkOf }, index) => {
      const known = this.#places.get(sequenceId) ?? this.#places.get(forkOf?.sequenceId ?? '');
      const place = known ?? loads.indexOf(Math.min(...loads));
      if (!this.#places.has(sequenceId)) loads[place]! += 1;
      this.#places.set(sequenceId, place);
      parts[place]!.push(index);
    });
    return parts;
  }
}
