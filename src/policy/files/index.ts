export { parseModelConfig, toHuggingFaceConfig, type ModelConfig } from './config.ts';
export {
  checkFinite,
  checkFiniteTensor,
  decodeTensor,
  readSafetensors,
  writeSafetensors,
  type NamedTensor,
  type RawTensor,
  type WriteOptions,
} from './safetensors.ts';
export { copyCompanions } from './companion-files.ts';
export {
  loadModelFolder,
  loadModelFolderAs,
  saveModelFolder,
  type LoadedModel,
  type SavedModel,
  type Shapes,
} from './model-folder.ts';
export {
  loadAdapter,
  saveAdapter,
  type AdaptableProjection,
  type Adapter,
  type BaseName,
  type LowRankPair,
  type SavedAdapter,
} from './adapter.ts';
export { saveGguf, writtenPackings, type SavedGguf, type WrittenPacking } from './save-gguf.ts';
export { convertBfloat16ToHalf } from './half-floats.ts';
