/** A client of `rlpa serve`, and memory around any model of the Vercel AI SDK. */
export {
  ApiError,
  type CallOptions,
  type ChatInput,
  type Client,
  type ClientOptions,
  createClient,
  type UserClient,
} from './client.ts';
export {
  createMemoryMiddleware,
  type MemoryCallParams,
  type MemoryMiddleware,
  type MemoryOptions,
} from './middleware.ts';
export type {
  Change,
  ChatChunk,
  ChatCompletion,
  Entry,
  Evidence,
  ProfileView,
  TurnReport,
} from '../api/index.ts';
