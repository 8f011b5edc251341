/**
 * Calls between threads: one side names a method and its arguments, the other answers.
 *
 * Answers come in the order of the calls; an abort overtakes them. A thread that fails or ends
 * rejects whatever waits for it.
 */
import type { MessagePort, Worker } from 'node:worker_threads';
import { EngineError } from '../../base/index.ts';
import { flattenError, restoreError, type PlainError } from './worker-errors.ts';

type Call =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: string;
      readonly args: readonly unknown[];
    }
  | { readonly kind: 'abort'; readonly id: number };

type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: PlainError };

type Waiting = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};

/** A thread's methods, seen from another thread. */
export class WorkerCaller {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #failure: Error | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (answer: Answer) => {
      const entry = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.ok) entry?.resolve(answer.value);
      else entry?.reject(restoreError(answer.error));
    });
    worker.on('error', (cause) => {
      this.#fail(
        new EngineError('worker_failed', `The engine's thread failed: ${String(cause)}`, { cause }),
      );
    });
    worker.on('exit', () => {
      this.#fail(new EngineError('worker_ended', "The engine's thread has ended."));
    });
  }

  /** Whether the thread has failed or ended. */
  get hasEnded(): boolean {
    return this.#failure !== null;
  }

  /** Calls a method of the thread. Throws what the method throws, `EngineError` when the thread is gone. */
  call(method: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId;
    this.#nextId += 1;
    const abort = (): void => {
      this.#worker.postMessage({ kind: 'abort', id } satisfies Call);
    };
    signal?.addEventListener('abort', abort, { once: true });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ kind: 'call', id, method, args } satisfies Call);
      if (signal?.aborted) abort();
    }).finally(() => signal?.removeEventListener('abort', abort));
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** A method that can be called from another thread; the signal is aborted when the caller says so. */
export type WorkerMethod = (args: readonly unknown[], signal: AbortSignal) => Promise<unknown>;

/** Answers calls one at a time, in order. The thread ends after `close`. */
export function answerCalls(port: MessagePort, find: (method: string) => WorkerMethod): void {
  const aborts = new Map<number, AbortController>();
  let queue: Promise<void> = Promise.resolve();

  const answer = async (id: number, method: string, args: readonly unknown[]): Promise<Answer> => {
    try {
      return { id, ok: true, value: await find(method)(args, aborts.get(id)!.signal) };
    } catch (error) {
      return { id, ok: false, error: flattenError(error) };
    } finally {
      aborts.delete(id);
    }
  };
  port.on('message', (call: Call) => {
    if (call.kind === 'abort') {
      aborts.get(call.id)?.abort();
      return;
    }
    aborts.set(call.id, new AbortController());
    queue = queue.then(async () => {
      port.postMessage(await answer(call.id, call.method, call.args));
      if (call.method === 'close') port.close();
    });
  });
}
