/** Sessions of the native runtime. */
export { createSession, listProviders, prepareThread, Session } from './session.ts';
export type { InputSlot, NativeSession, NativeTensor, SessionOptions } from './session.ts';
export { executionProviders } from './providers.ts';
export type { ExecutionProvider, FoundProvider } from './providers.ts';
