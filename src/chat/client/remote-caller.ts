/**
 * Sends the requests of one client, whatever they ask for: limits, budget, books and further tries.
 *
 * Order of a call: a place among the concurrent ones; room in the minute; the budget; the server. No
 * error or log of this file holds a message, a reply or the key.
 */
import { AbortedError, ProviderError, RlpaError, throwIfAborted } from '../../base/index.ts';
import { computeMoney, type CallLedger, type FailureKind } from './ledger.ts';
import type { ModelServer } from './model-server.ts';
import { CallFailure } from './post.ts';
import type { ModelAddress } from './settings.ts';
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

export class RemoteCaller {
  readonly #options: CallerOptions;
  readonly #underWay = new Set<Promise<unknown>>();
  /** Ends all waiting for a call; calls that were sent go on. */
  readonly #closing = new AbortController();

  constructor(options: CallerOptions) {
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
    const { server, ledger, role } = this.#options;
    try {
      const { reply, usage } = await server.takePlace(() => this.#tryOften(call, signal));
      server.failuresInARow = 0;
      call.keep(reply, usage);
      ledger.answer(role);
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
    const { limits } = server;
    const waiting = AbortSignal.any([signal, this.#closing.signal]);
    for (let attempt = 1; ; attempt += 1) {
      throwIfAborted(waiting);
      this.#checkServer();
      try {
        return await this.#tryOnce(call, signal, waiting);
      } catch (error) {
        if (!(error instanceof CallFailure)) throw error;
        ledger.fail(role, error.kind);
        const waitMs = this.#planWait(error, attempt, call.key);
        if (waitMs !== null && error.retryAfter !== null) server.limiter.pause(waitMs);
        if (waitMs === null || attempt > limits.retries) throw this.#giveUp(error, attempt);
        ledger.retry(role);
        await server.sleep(waitMs, waiting);
      }
    }
  }

  async #tryOnce<Reply extends { readonly usage: TokenUsage | null }>(
    call: RemoteCall<Reply>,
    signal: AbortSignal,
    waiting: AbortSignal,
  ): Promise<{ readonly reply: Reply; readonly usage: TokenUsage }> {
    const { server, ledger, role, endpoint } = this.#options;
    const { expected } = call;
    const most = { tokens: sumTokens(call.most), money: computeMoney(call.most, endpoint.prices) };
    const correct = await server.limiter.acquire(sumTokens(expected), waiting);
    await ledger.admit(role, most);
    if (waiting.aborted) ledger.withdraw(role, most);
    throwIfAborted(waiting);
    let usage: TokenUsage = { promptTokens: 0, completionTokens: 0 };
    let isEstimated = false;
    try {
      const reply = await call.send(signal);
      isEstimated = reply.usage === null;
      usage = reply.usage ?? call.estimateUsage(reply);
      return { reply, usage };
    } catch (error) {
      // A reply that broke off, or that nobody waited for, was most likely computed and is charged;
      // how much of it is unknown, so the most it can be is booked.
      const isCharged = !(error instanceof CallFailure) || mayBeCharged.has(error.kind);
      const told = error instanceof CallFailure ? error.usage : null;
      isEstimated = isCharged && told === null;
      usage = told ?? (isCharged ? call.most : usage);
      throw error;
    } finally {
      ledger.settle(role, most, usage, computeMoney(usage, endpoint.prices), isEstimated);
      correct(sumTokens(usage));
    }
  }

  /** Milliseconds before the next try; null where there should be none. */
  #planWait(failure: CallFailure, attempt: number, key: string): number | null {
    const { limits, clock } = this.#options.server;
    if (!passing.has(failure.kind)) return null;
    const asked = parseRetryAfter(failure.retryAfter, clock.timestamp());
    const grown = computeWaitMs(attempt, limits, key);
    if (asked === null) return grown;
    return asked > limits.longestWaitSeconds * 1000 ? null : Math.max(asked, grown);
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

  #giveUp(failure: CallFailure, tries: number): ProviderError {
    const { server, ledger, role, endpoint } = this.#options;
    server.failuresInARow += 1;
    ledger.giveUp(role);
    const { kind, status } = failure;
    const advice = fatalAdvice[kind];
    return new ProviderError(
      kind,
      `The model ${endpoint.model} (${role}) gave no reply: ${kind.replaceAll('_', ' ')}${status === null ? '' : `, status ${status}`}, after ${tries} ${tries === 1 ? 'try' : 'tries'}.`,
      {
        details: { kind, status, tries, role },
        isFatal: advice !== undefined,
        hint: advice ?? 'Check the server, or raise models.limits.retries.',
      },
    );
  }
}

function sumTokens({ promptTokens, completionTokens }: TokenUsage): number {
  return promptTokens + completionTokens;
}

/** Failures that may pass by themselves. */
const passing: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'rate_limited',
  'server_error',
  'timeout',
  'connection',
  'malformed',
]);

/** Failures after which the server has probably done the work. */
const mayBeCharged: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'timeout',
  'connection',
  'malformed',
]);

const fatalAdvice: Readonly<Partial<Record<FailureKind, string>>> = {
  unauthorised: 'The server refused the key: check the variable that apiKeyEnv names.',
  not_found: 'Check baseUrl (it ends with /v1 on most servers) and the name of the model.',
  quota: "The account's quota is used up: what was done is saved, continue with --resume.",
};
