/**
 * How many tokens a request may take, without the model's tokenizer.
 *
 * Two figures for two uses: an upper bound, for budgets that must hold, and an expectation, for
 * rate limits, for estimates before a run, and for replies that do not say what they used.
 */
import type { ChatRequest, Message } from '../types.ts';

/** Prompt and completion tokens. */
export type TokenUsage = { readonly promptTokens: number; readonly completionTokens: number };

/** Characters of English text a token, and tokens around each message, as chat formats have them. */
const charactersPerToken = 4;
const tokensPerMessage = 8;

/** Expected tokens of a text. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** Expected tokens of a prompt. */
export function estimatePromptTokens(messages: readonly Message[]): number {
  return messages.reduce(
    (sum, { content }) => sum + estimateTokens(content) + tokensPerMessage,
    tokensPerMessage,
  );
}

/** Tokens a request can take at most: a token is at least one byte. */
export function boundUsage({ messages, sampling }: ChatRequest): TokenUsage {
  const bytes = messages.reduce(
    (sum, { content }) => sum + Buffer.byteLength(content, 'utf8') + tokensPerMessage,
    tokensPerMessage,
  );
  return { promptTokens: bytes, completionTokens: sampling.maxTokens };
}

/** Tokens a text to embed can take at most, with those a server adds. */
export function boundTextTokens(text: string): number {
  return Buffer.byteLength(text, 'utf8') + tokensPerMessage;
}
