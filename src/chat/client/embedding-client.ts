/**
 * A remote embedding model: several texts a request, each text cached on its own.
 *
 * Vectors stand in the same cache as replies, under a hash of address, model and text; no text is
 * written. Limits, budget, books and further tries are the caller's (`remote-caller.ts`).
 */
import type { EmbeddingModel } from '../types.ts';
import {
  createEmbeddingSender,
  hasDirection,
  type EndpointVectors,
  type SendTexts,
} from './endpoint.ts';
import { RemoteCaller, type CallerOptions } from './remote-caller.ts';
import { computeEmbeddingKey, type ReplyCache } from './reply-cache.ts';
import { boundTextTokens, estimateTokens } from './tokens.ts';

/** Texts of one request; the least that a common server refuses to go beyond. */
export const textsPerRequest = 32;

export type EmbeddingClientOptions = CallerOptions & {
  /** Secret; null for servers that ask for none. */
  readonly key: string | null;
  /** Null for no cache. */
  readonly cache: ReplyCache | null;
  /** Replaces the network, in tests. */
  readonly send?: SendTexts;
};

/** A remote embedding model. */
export type EmbeddingClient = EmbeddingModel & {
  /** Sends nothing more, and waits for what was sent, so that its vectors are kept. */
  close(): Promise<void>;
};

/** Creates the client. `embed` throws as `RemoteCaller.call` does. */
export function createEmbeddingClient(options: EmbeddingClientOptions): EmbeddingClient {
  return new RemoteEmbeddingModel(options);
}

class RemoteEmbeddingModel implements EmbeddingClient {
  readonly name: string;
  readonly #options: EmbeddingClientOptions;
  readonly #caller: RemoteCaller;
  readonly #send: SendTexts;
  readonly #underWay = new Map<string, Promise<Float32Array>>();

  constructor(options: EmbeddingClientOptions) {
    const { endpoint, key, server, send } = options;
    this.name = endpoint.model;
    this.#options = options;
    this.#caller = new RemoteCaller(options);
    this.#send = send ?? createEmbeddingSender(endpoint, key, server.limits);
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly Float32Array[]> {
    const found = new Map<string, Promise<Float32Array>>();
    const missing: string[] = [];
    for (const text of new Set(texts)) {
      const vector = this.#find(text);
      if (vector === null) missing.push(text);
      else found.set(text, vector);
    }
    for (let first = 0; first < missing.length; first += textsPerRequest) {
      const batch = missing.slice(first, first + textsPerRequest);
      this.#ask(batch, signal).forEach((vector, place) => found.set(batch[place]!, vector));
    }
    await Promise.allSettled(found.values());
    return Promise.all(texts.map((text) => found.get(text)!));
  }

  close(): Promise<void> {
    return this.#caller.close();
  }

  /** What the cache holds, or what is under way already; null where the text has to be sent. */
  #find(text: string): Promise<Float32Array> | null {
    const { cache, endpoint, ledger, role } = this.#options;
    const key = computeEmbeddingKey(endpoint, text);
    const entry = cache?.read(key) ?? { kind: 'miss' };
    const kept = entry.kind === 'hit' ? decodeVector(entry.reply.text) : null;
    const isDamaged = entry.kind === 'damaged' || (entry.kind === 'hit' && kept === null);
    if (isDamaged) ledger.count(role, { cacheDamaged: 1 });
    const vector = kept === null ? this.#underWay.get(key) : Promise.resolve(kept);
    const book = (known: Float32Array): Float32Array => {
      ledger.count(role, { cacheHits: 1 });
      return known;
    };
    return vector?.then(book) ?? null;
  }

  /** Sends one request for all the texts; a promise for each. */
  #ask(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array>[] {
    const { cache, endpoint } = this.#options;
    const keys = texts.map((text) => computeEmbeddingKey(endpoint, text));
    const tokens = texts.map(estimateTokens);
    const expected = { promptTokens: sum(tokens), completionTokens: 0 };
    const call = this.#caller.call(
      {
        key: keys.join(),
        most: { promptTokens: sum(texts.map(boundTextTokens)), completionTokens: 0 },
        expected,
        send: (sending) => this.#send(texts, sending),
        estimateUsage: () => expected,
        keep: ({ vectors }: EndpointVectors) =>
          vectors.forEach((vector, place) =>
            cache?.write(keys[place]!, {
              text: encodeVector(vector),
              finishReason: 'stop',
              promptTokens: tokens[place]!,
              completionTokens: 0,
            }),
          ),
      },
      signal,
    );
    return keys.map((key, place) => {
      const vector = call
        .then(({ vectors }) => vectors[place]!)
        .finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, vector);
      return vector;
    });
  }
}

function encodeVector(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

/** Null for what is no vector. */
function decodeVector(text: string): Float32Array | null {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  if (bytes.length % Float32Array.BYTES_PER_ELEMENT !== 0) return null;
  const vector = new Float32Array(bytes.buffer);
  return hasDirection(vector) ? vector : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
