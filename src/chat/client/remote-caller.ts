/**
 * Sends the requests of one client, whatever they ask for: limits, budget, books and further tries.
 *
 * Order of a call: a place among the concurrent ones; room in the minute; the budget; the server. No
 * error or log of this file holds a message, a reply or the key.
 */
import { AbortedError, ProviderError, RlpaError, throwIfAborted } from '../../base/index.ts';
import { computeMoney } from './account.ts';
import { CallFailure, failureRules } from './failures.ts';
import { describeGivenUp, type GivenUp } from './given-up.ts';
import type { CallLedger, Settlement } from './ledger.ts';
import type { ModelServer } from './model-server.ts';
import { checkRanges, pricesSchema } from './ranges.ts';
import { setUpBySettings, type ModelAddress } from './settings.ts';
import type { TokenUsage } from './tokens.ts';
import { computeWaitMs, parseRetryAfter } from './waits.ts';

/** One request. A reply carries what the server says it used; null where it does not say. */
export type RemoteCall<Reply extends { readonly usage: TokenUsage | null }> = {
  /** What the waits before its further tries are spread by. */
  readonly key: string;
  /** The most it can use. */
  readonly most: TokenUsage;
  /** What it is expected to use. */
  readonly expected: TokenUsage;
  /** Sends it once. Throws `CallFailure`; rejects with the signal's reason when it fires. */
  send(signal: AbortSignal): Promise<Reply>;
  /** Estimates what it used, where the server does not say. */
  estimateUsage(reply: Reply): TokenUsage;
  /** Keeps the reply before anybody sees it, so that nothing paid for is lost. */
  keep(reply: Reply, usage: TokenUsage): void;
};

export type CallerOptions = {
  readonly endpoint: ModelAddress;
  readonly server: ModelServer;
  readonly ledger: CallLedger;
  /** Under which name the ledger books the calls. */
  readonly role: string;
  /** Ends all waiting and all calls under way. */
  readonly signal?: AbortSignal;
};

type FailedTry = {
  readonly failure: CallFailure;
  /** What the server asks to be left alone for; 0 where it does not ask. */
  readonly askedMs: number;
  /** From 1. */
  readonly attempt: number;
  readonly key: string;
  /** When the first try began. */
  readonly beganMs: number;
};

type NoFurtherTry = Pick<GivenUp, 'reason' | 'askedSeconds'>;

export class RemoteCaller {
  readonly #options: CallerOptions;
  readonly #underWay = new Set<Promise<unknown>>();
  /** Ends all waiting for a call; calls that were sent go on. */
  readonly #closing = new AbortController();

  /** Throws `ConfigError` for prices that are none. */
  constructor(options: CallerOptions) {
    checkRanges(pricesSchema, options.endpoint.prices, 'prices');
    this.#options = options;
  }

  /**
   * Makes one call, tried again as often as the limits allow.
   * Throws `ProviderError` when it failed for good (`isFatal` where every other one would too),
   * `BudgetError` when the budget leaves no room, `AbortedError` when a signal fired.
   */
  call<Reply extends { readonly usage: TokenUsage | null }>(
    call: RemoteCall<Reply>,
    signal?: AbortSignal,
  ): Promise<Reply> {
    const own = this.#options.signal;
    const joined = AbortSignal.any([own, signal].filter((each) => each !== undefined));
    const calling = this.#callAndKeep(call, joined).finally(() => this.#underWay.delete(calling));
    this.#underWay.add(calling);
    return calling;
  }

  /** Sends nothing more, and waits for what was sent, so that its replies are kept. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
  }

  async #callAndKeep<Reply extends { readonly usage: TokenUsage | null }>(
    call: RemoteCall<Reply>,
    signal: AbortSignal,
  ): Promise<Reply> {
    const { server } = this.#options;
    try {
      const { reply, usage } = await server.takePlace(() => this.#tryOften(call, signal));
      server.failuresInARow = 0;
      call.keep(reply, usage);
      return reply;
    } catch (error) {
      const hasEnded = signal.aborted || this.#closing.signal.aborted;
      if (error instanceof RlpaError || !hasEnded) throw error;
      throw new AbortedError('aborted', 'The work was interrupted.');
    }
  }

  async #tryOften<Reply extends { readonly usage: TokenUsage | null }>(
    call: RemoteCall<Reply>,
    signal: AbortSignal,
  ): Promise<{ readonly reply: Reply; readonly usage: TokenUsage }> {
    const { server, ledger, role } = this.#options;
    const waiting = AbortSignal.any([signal, this.#closing.signal]);
    const beganMs = server.clock.nowMs();
    for (let attempt = 1; ; attempt += 1) {
      throwIfAborted(waiting);
      this.#checkServer();
      try {
        return await this.#tryOnce(call, signal, waiting);
      } catch (error) {
        if (!(error instanceof CallFailure)) throw error;
        const askedMs = parseRetryAfter(error.retryAfter, server.clock.timestamp()) ?? 0;
        // The server asked everybody, not only this request.
        if (askedMs <= server.limits.longestWaitSeconds * 1000) server.limiter.pause(askedMs);
        const failed = { failure: error, askedMs, attempt, key: call.key, beganMs };
        const plan = this.#planWait(failed);
        if (typeof plan !== 'number') {
          throw this.#giveUp({ failure: error, tries: attempt, ...plan });
        }
        ledger.count(role, { retries: 1 });
        await server.sleep(plan, waiting);
      }
    }
  }

  async #tryOnce<Reply extends { readonly usage: TokenUsage | null }>(
    call: RemoteCall<Reply>,
    signal: AbortSignal,
    waiting: AbortSignal,
  ): Promise<{ readonly reply: Reply; readonly usage: TokenUsage }> {
    const { server, ledger, role, endpoint } = this.#options;
    const most = { tokens: sumTokens(call.most), money: computeMoney(call.most, endpoint.prices) };
    const correct = await server.limiter.acquire(sumTokens(call.expected), waiting);
    const reservation = await ledger.admit(role, most);
    if (waiting.aborted) ledger.withdraw(reservation);
    throwIfAborted(waiting);
    const settle = (end: Pick<Settlement, 'outcome' | 'usage' | 'isEstimated'>): void => {
      correct(sumTokens(end.usage));
      ledger.settle(reservation, { ...end, money: computeMoney(end.usage, endpoint.prices) });
    };
    let reply: Reply;
    try {
      reply = await call.send(signal);
    } catch (error) {
      settle(judgeFailure(error, call.most));
      throw error;
    }
    const usage = reply.usage ?? call.estimateUsage(reply);
    settle({ outcome: 'answered', usage, isEstimated: reply.usage === null });
    return { reply, usage };
  }

  /** Milliseconds before the next try, or why there is none. */
  #planWait({ failure, askedMs, attempt, key, beganMs }: FailedTry): number | NoFurtherTry {
    const { limits, clock } = this.#options.server;
    if (failureRules[failure.kind].mayPass !== true) return { reason: 'no_use' };
    if (askedMs > limits.longestWaitSeconds * 1000) {
      return { reason: 'wait_too_long', askedSeconds: askedMs / 1000 };
    }
    if (attempt > limits.retries) return { reason: 'no_tries_left' };
    const waitMs = Math.max(askedMs, computeWaitMs(attempt, limits, key));
    const goneMs = clock.nowMs() - beganMs;
    return goneMs + waitMs > limits.totalSeconds * 1000 ? { reason: 'no_time_left' } : waitMs;
  }

  #checkServer(): void {
    const { server } = this.#options;
    if (server.failuresInARow < server.limits.failuresInARow) return;
    throw new ProviderError(
      'provider_gone',
      `The model server failed ${server.failuresInARow} requests in a row, each after its tries.`,
      {
        isFatal: true,
        hint: 'What was done is saved. Check the server, then run the same command with --resume.',
      },
    );
  }

  #giveUp(end: Omit<GivenUp, 'endpoint' | 'setUpBy' | 'role' | 'limits'>): ProviderError {
    const { server, ledger, role, endpoint } = this.#options;
    server.failuresInARow += 1;
    ledger.count(role, { givenUp: 1 });
    const { limits } = server;
    return describeGivenUp({ ...end, endpoint, setUpBy: setUpBySettings, role, limits });
  }
}

/**
 * A reply that broke off, or that nobody waited for, was most likely computed and is charged; how much
 * of it is unknown, so the most it can be is booked.
 */
function judgeFailure(
  error: unknown,
  most: TokenUsage,
): Pick<Settlement, 'outcome' | 'usage' | 'isEstimated'> {
  if (!(error instanceof CallFailure)) {
    return { outcome: 'interrupted', usage: most, isEstimated: true };
  }
  const { kind: outcome, usage: told } = error;
  if (told !== null) return { outcome, usage: told, isEstimated: false };
  const isCharged = failureRules[outcome].mayBeCharged === true;
  const usage = isCharged ? most : { promptTokens: 0, completionTokens: 0 };
  return { outcome, usage, isEstimated: isCharged };
}

function sumTokens({ promptTokens, completionTokens }: TokenUsage): number {
  return promptTokens + completionTokens;
}
