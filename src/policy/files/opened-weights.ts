/** What a model folder and a GGUF file have in common: a configuration, and weights read one by one. */
import type { ModelConfig } from './config.ts';
import type { RawTensor } from './safetensors.ts';

/** A model whose configuration and shapes are known, and whose weights can be read. */
export type OpenedWeights = {
  readonly config: ModelConfig;
  /** Of every weight that is there. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Throws where what goes with the weights could not be copied later. */
  readonly checkCompanions: () => void;
  /** Hands over weights one by one, so that no second copy of the whole is ever held. */
  readonly read: (
    wanted: (name: string) => boolean,
    keep: (file: string, name: string, tensor: RawTensor) => void,
  ) => void;
};
