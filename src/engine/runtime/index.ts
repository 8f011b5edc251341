/** Sessions of the native runtime. */
export { createSession, Session } from './session.ts';
export type { SessionOptions } from './session.ts';
