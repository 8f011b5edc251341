/** Entry of the engine's worker thread: one embedded backend, called by messages, one at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { EmbeddedBackend } from './embedded-backend.ts';
import { loadPolicyWeights } from './policy-weights.ts';
import {
  flattenError,
  type WorkerAnswer,
  type WorkerCall,
  type WorkerOptions,
} from './worker-protocol.ts';

const port = parentPort;
if (port) {
  const aborts = new Map<number, AbortController>();
  let backend: EmbeddedBackend | undefined;
  let queue: Promise<void> = Promise.resolve();

  const open = (): EmbeddedBackend => {
    const {
      threads,
      maxTokensPerBatch,
      layout = 'auto',
      provider = 'cpu',
      ...policy
    } = workerData as WorkerOptions;
    const weights = loadPolicyWeights(policy);
    return new EmbeddedBackend({ weights, threads, maxTokensPerBatch, layout, provider });
  };

  const answer = async (call: Extract<WorkerCall, { kind: 'call' }>): Promise<WorkerAnswer> => {
    try {
      backend ??= open();
      const method = backend[call.method] as (...args: readonly unknown[]) => Promise<unknown>;
      const args =
        call.method === 'sample' ? [call.args[0], aborts.get(call.id)?.signal] : call.args;
      return { id: call.id, ok: true, value: await method.call(backend, ...args) };
    } catch (error) {
      return { id: call.id, ok: false, error: flattenError(error) };
    } finally {
      aborts.delete(call.id);
    }
  };

  port.on('message', (call: WorkerCall) => {
    if (call.kind === 'abort') {
      aborts.get(call.id)?.abort();
      return;
    }
    aborts.set(call.id, new AbortController());
    queue = queue.then(async () => {
      port.postMessage(await answer(call));
      if (call.method === 'close') port.close();
    });
  });
}
