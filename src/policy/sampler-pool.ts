/**
 * Sampling on several cores: each thread samples its share of the sequences with a graph of its own.
 *
 * A small model's decoding step is many short operations, which two cores inside one operation
 * hardly speed up; two steps side by side do. A sequence stays with its thread, where its cache is, and so
 * does a fork of it. New sequences go to the thread that has the fewest, so the same calls give the
 * same numbers.
 */
import { Worker } from 'node:worker_threads';
import { prepareThread } from '../engine/index.ts';
import type { SampleRequest, SampleResult } from './backend.ts';
import { isValueWeight } from './parameters.ts';
import type { RunnerOptions, TrainedWeights } from './runner.ts';
import type { SequenceSampler } from './sampler.ts';
import { WorkerCaller } from './worker-calls.ts';

export class SamplerPool implements SequenceSampler {
  readonly #options: RunnerOptions;
  readonly #readWeights: () => TrainedWeights;
  readonly #count: number;
  /** Thread of each open sequence. */
  readonly #homes = new Map<string, number>();
  #workers: Promise<readonly WorkerCaller[]> | null = null;
  #isStale = true;

  constructor(options: RunnerOptions, count: number, readWeights: () => TrainedWeights) {
    this.#options = { ...options, threads: 1 };
    this.#count = count;
    this.#readWeights = readWeights;
  }

  async sample(
    requests: readonly SampleRequest[],
    signal?: AbortSignal,
  ): Promise<readonly SampleResult[]> {
    const workers = await (this.#workers ??= this.#start());
    if (this.#isStale) {
      const weights = Object.fromEntries(
        Object.entries(this.#readWeights()).filter(([name]) => !isValueWeight(name)),
      );
      await Promise.all(workers.map((worker) => worker.call('setWeights', [weights])));
      this.#isStale = false;
    }
    const parts = this.#share(requests);
    const settled = await Promise.allSettled(
      parts.map((indices, home) => {
        const part = indices.map((index) => requests[index]!);
        return part.length === 0 ? [] : workers[home]!.call('sample', [part], signal);
      }),
    );
    const results: SampleResult[] = [];
    settled.forEach((outcome, home) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      const found = outcome.value as readonly SampleResult[];
      parts[home]!.forEach((index, place) => (results[index] = found[place]!));
    });
    return results;
  }

  async close(sequenceIds: readonly string[]): Promise<void> {
    const parts: string[][] = Array.from({ length: this.#count }, () => []);
    for (const id of sequenceIds) {
      const home = this.#homes.get(id);
      if (home === undefined) continue;
      parts[home]!.push(id);
      this.#homes.delete(id);
    }
    const workers = await this.#workers;
    await Promise.all(
      parts.map((ids, home) => ids.length > 0 && workers?.[home]!.call('closeSequences', [ids])),
    );
  }

  /** Caches belong to weights that are no more; the threads get the new ones with the next request. */
  closeAll(): void {
    this.#homes.clear();
    this.#isStale = true;
  }

  async release(): Promise<void> {
    const workers = (await this.#workers) ?? [];
    this.#workers = null;
    await Promise.all(
      workers.map(async (worker) => {
        if (!worker.hasEnded) await worker.call('close', []);
        await worker.terminate();
      }),
    );
  }

  async #start(): Promise<readonly WorkerCaller[]> {
    await prepareThread();
    const url = new URL('./sampler-worker.js', import.meta.url);
    return Array.from(
      { length: this.#count },
      () => new WorkerCaller(new Worker(url, { workerData: this.#options })),
    );
  }

  /** Indices of the requests of each thread. */
  #share(requests: readonly SampleRequest[]): readonly (readonly number[])[] {
    const loads = new Array<number>(this.#count).fill(0);
    for (const home of this.#homes.values()) loads[home]! += 1;
    const parts: number[][] = loads.map(() => []);
    requests.forEach(({ sequenceId, forkOf }, index) => {
      let home = this.#homes.get(sequenceId) ?? this.#homes.get(forkOf?.sequenceId ?? '');
      if (home === undefined) {
        home = loads.indexOf(Math.min(...loads));
      }
      if (!this.#homes.has(sequenceId)) loads[home]! += 1;
      this.#homes.set(sequenceId, home);
      parts[home]!.push(index);
    });
    return parts;
  }
}
