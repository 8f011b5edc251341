/**
 * What goes on the wire to an OpenAI-compatible server, and how its answers are read.
 */
import { z } from 'zod';
import type { ChatRequest } from '../types.ts';
import { parseBaseUrl } from './base-url.ts';
import { CallFailure } from './failures.ts';
import { createPost, type Post, type RequestLimits } from './post.ts';
import { ServerKey } from './server-key.ts';
import type { EndpointSettings, ModelAddress } from './settings.ts';
import { estimateTokens, type TokenUsage } from './tokens.ts';

export type EndpointReply = {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  /** Null where the server did not say. */
  readonly usage: TokenUsage | null;
  /** Expected tokens of all that was sent, thoughts included. */
  readonly completionEstimate: number;
};

/** The vectors of one request, in the order of its texts and all of one length. */
export type EndpointVectors = {
  readonly vectors: readonly Float32Array[];
  /** Null where the server did not say. */
  readonly usage: TokenUsage | null;
};

/** Sends one request. Throws `CallFailure`; rejects with the signal's reason when it fires. */
export type SendRequest = (request: ChatRequest, signal: AbortSignal) => Promise<EndpointReply>;

/** More than any model reads or writes in one request; whoever tells of more tells nothing. */
const mostTokensTold = 100_000_000;
const tokensTold = z.int().min(0).max(mostTokensTold);
const chatUsageSchema = z.object({ prompt_tokens: tokensTold, completion_tokens: tokensTold });
const embeddingUsageSchema = z.object({ prompt_tokens: tokensTold });
/** Lists are taken apart by hand: a schema would describe each of a million wrong entries. */
const replySchema = z.object({ choices: z.custom<readonly unknown[]>(Array.isArray) });
const choiceSchema = z.object({
  message: z.object({ content: z.string() }),
  finish_reason: z.string().nullish(),
});
const vectorsSchema = z.object({ data: z.custom<readonly unknown[]>(Array.isArray) });
const entrySchema = z.object({
  index: z.int(),
  embedding: z.custom<readonly unknown[]>(Array.isArray),
});

/** Sends the texts of one request; fails as `SendRequest` does. */
export type SendTexts = (texts: readonly string[], signal: AbortSignal) => Promise<EndpointVectors>;

/** Composes the body of a chat request. */
export function composeBody(
  endpoint: EndpointSettings,
  { messages, sampling, seed }: ChatRequest,
): Readonly<Record<string, unknown>> {
  const { maxTokens, temperature, topK = 0, topP, minP } = sampling;
  return {
    model: endpoint.model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    [endpoint.maxTokensField]: maxTokens,
    temperature,
    seed: seed & 0x7fff_ffff,
    ...(topP === undefined ? {} : { top_p: topP }),
    // Not of the common protocol; vLLM, llama.cpp and Ollama take them.
    ...(topK === 0 ? {} : { top_k: topK }),
    ...(minP === undefined ? {} : { min_p: minP }),
  };
}

/** Creates the sender of chat requests. The key is for the endpoint's own server only. */
export function createSender(
  endpoint: EndpointSettings,
  key: string | null,
  limits: RequestLimits,
): SendRequest {
  const { post, hideKey } = openServer(endpoint, key, limits);
  return async (request, signal) => {
    const reply = readReply(
      await post('/chat/completions', composeBody(endpoint, request), signal),
    );
    return { ...reply, text: hideKey(reply.text) };
  };
}

/** Creates the sender of texts to embed. The key is for the address's own server only. */
export function createEmbeddingSender(
  address: ModelAddress,
  key: string | null,
  limits: RequestLimits,
): SendTexts {
  const { post } = openServer(address, key, limits);
  return async (texts, signal) => {
    const body = { model: address.model, input: texts, encoding_format: 'float' };
    return readVectors(await post('/embeddings', body, signal), texts.length);
  };
}

function openServer(
  { baseUrl }: ModelAddress,
  key: string | null,
  limits: RequestLimits,
): { readonly post: Post; readonly hideKey: (text: string) => string } {
  const server = parseBaseUrl(baseUrl);
  const own = key === null ? null : new ServerKey(key, server);
  return { post: createPost(server, own, limits), hideKey: (text) => own?.hideIn(text) ?? text };
}

function readReply(value: unknown): EndpointReply {
  const told = chatUsageSchema.safeParse(usageOf(value)).data;
  const usage =
    told === undefined
      ? null
      : { promptTokens: told.prompt_tokens, completionTokens: told.completion_tokens };
  const choice = choiceSchema.safeParse(replySchema.safeParse(value).data?.choices[0]).data;
  if (choice === undefined) throw new CallFailure('malformed', { usage });
  const { content } = choice.message;
  return {
    text: content.replace(reasoning, ''),
    finishReason: choice.finish_reason === 'length' ? 'length' : 'stop',
    usage,
    completionEstimate: estimateTokens(content),
  };
}

/** Servers may answer in another order than they were asked in; `index` says which text is meant. */
function readVectors(value: unknown, count: number): EndpointVectors {
  const told = embeddingUsageSchema.safeParse(usageOf(value)).data;
  const usage =
    told === undefined ? null : { promptTokens: told.prompt_tokens, completionTokens: 0 };
  const data = vectorsSchema.safeParse(value).data?.data ?? [];
  const entries =
    data.length === count ? data.map((entry) => entrySchema.safeParse(entry).data) : [];
  const vectors = [...entries]
    .sort((a, b) => (a?.index ?? 0) - (b?.index ?? 0))
    .flatMap((entry, place) => (entry?.index === place ? (readVector(entry.embedding) ?? []) : []));
  if (vectors.length !== count || vectors.some(({ length }) => length !== vectors[0]?.length)) {
    throw new CallFailure('malformed', { usage });
  }
  return { vectors, usage };
}

/** Null where it is none. */
function readVector(values: readonly unknown[]): Float32Array | null {
  if (!values.every((value) => typeof value === 'number')) return null;
  const vector = Float32Array.from(values);
  return hasDirection(vector) ? vector : null;
}

/** Says whether an angle to a vector can be computed: it is finite, and not all zeros. */
export function hasDirection(vector: Float32Array): boolean {
  return vector.every(Number.isFinite) && vector.some((value) => value !== 0);
}

function usageOf(value: unknown): unknown {
  return (value as { readonly usage?: unknown } | null)?.usage;
}

/**
 * Reasoning models served without a reasoning parser put their thoughts before the answer. Thoughts
 * that were cut off are no answer; where the template opens them, only their end is sent.
 */
const reasoning = /^\s*<think>[\s\S]*?(?:<\/think>\s*|$)|^[\s\S]*?<\/think>\s*/u;
