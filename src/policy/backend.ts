/**
 * Where sampling and training happen: the interface the trainer sees.
 *
 * Shaped like the Tinker API (sample, forward_backward, optim_step, save/load state), so that the
 * embedded engine (in a worker thread) and a remote training server are interchangeable.
 * All token arrays are full sequences: position i of a per-token array belongs to token i, and
 * position 0 is never scored.
 */
import type { SamplingOptions } from '../chat/index.ts';

export type BackendInfo = {
  readonly vocabularySize: number;
  readonly contextTokens: number;
  readonly parameterCount: number;
  readonly trainableCount: number;
  readonly hasValueHead: boolean;
};

/** Continues one sequence whose cache lives on the backend under `sequenceId`. */
export type SampleRequest = {
  readonly sequenceId: string;
  /** New context tokens appended before sampling (at least one on the first call). */
  readonly appendIds: readonly number[];
  /**
   * The sequence with whose first `length` tokens a new one begins; `appendIds` repeats them. While
   * that sequence is at hand and has no more tokens, its cache is copied instead of computed again.
   */
  readonly forkOf?: { readonly sequenceId: string; readonly length: number };
  readonly sampling: SamplingOptions;
  readonly stopIds: readonly number[];
  readonly seed: number;
};

export type SampleResult = {
  readonly ids: readonly number[];
  /** Natural log, temperature 1, full vocabulary. */
  readonly logprobs: readonly number[];
  readonly finishReason: 'stop' | 'length';
};

/** One training sequence. Arrays other than `ids` have the length of `ids`; entry 0 is ignored. */
export type TrainingDatum = {
  readonly ids: Int32Array;
  /** 1 (or a weight) where the token is trained, 0 elsewhere. */
  readonly weights: Float32Array;
  readonly behaviorLogprobs?: Float32Array;
  readonly referenceLogprobs?: Float32Array;
  readonly advantages?: Float32Array;
  readonly returns?: Float32Array;
  /** Value estimates at sampling time, for value clipping. */
  readonly oldValues?: Float32Array;
};

/**
 * Losses. Every sum over tokens is multiplied by `scale` (the caller passes 1 / weight total for a
 * mean), so gradients of several calls add up to the gradient of one large batch.
 */
export type TrainingLoss =
  | { readonly kind: 'cross_entropy'; readonly scale: number }
  | {
      readonly kind: 'ppo';
      readonly scale: number;
      readonly clipEpsilon: number;
      /** Weight of KL(policy || reference), per token: k3 times the ratio; 0 leaves it out. */
      readonly klCoef: number;
      readonly entropyCoef: number;
      /** Weight of the value loss; 0 leaves it out. */
      readonly valueCoef: number;
      /** Clip range of the value change; 0 switches clipping off. */
      readonly valueClip: number;
    };

/**
 * Sums over tokens (already multiplied by weights, not by `scale`), and the weight total.
 *
 * Keys of `sums`, all losses: `weight` (total of the weights). 'cross_entropy' adds
 * `cross_entropy`. 'ppo' adds `policy_loss`, `approx_kl` (k3, behaviour to current) and `clipped`
 * (tokens whose ratio is outside the clip range), and where their coefficient is not 0
 * `value_loss`, `kl_to_reference` (k3, not weighted by the ratio) and `entropy` (nats).
 */
export type ForwardBackwardResult = {
  readonly loss: number;
  readonly sums: Readonly<Record<string, number>>;
};

export type TokenScores = {
  /** Natural-log probability of each token given those before it; entry 0 is 0. */
  readonly logprobs: Float32Array;
  /** Value estimate at each token (prediction made after reading the tokens before it); absent without a head. */
  readonly values?: Float32Array;
};

export type AdamSettings = {
  readonly learningRate: number;
  readonly valueLearningRate?: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Global norm limit; 0 switches clipping off. */
  readonly gradClipNorm: number;
};

export interface TrainingBackend {
  describe(): Promise<BackendInfo>;
  /** Samples a continuation of every sequence, batched; sampled tokens stay in the caches. */
  sample(
    requests: readonly SampleRequest[],
    signal?: AbortSignal,
  ): Promise<readonly SampleResult[]>;
  /** Drops caches. */
  closeSequences(sequenceIds: readonly string[]): Promise<void>;
  /**
   * Scores given sequences with the current or the frozen reference weights: every token, or where
   * `weights` (one number a token) are given those whose weight is not 0; others stay 0.
   */
  score(
    sequences: readonly Int32Array[],
    model: 'current' | 'reference',
    weights?: readonly Float32Array[],
  ): Promise<readonly TokenScores[]>;
  /** Adds the gradient of the loss over the batch to the accumulated gradient. */
  forwardBackward(
    batch: readonly TrainingDatum[],
    loss: TrainingLoss,
  ): Promise<ForwardBackwardResult>;
  /** Applies one AdamW update and clears the accumulated gradient. Throws EngineError on non-finite gradients. */
  optimStep(settings: AdamSettings): Promise<{ readonly gradNorm: number }>;
  /** Takes the current weights as the frozen reference. */
  freezeReference(): Promise<void>;
  /** Writes weights, optimizer moments and reference into one folder, atomically per file. */
  saveState(folder: string): Promise<void>;
  loadState(folder: string): Promise<void>;
  /** Writes a Hugging Face model folder (or a PEFT adapter folder for LoRA). */
  saveModel(folder: string): Promise<void>;
  close(): Promise<void>;
}
