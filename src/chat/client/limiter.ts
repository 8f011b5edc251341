/**
 * Keeps requests and tokens within what a server grants a minute.
 *
 * A sliding window of 60 seconds; callers are let through in the order in which they came. A request
 * larger than the whole token limit goes alone. A server that asks for a pause gets it from
 * everybody, not only from the request that was told.
 */
import type { Clock } from '../../base/index.ts';

const windowMs = 60_000;

/** Waits the given milliseconds; rejects when the signal fires. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

export type RateLimits = {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
};

type Passage = { readonly atMs: number; tokens: number };

export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  #passages: Passage[] = [];
  #queue: Promise<void> = Promise.resolve();
  #pausedUntilMs = 0;

  constructor(limits: RateLimits, clock: Clock, sleep: Sleep) {
    this.#limits = limits;
    this.#clock = clock;
    this.#sleep = sleep;
  }

  /** Waits for room, and takes it. Returns a function that corrects the tokens afterwards. */
  async acquire(tokens: number, signal?: AbortSignal): Promise<(used: number) => void> {
    const turn = this.#queue.then(() => this.#pass(tokens, signal));
    this.#queue = turn.then(
      () => undefined,
      () => undefined,
    );
    const passage = await turn;
    return (used) => {
      passage.tokens = used;
    };
  }

  /** Lets nobody through for so long. */
  pause(milliseconds: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.nowMs() + milliseconds);
  }

  async #pass(tokens: number, signal?: AbortSignal): Promise<Passage> {
    for (;;) {
      const waitMs = this.#computeWait(tokens);
      if (waitMs <= 0) break;
      await this.#sleep(Math.ceil(waitMs), signal);
    }
    const passage = { atMs: this.#clock.nowMs(), tokens };
    this.#passages.push(passage);
    return passage;
  }

  /** Milliseconds until the next passage may be tried; 0 when there is room now. */
  #computeWait(tokens: number): number {
    const now = this.#clock.nowMs();
    if (now < this.#pausedUntilMs) return this.#pausedUntilMs - now;
    this.#passages = this.#passages.filter(({ atMs }) => atMs + windowMs > now);
    const [oldest] = this.#passages;
    if (oldest === undefined) return 0;
    const { requestsPerMinute, tokensPerMinute } = this.#limits;
    const used = this.#passages.reduce((sum, passage) => sum + passage.tokens, 0);
    const isFull =
      (requestsPerMinute !== null && this.#passages.length + 1 > requestsPerMinute) ||
      (tokensPerMinute !== null && used + tokens > tokensPerMinute);
    return isFull ? oldest.atMs + windowMs - now : 0;
  }
}
