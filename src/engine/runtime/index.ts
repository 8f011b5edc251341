/** Sessions of the native runtime. */
export { createSession, Session, type InputSlot } from './session.ts';
export type { SessionOptions } from './session.ts';
export { listProviders, prepareThread } from './session.ts';
export { executionProviders } from './providers.ts';
export type { ExecutionProvider, FoundProvider } from './providers.ts';
