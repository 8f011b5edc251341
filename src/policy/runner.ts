/**
 * How a model is run: the passes a backend asks for, whatever graphs they are made of.
 *
 * Two ways exist. `WholeRunner` has one graph for all layers, which is fastest where the model is
 * small. `BlockRunner` has one graph for one layer and runs it layer by layer, so that each weight
 * is held once and memory is bounded.
 */
import type { ExecutionProvider, Tensor } from '../engine/index.ts';
import type { TrainingLoss } from './backend.ts';
import type { ScoredRows } from './batches.ts';
import type { CacheBlock, LayerRows } from './cache-block.ts';
import type { ModelConfig } from './files/index.ts';
import type { ValueHeadKind } from './parameters.ts';

export type LoraSettings = { readonly rank: number; readonly alpha: number };

export type RunnerOptions = {
  readonly config: ModelConfig;
  readonly valueHead: ValueHeadKind;
  readonly lora?: LoraSettings;
  /** Shapes of all weights, trained and frozen. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Weights that do not change, by name. */
  readonly frozen: Readonly<Record<string, Tensor>>;
  readonly threads: number;
  /** What computes; default `cpu`. */
  readonly provider?: ExecutionProvider;
};

/** Trained weights by name, as they are at the call. */
export type TrainedWeights = Readonly<Record<string, Tensor>>;

/** Padded sequences and the rows of them that are scored. */
export type SequenceBatch = {
  /** Shape: `[B, T]` int32. */
  readonly ids: Tensor;
  /** Parts in which attention takes the queries; divides T. */
  readonly chunks: number;
  readonly rows: ScoredRows;
};

/** One number a scored row: the log-probability of its target, and the value estimate there. */
export type RowScores = { readonly logprobs: Float32Array; readonly values?: Float32Array };

export type TrainCall = {
  readonly batch: SequenceBatch;
  readonly loss: TrainingLoss;
  /** Per-row inputs of the loss. Shape: `[R]` each. */
  readonly rowFeeds: Readonly<Record<string, Tensor>>;
  readonly weights: TrainedWeights;
  /** Takes a part of a weight's gradient; may be called several times for one weight. */
  readonly addGradient: (name: string, part: Float32Array) => void;
  /** Takes gradients of rows of a weight. Shape: ids `[N]`, rows `[N, D]`. */
  readonly addGradientRows: (name: string, ids: Int32Array, rows: Float32Array) => void;
};

export type StepCall = {
  readonly block: CacheBlock;
  /** New tokens. Shape: `[B, size]`, row-major. */
  readonly ids: Int32Array;
  readonly size: number;
  /** How many of the new tokens of each row count. */
  readonly counts: Int32Array;
  readonly weights: TrainedWeights;
};

export type StepResult = {
  /** Probabilities after each row's last counted token. Shape: `[B, V]`. */
  readonly shares: Float32Array;
  /** Keys and values of the new tokens, a pair a layer. */
  readonly layers: readonly LayerRows[];
};

export interface ModelRunner {
  score(batch: SequenceBatch, weights: TrainedWeights, withValues: boolean): Promise<RowScores>;
  /** Loss and its sums over the batch; gradients go to `addGradient`. */
  train(
    call: TrainCall,
  ): Promise<{ readonly loss: number; readonly sums: Readonly<Record<string, number>> }>;
  step(call: StepCall): Promise<StepResult>;
  release(): Promise<void>;
}

/** Name of a low-rank weight of a projection. */
export function loraName(projection: string, part: 'A' | 'B'): string {
  return `${projection}.lora_${part}.weight`;
}

/** Name of the factors of a weight's rows where it is held in 8 bits. */
export function scaleName(weight: string): string {
  return `${weight}.scale`;
}
