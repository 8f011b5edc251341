/** Messages and what answers them: templates, the `ChatModel` interface, fakes, and remote models. */
export type {
  ChatModel,
  ChatReply,
  ChatRequest,
  EmbeddingModel,
  Message,
  ReplyTokens,
  Role,
  SamplingOptions,
  StreamedReply,
  StreamOptions,
} from './types.ts';
export { createChatTemplate, loadChatTemplate, type ChatTemplate } from './template.ts';
export { lineChatTemplate, smallChatTemplate, smallChatTokens } from './small-templates.ts';
export {
  createScriptedChatModel,
  type Script,
  type ScriptedChatModel,
  type ScriptedReply,
} from './scripted.ts';
export { createFence, type Fence } from './fence.ts';
export {
  createModelClient,
  type ModelClient,
  type ModelClientOptions,
} from './client/model-client.ts';
export {
  createEmbeddingClient,
  type EmbeddingClient,
  type EmbeddingClientOptions,
} from './client/embedding-client.ts';
export { createStreamingModel, type StreamingModelOptions } from './client/streaming-model.ts';
export { createModelServer, type ModelServer, type ServerOptions } from './client/model-server.ts';
export {
  createEmbeddingSender,
  createSender,
  type EndpointReply,
  type EndpointVectors,
  type SendRequest,
  type SendTexts,
} from './client/endpoint.ts';
export type { RequestLimits } from './client/post.ts';
export { CallFailure, type FailureKind } from './client/failures.ts';
export {
  defaultCallLimits,
  unlimitedBudget,
  type CallBudget,
  type CallLimits,
  type EndpointSettings,
  type ModelAddress,
  type Prices,
  type SetUpBy,
} from './client/settings.ts';
export { callBudgetSchema, callLimitsSchema, pricesSchema } from './client/ranges.ts';
export { isPlainUrl } from './client/base-url.ts';
export {
  CallLedger,
  type LedgerRecord,
  type Reservation,
  type LedgerOptions,
  type Settlement,
} from './client/ledger.ts';
export { openLedgerFile, type LedgerStore } from './client/ledger-store.ts';
export { accountPartSchema, type CallOutcome } from './client/ledger-entry.ts';
export { computeMoney, type Account, type AccountPart } from './client/account.ts';
export { ReplyCache, type CacheLookup, type CachedReply } from './client/reply-cache.ts';
export { estimatePromptTokens, estimateTokens, type TokenUsage } from './client/tokens.ts';
export type { CallerOptions } from './client/remote-caller.ts';
export type { CallAmount } from './client/books.ts';
export type { RateLimiter, Sleep } from './client/limiter.ts';
