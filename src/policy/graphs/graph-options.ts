/** What the graphs of a model are made from. */
import type { Device, Tensor } from '../../engine/index.ts';
import type { ModelConfig } from '../files/index.ts';
import type { LoraSettings } from '../weights/lora.ts';
import type { ValueHeadKind } from '../weights/parameters.ts';

export type GraphOptions = {
  readonly config: ModelConfig;
  readonly valueHead: ValueHeadKind;
  readonly lora?: LoraSettings;
  /** Shapes of all weights, trained and frozen. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Weights that do not change, by name. */
  readonly frozen: Readonly<Record<string, Tensor>>;
  readonly threads: number;
  /** What computes; default `cpu`. */
  readonly device?: Device;
};
