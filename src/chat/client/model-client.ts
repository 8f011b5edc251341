/**
 * A remote model as a `ChatModel`: cache first, then limits, then the call, tried a few times.
 *
 * Order of a request: the cache; the same request already under way; a place among the concurrent
 * ones; room in the minute; the budget; the server. What came back is written to the cache before
 * anybody sees it, so that nothing paid for is lost. No error or log of this file holds a message, a
 * reply or the key.
 */
import { setTimeout as sleepReal } from 'node:timers/promises';
import pLimit from 'p-limit';
import {
  AbortedError,
  ProviderError,
  RlpaError,
  systemClock,
  throwIfAborted,
  type Clock,
} from '../../base/index.ts';
import type { ChatModel, ChatReply, ChatRequest } from '../types.ts';
import { CallFailure, createSender, type EndpointReply, type SendRequest } from './endpoint.ts';
import { CallLedger, computeMoney, type FailureKind } from './ledger.ts';
import { RateLimiter, type Sleep } from './limiter.ts';
import { computeCacheKey, ReplyCache } from './reply-cache.ts';
import type { CallLimits, EndpointSettings } from './settings.ts';
import { boundUsage, estimatePromptTokens, estimateTokens, type TokenUsage } from './tokens.ts';
import { computeWaitMs, parseRetryAfter } from './waits.ts';

export type ServerOptions = {
  readonly limits: CallLimits;
  readonly clock?: Clock;
  readonly sleep?: Sleep;
};

/** What all clients of one server share: its limits, and whether it still answers. */
export type ModelServer = {
  readonly limits: CallLimits;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly limiter: RateLimiter;
  readonly takePlace: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Requests in a row that failed for good. */
  failuresInARow: number;
};

/** Creates the shared part; one for each server. */
export function createModelServer(options: ServerOptions): ModelServer {
  const { limits, clock = systemClock, sleep = sleepUntilAborted } = options;
  const places = pLimit(limits.concurrency);
  return {
    limits,
    clock,
    sleep,
    limiter: new RateLimiter(limits, clock, sleep),
    takePlace: (work) => places(work),
    failuresInARow: 0,
  };
}

async function sleepUntilAborted(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleepReal(milliseconds, undefined, signal === undefined ? {} : { signal });
}

export type ModelClientOptions = {
  readonly endpoint: EndpointSettings;
  /** Secret; null for servers that ask for none. */
  readonly key: string | null;
  readonly server: ModelServer;
  readonly ledger: CallLedger;
  /** Under which name the ledger books the calls. */
  readonly role: string;
  /** Null for no cache. */
  readonly cache: ReplyCache | null;
  /** Ends all waiting and all calls under way. */
  readonly signal?: AbortSignal;
  /** Replaces the network, in tests. */
  readonly send?: SendRequest;
};

/** A remote chat model. */
export type ModelClient = ChatModel & {
  /** Sends nothing more, and waits for what was sent, so that its replies are kept. */
  close(): Promise<void>;
};

/**
 * Creates the client.
 * `reply` throws `ProviderError` when a request failed for good (`isFatal` where every other one
 * would too), `BudgetError` when the budget leaves no room, `AbortedError` when a signal fired.
 */
export function createModelClient(options: ModelClientOptions): ModelClient {
  return new RemoteChatModel(options);
}

class RemoteChatModel implements ModelClient {
  readonly name: string;
  readonly #options: ModelClientOptions;
  readonly #send: SendRequest;
  readonly #underWay = new Map<string, Promise<EndpointReply>>();
  /** Ends all waiting for a call; calls that were sent go on. */
  readonly #closing = new AbortController();

  constructor(options: ModelClientOptions) {
    const { endpoint, key, server, send } = options;
    this.name = endpoint.model;
    this.#options = options;
    this.#send = send ?? createSender(endpoint, key, server.limits.timeoutSeconds);
  }

  async reply(
    requests: readonly ChatRequest[],
    signal?: AbortSignal,
  ): Promise<readonly ChatReply[]> {
    const results = await Promise.allSettled(
      requests.map((request) => this.#answer(request, signal)),
    );
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      const { text, finishReason } = result.value;
      return { text, finishReason };
    });
  }

  /** Nothing is kept between the requests of a conversation. */
  async forget(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay.values());
  }

  async #answer(request: ChatRequest, signal?: AbortSignal): Promise<EndpointReply> {
    const { cache, endpoint, ledger, role } = this.#options;
    const key = computeCacheKey(endpoint, request);
    const found = cache?.read(key) ?? { kind: 'miss' };
    if (found.kind === 'hit') {
      ledger.hit(role);
      return { ...found.reply, usage: null };
    }
    if (found.kind === 'damaged') ledger.damage(role);
    const same = this.#underWay.get(key);
    if (same !== undefined) {
      const reply = await same;
      ledger.hit(role);
      return reply;
    }
    const call = this.#ask(key, request, this.#joinSignals(signal)).finally(() =>
      this.#underWay.delete(key),
    );
    this.#underWay.set(key, call);
    return call;
  }

  #joinSignals(given?: AbortSignal): AbortSignal {
    const own = this.#options.signal;
    return AbortSignal.any([own, given].filter((signal) => signal !== undefined));
  }

  async #ask(key: string, request: ChatRequest, signal: AbortSignal): Promise<EndpointReply> {
    const { server, ledger, role, cache } = this.#options;
    try {
      const { reply, usage } = await server.takePlace(() => this.#tryOften(key, request, signal));
      server.failuresInARow = 0;
      const { text, finishReason } = reply;
      cache?.write(key, { text, finishReason, ...usage });
      ledger.answer(role);
      return reply;
    } catch (error) {
      const hasEnded = signal.aborted || this.#closing.signal.aborted;
      if (error instanceof RlpaError || !hasEnded) throw error;
      throw new AbortedError('aborted', 'The work was interrupted.');
    }
  }

  async #tryOften(
    key: string,
    request: ChatRequest,
    signal: AbortSignal,
  ): Promise<{ readonly reply: EndpointReply; readonly usage: TokenUsage }> {
    const { server, ledger, role } = this.#options;
    const { limits } = server;
    const waiting = AbortSignal.any([signal, this.#closing.signal]);
    for (let attempt = 1; ; attempt += 1) {
      throwIfAborted(waiting);
      this.#checkServer();
      try {
        return await this.#tryOnce(request, signal, waiting);
      } catch (error) {
        if (!(error instanceof CallFailure)) throw error;
        ledger.fail(role, error.kind);
        const waitMs = this.#planWait(error, attempt, key);
        if (waitMs === null || attempt > limits.retries) throw this.#giveUp(error, attempt);
        ledger.retry(role);
        if (error.retryAfter !== null) server.limiter.pause(waitMs);
        await server.sleep(waitMs, waiting);
      }
    }
  }

  async #tryOnce(
    request: ChatRequest,
    signal: AbortSignal,
    waiting: AbortSignal,
  ): Promise<{ readonly reply: EndpointReply; readonly usage: TokenUsage }> {
    const { server, ledger, role, endpoint } = this.#options;
    const bound = boundUsage(request);
    const most = {
      tokens: bound.promptTokens + bound.completionTokens,
      money: computeMoney(bound, endpoint.prices),
    };
    const promptTokens = estimatePromptTokens(request.messages);
    const tokens = promptTokens + request.sampling.maxTokens;
    const correct = await server.limiter.acquire(tokens, waiting);
    await ledger.admit(role, most);
    if (waiting.aborted) ledger.withdraw(role, most);
    throwIfAborted(waiting);
    let usage: TokenUsage = { promptTokens: 0, completionTokens: 0 };
    let isEstimated = false;
    try {
      const sent = await this.#send(request, signal);
      const reply = { ...sent, text: this.#hideKey(sent.text) };
      isEstimated = sent.usage === null;
      usage = sent.usage ?? { promptTokens, completionTokens: estimateTokens(sent.text) };
      return { reply, usage };
    } catch (error) {
      // A reply that broke off was computed all the same, and is most likely charged.
      const isCharged = error instanceof CallFailure && mayBeCharged.has(error.kind);
      const told = error instanceof CallFailure ? error.usage : null;
      isEstimated = isCharged && told === null;
      usage = told ?? (isCharged ? { promptTokens, completionTokens: 0 } : usage);
      throw error;
    } finally {
      ledger.settle(role, most, usage, computeMoney(usage, endpoint.prices), isEstimated);
      correct(usage.promptTokens + usage.completionTokens);
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

  /** A server that repeats the key in a reply must not put it into cache and records. */
  #hideKey(text: string): string {
    const { key } = this.#options;
    return key === null || key === '' ? text : text.replaceAll(key, '[key]');
  }
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
