/** Entry of the engine's worker thread: one embedded backend, called by messages. */
import { parentPort, workerData } from 'node:worker_threads';
import { settleDevice } from '../../engine/index.ts';
import { answerSample } from '../sampling/remote-sample.ts';
import { answerCalls } from '../threads/worker-calls.ts';
import { loadPolicyWeights } from '../weights/policy-weights.ts';
import { EmbeddedBackend } from './embedded-backend.ts';
import type { WorkerOptions } from './worker-backend.ts';

type AnyMethod = (...args: readonly unknown[]) => Promise<unknown>;

function open(options: WorkerOptions): EmbeddedBackend {
  const {
    threads,
    maxTokensPerBatch,
    layout = 'auto',
    device: choice = 'auto',
    decodeBits = 'auto',
    ...policy
  } = options;
  const weights = loadPolicyWeights(policy);
  const samplers = threads;
  const { device } = settleDevice(choice);
  const run = { threads, samplers, maxTokensPerBatch, layout, device, decodeBits };
  return new EmbeddedBackend({ weights, ...run });
}

if (parentPort) {
  let backend: EmbeddedBackend | undefined;

  answerCalls(parentPort, (name) => (args, context) => {
    backend ??= open(workerData as WorkerOptions);
    if (name === 'sample') return answerSample(backend)(args, context);
    const method = backend[name as keyof EmbeddedBackend] as AnyMethod;
    return method.call(backend, ...args);
  });
}
