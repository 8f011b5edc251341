/**
 * A remote model as a `ChatModel`: what the cache holds, or what is under way already, is not sent.
 *
 * A reply is written to the cache before anybody sees it, so that nothing paid for is lost. Limits,
 * budget and further tries are the caller's (`remote-caller.ts`).
 */
import type { ChatModel, ChatReply, ChatRequest } from '../types.ts';
import { createSender, type EndpointReply, type SendRequest } from './endpoint.ts';
import { RemoteCaller, type CallerOptions } from './remote-caller.ts';
import { computeCacheKey, type ReplyCache } from './reply-cache.ts';
import type { EndpointSettings } from './settings.ts';
import { boundUsage, estimatePromptTokens, type TokenUsage } from './tokens.ts';

export type ModelClientOptions = CallerOptions & {
  readonly endpoint: EndpointSettings;
  /** Secret; null for servers that ask for none. */
  readonly key: string | null;
  /** Null for no cache. */
  readonly cache: ReplyCache | null;
  /** Replaces the network, in tests. */
  readonly send?: SendRequest;
};

/** A remote chat model. */
export type ModelClient = ChatModel & {
  /** Sends nothing more, and waits for what was sent, so that its replies are kept. */
  close(): Promise<void>;
};

/** Creates the client. `reply` throws as `RemoteCaller.call` does. */
export function createModelClient(options: ModelClientOptions): ModelClient {
  return new RemoteChatModel(options);
}

class RemoteChatModel implements ModelClient {
  readonly name: string;
  readonly #options: ModelClientOptions;
  readonly #caller: RemoteCaller;
  readonly #send: SendRequest;
  readonly #underWay = new Map<string, Promise<ChatReply>>();

  constructor(options: ModelClientOptions) {
    const { endpoint, key, server, send } = options;
    this.name = endpoint.model;
    this.#options = options;
    this.#caller = new RemoteCaller(options);
    this.#send = send ?? createSender(endpoint, key, server.limits);
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

  close(): Promise<void> {
    return this.#caller.close();
  }

  async #answer(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply> {
    const { cache, endpoint, ledger, role } = this.#options;
    const key = computeCacheKey(endpoint, request);
    const found = cache?.read(key) ?? { kind: 'miss' };
    if (found.kind === 'hit') {
      ledger.count(role, { cacheHits: 1 });
      return found.reply;
    }
    if (found.kind === 'damaged') ledger.count(role, { cacheDamaged: 1 });
    const same = this.#underWay.get(key);
    if (same !== undefined) {
      const reply = await same;
      ledger.count(role, { cacheHits: 1 });
      return reply;
    }
    const call = this.#ask(key, request, signal).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, call);
    return call;
  }

  #ask(key: string, request: ChatRequest, signal?: AbortSignal): Promise<EndpointReply> {
    const promptTokens = estimatePromptTokens(request.messages);
    const call = {
      key,
      most: boundUsage(request),
      expected: { promptTokens, completionTokens: request.sampling.maxTokens },
      send: (sending: AbortSignal) => this.#send(request, sending),
      estimateUsage: ({ completionEstimate }: EndpointReply) => ({
        promptTokens,
        completionTokens: completionEstimate,
      }),
      keep: ({ text, finishReason }: EndpointReply, usage: TokenUsage) =>
        this.#options.cache?.write(key, { text, finishReason, ...usage }),
    };
    return this.#caller.call(call, signal);
  }
}
