/**
 * The embedded backend in a worker thread, so that the main thread stays free to show progress,
 * answer requests and hear Ctrl-C while the runtime computes.
 */
import { Worker } from 'node:worker_threads';
import { EngineError } from '../base/index.ts';
import type { TrainingBackend } from './backend.ts';
import {
  restoreError,
  type MethodName,
  type WorkerAnswer,
  type WorkerCall,
  type WorkerOptions,
} from './worker-protocol.ts';

type Waiting = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};

/**
 * Starts the worker and loads the model in it. Throws what loading throws: `CheckpointError` for a
 * folder that does not fit, `EngineError` when the native runtime is missing.
 */
export async function createWorkerBackend(options: WorkerOptions): Promise<TrainingBackend> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: options });
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let failure: Error | null = null;

  const failAll = (error: Error): void => {
    failure = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('message', (answer: WorkerAnswer) => {
    const entry = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) entry?.resolve(answer.value);
    else entry?.reject(restoreError(answer.error));
  });
  worker.on('error', (cause) => {
    failAll(
      new EngineError('worker_failed', `The engine's thread failed: ${String(cause)}`, { cause }),
    );
  });
  worker.on('exit', () => {
    failAll(new EngineError('worker_ended', "The engine's thread has ended."));
  });

  const call = (
    method: MethodName,
    args: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<unknown> => {
    if (failure) return Promise.reject(failure);
    const id = nextId;
    nextId += 1;
    const abort = (): void => {
      worker.postMessage({ kind: 'abort', id } satisfies WorkerCall);
    };
    signal?.addEventListener('abort', abort, { once: true });
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ kind: 'call', id, method, args } satisfies WorkerCall);
      if (signal?.aborted) abort();
    }).finally(() => signal?.removeEventListener('abort', abort));
  };
  const forward = <Name extends MethodName>(method: Name): TrainingBackend[Name] =>
    ((...args: readonly unknown[]) => call(method, args)) as TrainingBackend[Name];

  const backend: TrainingBackend = {
    describe: forward('describe'),
    sample: (requests, signal) =>
      call('sample', [requests], signal) as ReturnType<TrainingBackend['sample']>,
    closeSequences: forward('closeSequences'),
    score: forward('score'),
    forwardBackward: forward('forwardBackward'),
    optimStep: forward('optimStep'),
    freezeReference: forward('freezeReference'),
    saveState: forward('saveState'),
    loadState: forward('loadState'),
    saveModel: forward('saveModel'),
    close: async () => {
      if (failure) return;
      await call('close', []);
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
