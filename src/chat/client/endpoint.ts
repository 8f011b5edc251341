/**
 * What goes on the wire to an OpenAI-compatible server, and how its answers are read.
 */
import { z } from 'zod';
import type { ChatRequest } from '../types.ts';
import { CallFailure, createPost } from './post.ts';
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

const chatUsageSchema = z.object({
  prompt_tokens: z.number().min(0),
  completion_tokens: z.number().min(0),
});
const embeddingUsageSchema = z.object({ prompt_tokens: z.number().min(0) });
const replySchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string() }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
});
/** A vector of zeros has no direction, so it says nothing of its text. */
const vectorSchema = z.array(z.number()).refine((values) => values.some((value) => value !== 0));
const vectorsSchema = z.object({
  data: z.array(z.object({ index: z.int(), embedding: vectorSchema })),
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

/** Creates the sender of chat requests. */
export function createSender(
  endpoint: EndpointSettings,
  key: string | null,
  timeoutSeconds: number,
): SendRequest {
  const post = createPost(endpoint, key, timeoutSeconds);
  return async (request, signal) =>
    readReply(await post('/chat/completions', composeBody(endpoint, request), signal));
}

/** Creates the sender of texts to embed. */
export function createEmbeddingSender(
  endpoint: ModelAddress,
  key: string | null,
  timeoutSeconds: number,
): SendTexts {
  const post = createPost(endpoint, key, timeoutSeconds);
  return async (texts, signal) => {
    const body = { model: endpoint.model, input: texts, encoding_format: 'float' };
    return readVectors(await post('/embeddings', body, signal), texts.length);
  };
}

function readReply(value: unknown): EndpointReply {
  const told = chatUsageSchema.safeParse(usageOf(value)).data;
  const usage =
    told === undefined
      ? null
      : { promptTokens: told.prompt_tokens, completionTokens: told.completion_tokens };
  const [choice] = replySchema.safeParse(value).data?.choices ?? [];
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
  const entries = vectorsSchema.safeParse(value).data?.data ?? [];
  const vectors = [...entries]
    .sort((a, b) => a.index - b.index)
    .flatMap(({ index, embedding }, place) => (index === place ? [embedding] : []));
  const isWhole = entries.length === count && vectors.length === count;
  if (!isWhole || vectors.some(({ length }) => length !== vectors[0]?.length)) {
    throw new CallFailure('malformed', { usage });
  }
  return { vectors: vectors.map((vector) => Float32Array.from(vector)), usage };
}

function usageOf(value: unknown): unknown {
  return (value as { readonly usage?: unknown } | null)?.usage;
}

/**
 * Reasoning models served without a reasoning parser put their thoughts before the answer. Thoughts
 * that were cut off are no answer; where the template opens them, only their end is sent.
 */
const reasoning = /^\s*<think>[\s\S]*?(?:<\/think>\s*|$)|^[\s\S]*?<\/think>\s*/u;
