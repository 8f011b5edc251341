/**
 * Brings the turns of conversations that go on side by side to one assistant, in batches of whatever is ready.
 *
 * One batch is answered at a time. While it is, turns gather; the next batch holds all of them, in the
 * order of their conversations. Where users and judges answer at once, every conversation is ready when the
 * next batch is made, so the batches are the turns one after the other, always alike.
 */
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import type { ChatReply } from '../chat/index.ts';
import type { Assistant, AssistantTurn } from './assistant.ts';

type Waiting = {
  readonly order: number;
  readonly turn: AssistantTurn;
  readonly resolve: (replies: readonly ChatReply[]) => void;
  readonly reject: (error: unknown) => void;
};

export class TurnBatches {
  readonly #assistant: Assistant;
  readonly #signal: AbortSignal | undefined;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(assistant: Assistant, signal?: AbortSignal) {
    this.#assistant = assistant;
    this.#signal = signal;
  }

  /** Has a turn answered; `order` is the place of its conversation. Rejects once a batch has failed. */
  answer(turn: AssistantTurn, order: number): Promise<readonly ChatReply[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order, turn, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Ends the work: what waits is rejected with the error, and so is whatever comes. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure.error);
  }

  /** Throws what ended the work, if anything did. */
  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Resolves when no batch is being answered. */
  async settle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Whatever becomes ready without waiting for the outside joins the batch.
      await nextMacrotask();
      if (this.#failure !== null) this.fail(this.#failure.error);
      const batch = this.#waiting.splice(0).sort((first, second) => first.order - second.order);
      if (batch.length > 0) await this.#answerBatch(batch);
    }
    this.#running = null;
  }

  async #answerBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const turns = batch.map(({ turn }) => turn);
      const answers = await this.#assistant.answer(turns, this.#signal);
      for (const [place, { resolve }] of batch.entries()) resolve(answers[place] ?? []);
      // The conversations go on before the next batch is made.
      await nextMacrotask();
    } catch (error) {
      for (const { reject } of batch) reject(error);
      this.fail(error);
    }
  }
}
