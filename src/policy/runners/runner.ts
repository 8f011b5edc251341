/**
 * How a model is run: the passes a backend asks for, whatever graphs they are made of.
 *
 * Two ways exist. `WholeRunner` has one graph for all layers, which is fastest where the model is
 * small. `BlockRunner` has one graph for one layer and runs it layer by layer, so that each weight
 * is held once and memory is bounded.
 */
import type { Tensor } from '../../engine/index.ts';
import type { TrainingLoss } from '../backend.ts';
import type { ScoredHead } from '../graphs/head-graphs.ts';
import type { ScoredRows } from './batches.ts';
import type { KeyValueCache, LayerRows } from './key-value-cache.ts';

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
  readonly cache: KeyValueCache;
  /** New tokens. Shape: `[B, size]`, row-major. */
  readonly ids: Int32Array;
  readonly size: number;
  /** How many of the new tokens of each row count. */
  readonly counts: Int32Array;
  /** At which the next token of each row is asked for; 0 (greedy) reads as 1. Shape: `[B]`. */
  readonly temperatures: readonly number[];
  readonly weights: TrainedWeights;
};

export type StepResult = {
  /** Probabilities after each row's last counted token, at its temperature. Shape: `[B, V]`. */
  readonly probabilities: Float32Array;
  /** Keys and values of the new tokens, a pair a layer. */
  readonly layers: readonly LayerRows[];
};

export interface ModelRunner {
  score(batch: SequenceBatch, weights: TrainedWeights, head: ScoredHead): Promise<RowScores>;
  /** Loss and its sums over the batch; gradients go to `addGradient`. */
  train(
    call: TrainCall,
  ): Promise<{ readonly loss: number; readonly sums: Readonly<Record<string, number>> }>;
  step(call: StepCall): Promise<StepResult>;
  release(): Promise<void>;
}
