/**
 * The embedded backend in a worker thread, so that the main thread stays free to show progress,
 * answer requests and hear Ctrl-C while the runtime computes.
 */
import { Worker } from 'node:worker_threads';
import type { Device } from '../../engine/index.ts';
import type { TrainingBackend } from '../backend.ts';
import type { PolicyOptions } from '../weights/policy-weights.ts';
import { callSample } from '../sampling/remote-sample.ts';
import { WorkerCaller } from '../threads/worker-calls.ts';
import type { DecodeBits } from './embedded-backend.ts';
import type { GraphLayout } from './run-plan.ts';

export type WorkerOptions = PolicyOptions & {
  readonly threads: number;
  readonly maxTokensPerBatch: number;
  readonly layout?: GraphLayout;
  readonly decodeBits?: DecodeBits;
  /** What computes; default `auto`. */
  readonly device?: 'auto' | Device;
};

/**
 * Starts the worker and loads the model in it. Throws what loading throws: `CheckpointError` for a
 * folder that does not fit, `EngineError` when the native runtime is missing.
 */
export async function createWorkerBackend(options: WorkerOptions): Promise<TrainingBackend> {
  const worker = new WorkerCaller(
    new Worker(new URL('./worker.js', import.meta.url), { workerData: options }),
  );
  const forward = <Name extends keyof TrainingBackend>(method: Name): TrainingBackend[Name] =>
    ((...args: readonly unknown[]) => worker.call(method, args)) as TrainingBackend[Name];

  const backend: TrainingBackend = {
    describe: forward('describe'),
    sample: callSample(worker),
    closeSequences: forward('closeSequences'),
    score: forward('score'),
    forwardBackward: forward('forwardBackward'),
    optimStep: forward('optimStep'),
    freezeReference: forward('freezeReference'),
    saveState: forward('saveState'),
    loadState: forward('loadState'),
    saveModel: forward('saveModel'),
    close: async () => {
      if (worker.hasEnded) return;
      await worker.call('close', []);
      await worker.terminate();
    },
  };
  try {
    await backend.describe();
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return backend;
}
