/** Entry of the engine's worker thread: one embedded backend, called by messages, one at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadPolicyWeights } from '../weights/policy-weights.ts';
import { answerCalls } from '../threads/worker-calls.ts';
import { EmbeddedBackend } from './embedded-backend.ts';
import type { WorkerOptions } from './worker-backend.ts';

type AnyMethod = (...args: readonly unknown[]) => Promise<unknown>;

if (parentPort) {
  let backend: EmbeddedBackend | undefined;

  const open = (): EmbeddedBackend => {
    const {
      threads,
      maxTokensPerBatch,
      layout = 'auto',
      provider = 'cpu',
      ...policy
    } = workerData as WorkerOptions;
    const weights = loadPolicyWeights(policy);
    return new EmbeddedBackend({
      weights,
      threads,
      samplers: threads,
      maxTokensPerBatch,
      layout,
      provider,
    });
  };
  answerCalls(parentPort, (name) => (args, signal) => {
    backend ??= open();
    const method = backend[name as keyof EmbeddedBackend] as AnyMethod;
    return method.call(backend, ...args, ...(name === 'sample' ? [signal] : []));
  });
}
