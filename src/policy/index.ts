export * from './backend.ts';
export * from './files/index.ts';
export { createChatPolicy, type ChatPolicyOptions } from './chat-policy.ts';
export {
  EmbeddedBackend,
  type EmbeddedOptions,
  type GraphLayout,
} from './embedded/embedded-backend.ts';
export {
  loadPolicyWeights,
  type ModelSource,
  type PolicyOptions,
} from './weights/policy-weights.ts';
export { initializeModel, listModelShapes, type ValueHeadKind } from './weights/parameters.ts';
export type { LoraSettings } from './weights/lora.ts';
export { scoreIds, type IdScores } from './score-ids.ts';
export { createWorkerBackend, type WorkerOptions } from './embedded/worker-backend.ts';
export type { FrozenBits } from './weights/frozen-weights.ts';
