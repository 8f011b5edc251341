/** Graphs as ONNX models. */
export { encodeModel } from './encode.ts';
export type { EncodeOptions } from './encode.ts';
