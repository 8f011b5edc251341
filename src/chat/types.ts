/**
 * What answers messages, and what it is asked.
 *
 * A `ChatModel` is anything that replies: the policy, a remote endpoint, a scripted fake. Requests
 * come in batches, because a policy samples a batch in the time of one. A model that works on token
 * ids returns them, so that training sees exactly the tokens that were sampled.
 */

export type Role = 'system' | 'user' | 'assistant';

export type Message = { readonly role: Role; readonly content: string };

export type SamplingOptions = {
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  /** Keep the k likeliest tokens; 0 keeps all. */
  readonly topK?: number;
  /** Keep the smallest set whose probability reaches this; 1 keeps all. */
  readonly topP?: number;
  /** Drop tokens below this share of the likeliest one's probability; 0 drops none. */
  readonly minP?: number;
};

export type ChatRequest = {
  /** Requests with one id continue one conversation: earlier messages must be unchanged. */
  readonly conversationId: string;
  readonly messages: readonly Message[];
  readonly sampling: SamplingOptions;
  readonly seed: number;
};

/** Token view of one reply. */
export type ReplyTokens = {
  /** Ids that entered the context since the previous reply of this conversation. */
  readonly contextIds: readonly number[];
  /** Ids the model sampled, the stop token included. */
  readonly sampledIds: readonly number[];
  /** Natural log-probability of each sampled id over the full vocabulary, at the temperature it was sampled at (1 for 0). */
  readonly behaviorLogprobs: readonly number[];
};

export type ChatReply = {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  readonly tokens?: ReplyTokens;
};

/** A reply that was handed over while it was written, and what it took. */
export type StreamedReply = Pick<ChatReply, 'text' | 'finishReason'> & {
  readonly promptTokens: number;
  readonly completionTokens: number;
};

export type StreamOptions = {
  /** Takes the text piece by piece; together the pieces are the reply's text. */
  readonly onText: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
};

export interface ChatModel {
  /** Name and version, for records. */
  readonly name: string;
  /** Answers every request, in order. */
  reply(requests: readonly ChatRequest[], signal?: AbortSignal): Promise<readonly ChatReply[]>;
  /** Answers one request and hands its text over while it is written; absent where only whole replies are had. */
  stream?(request: ChatRequest, options: StreamOptions): Promise<StreamedReply>;
  /**
   * Makes the copies continue from where the conversation stands now, token for token. Without it,
   * a copy is a new conversation whose first request carries all messages.
   */
  fork?(conversationId: string, copies: readonly string[]): void;
  /** Forgets the named conversations (frees their caches); unknown ids are ignored. */
  forget(conversationIds: readonly string[]): Promise<void>;
}

/** Turns texts into vectors; texts of near meaning have vectors at a small angle. */
export interface EmbeddingModel {
  /** Name and version, for records. */
  readonly name: string;
  /** One vector a text, in order. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly Float32Array[]>;
}
