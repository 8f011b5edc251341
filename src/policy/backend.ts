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
  /** What errors call it. */
  readonly name: string;
  readonly vocabularySize: number;
  readonly contextTokens: number;
  readonly parameterCount: number;
  readonly trainableCount: number;
  readonly capabilities: BackendCapabilities;
};

/** What a backend may lack; asking for it nonetheless throws `ConfigError`. */
export type BackendCapabilities = {
  /** Value estimates in scores, and a value loss. */
  readonly valueHead: boolean;
  /** Scores of the model as it was when it was frozen. */
  readonly reference: boolean;
};

/**
 * Asks for one continuation of a prompt. Several of one prompt are several requests: each has a seed
 * of its own, and what they begin with alike is computed once.
 */
export type SampleRequest = {
  /** The whole text so far, one token or more. */
  readonly promptIds: readonly number[];
  readonly sampling: SamplingOptions;
  /** Tokens that end the continuation; they are part of it. */
  readonly stopIds: readonly number[];
  readonly seed: number;
  /**
   * Names the conversation, for backends that keep caches: one that goes on is found again. Only a
   * hint: the prompt alone decides the result, up to rounding.
   */
  readonly sequenceId?: string;
  /** Names the conversation that this one was copied from, if it was; a hint as well. */
  readonly forkOf?: string;
};

export type SampleOptions = {
  /** Calls the requests off, between any two tokens. */
  readonly signal?: AbortSignal;
  /** Called with every token when it is drawn; `index` is that of its request. */
  readonly onToken?: (index: number, token: SampledToken) => void;
};

export type SampledToken = {
  readonly id: number;
  /** Natural log at the temperature of the request (1 where that is 0), full vocabulary. */
  readonly logprob: number;
};

export type SampleResult = {
  readonly ids: readonly number[];
  /** As `SampledToken.logprob`. */
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
      /** What logits are divided by; default 1. The policy that learns is the one that was sampled. */
      readonly temperature?: number;
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

export type ScoreOptions = {
  /** One number a token: those whose weight is 0 are not scored and stay 0; every token is by default. */
  readonly weights?: readonly Float32Array[];
  /** What logits are divided by; default 1. */
  readonly temperature?: number;
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

/**
 * Methods may be called without waiting for those before: they take effect in the order of the
 * calls, and updates wait for sampling under way.
 */
export interface TrainingBackend {
  describe(): Promise<BackendInfo>;
  /**
   * Samples a continuation of every prompt; resolves when all are done. Calls may overlap: their
   * requests share one batch, which they join and leave without waiting for each other. Throws
   * `ConfigError` for prompts that do not fit and options out of range, `AbortedError` when called
   * off, `EngineError` where the weights give no probabilities.
   */
  sample(
    requests: readonly SampleRequest[],
    options?: SampleOptions,
  ): Promise<readonly SampleResult[]>;
  /** Drops what is kept of the named conversations. */
  closeSequences(sequenceIds: readonly string[]): Promise<void>;
  /** Scores given sequences with the current or the frozen reference weights. */
  score(
    sequences: readonly Int32Array[],
    model: 'current' | 'reference',
    options?: ScoreOptions,
  ): Promise<readonly TokenScores[]>;
  /**
   * Adds the gradient of the loss over the batch to the accumulated gradient. Throws `ConfigError`
   * for data that does not fit, `EngineError` for a loss that is not finite; the accumulated
   * gradient is then of no use.
   */
  forwardBackward(
    batch: readonly TrainingDatum[],
    loss: TrainingLoss,
  ): Promise<ForwardBackwardResult>;
  /**
   * Applies one AdamW update and clears the accumulated gradient. Throws `EngineError`, and applies
   * nothing, where the gradient is not finite or a `forwardBackward` since the last update failed.
   */
  optimStep(settings: AdamSettings): Promise<{ readonly gradNorm: number }>;
  /**
   * Takes the current weights as the reference: a frozen copy, or a snapshot that a server can give
   * log-probabilities of.
   */
  freezeReference(): Promise<void>;
  /** Writes weights, optimizer moments and reference into one folder, atomically per file. */
  saveState(folder: string): Promise<void>;
  loadState(folder: string): Promise<void>;
  /** Writes a Hugging Face model folder (or a PEFT adapter folder for LoRA). */
  saveModel(folder: string): Promise<void>;
  close(): Promise<void>;
}
