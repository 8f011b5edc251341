export { parseModelConfig, toHuggingFaceConfig, type ModelConfig } from './config.ts';
export {
  checkFinite,
  readSafetensors,
  writeSafetensors,
  type NamedTensor,
  type WriteOptions,
} from './safetensors.ts';
export {
  loadModelFolder,
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
  type LowRankPair,
  type SavedAdapter,
} from './adapter.ts';
