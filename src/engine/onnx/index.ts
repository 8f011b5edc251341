/** Graphs as ONNX models. */
export { encodeModel } from './encode.ts';
export type { EncodedModel, EncodeOptions } from './encode.ts';
