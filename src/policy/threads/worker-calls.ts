/**
 * Calls between threads: one side names a method and its arguments, the other answers.
 *
 * Calls of one moment travel in one message and are begun in order; which of them may run side by
 * side is up to the methods. An abort follows its call. A thread that fails or ends rejects whatever
 * waits for it.
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
  | { readonly kind: 'event'; readonly id: number; readonly event: unknown }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: PlainError };

export type CallOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Receives what the method emits before it answers. */
  readonly onEvent?: ((event: unknown) => void) | undefined;
};

type Waiting = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onEvent: CallOptions['onEvent'];
};

/** A thread's methods, seen from another thread. */
export class WorkerCaller {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  /** Calls of this moment, not sent yet. */
  #outbox: Call[] = [];
  #nextId = 0;
  #failure: Error | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (answer: Answer) => this.#receive(answer));
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
  call(
    method: string,
    args: readonly unknown[],
    { signal, onEvent }: CallOptions = {},
  ): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId;
    this.#nextId += 1;
    const abort = (): void => this.#send({ kind: 'abort', id });
    signal?.addEventListener('abort', abort, { once: true });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onEvent });
      this.#send({ kind: 'call', id, method, args });
      if (signal?.aborted) abort();
    }).finally(() => signal?.removeEventListener('abort', abort));
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(call: Call): void {
    this.#outbox.push(call);
    if (this.#outbox.length === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const calls = this.#outbox;
    this.#outbox = [];
    try {
      this.#worker.postMessage(calls);
    } catch (cause) {
      const error = new EngineError('worker_call', `A call could not be sent: ${String(cause)}`, {
        cause,
      });
      for (const { id } of calls) {
        this.#waiting.get(id)?.reject(error);
        this.#waiting.delete(id);
      }
    }
  }

  #receive(answer: Answer): void {
    const entry = this.#waiting.get(answer.id);
    if (answer.kind === 'event') return entry?.onEvent?.(answer.event);
    this.#waiting.delete(answer.id);
    if (answer.kind === 'value') entry?.resolve(answer.value);
    else entry?.reject(restoreError(answer.error));
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** What a method called from another thread can do beside answering. */
export type CallContext = {
  /** Aborted when the caller says so. */
  readonly signal: AbortSignal;
  /** Sends an event to the caller. */
  readonly emit: (event: unknown) => void;
};

export type WorkerMethod = (args: readonly unknown[], context: CallContext) => Promise<unknown>;

/** Answers calls, begun in order. The thread ends after `close`. */
export function answerCalls(port: MessagePort, find: (method: string) => WorkerMethod): void {
  const aborts = new Map<number, AbortController>();
  const post = (answer: Answer): void => port.postMessage(answer);

  const answer = async (id: number, method: string, args: readonly unknown[]): Promise<void> => {
    const controller = new AbortController();
    aborts.set(id, controller);
    const emit = (event: unknown): void => post({ kind: 'event', id, event });
    try {
      const value = await find(method)(args, { signal: controller.signal, emit });
      post({ kind: 'value', id, value });
    } catch (error) {
      post({ kind: 'error', id, error: flattenError(error) });
    }
    aborts.delete(id);
    if (method === 'close') port.close();
  };
  port.on('message', (calls: readonly Call[]) => {
    for (const call of calls) {
      if (call.kind === 'abort') aborts.get(call.id)?.abort();
      else void answer(call.id, call.method, call.args);
    }
  });
}
