/** Chats over HTTP with any model, and the profile of each person beside them. */
export { ChatEngine, type ChatEngineOptions } from './chat/chat-engine.ts';
export type { EngineEvent, TurnHooks, TurnRequest, TurnResult } from './chat/turn.ts';
export { type Conversation, type PastTurn, readConversation } from './chat/conversation.ts';
export type { TokenCounter } from './chat/reply-bound.ts';
export type { ServedModel, SpelledText } from './chat/served-model.ts';
export { RequestError } from './errors.ts';
export type { RequestVariables, ServerApp } from './http/context.ts';
export { type ApiKey, createFullKey, hashKey, keyFileSchema, type Caller } from './http/keys.ts';
export { defaultRequestLimits, type RequestLimits } from './http/limits.ts';
export { createProfileTools, type ProfileTools, type ProfileToolsOptions } from './mcp/tools.ts';
export { type ChatServer, serveChat, type ServeChatOptions } from './serve.ts';
