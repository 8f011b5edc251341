/** Sessions of the native runtime. */
export { createSession, prepareThread, Session } from './session.ts';
export type { InputSlot, NativeSession, NativeTensor, SessionOptions } from './session.ts';
export { findDevice, settleDevice } from './find-device.ts';
export type { FoundDevice } from './find-device.ts';
