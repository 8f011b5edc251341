/** GGUF files: what their header says, and how one is written. */
export { readGgufHeader } from './header.ts';
export { findModelFile, isGgufPath } from './model-place.ts';
export { damaged as damagedGguf } from './bytes.ts';
export { writeGguf, type WrittenGguf, type WrittenTensor } from './write.ts';
export {
  tensorLayouts,
  type GgufHeader,
  type GgufScalar,
  type GgufTensor,
  type GgufValue,
  type TensorLayout,
  type TensorType,
  type TypedValue,
  type WrittenType,
} from './types.ts';
