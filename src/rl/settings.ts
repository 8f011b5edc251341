/**
 * Everything that decides what a training run computes, with defaults and range checks.
 *
 * The defaults are PPO's: 64 fresh users an iteration, two epochs over minibatches of 16 conversations, a
 * quadratic critic, KL to the warm-started model as a loss term; presets name what they change. Names follow the glossary; a changed default is a changed experiment.
 */
import type { SamplingOptions } from '../chat/index.ts';
import type { AlgorithmName } from './algorithms.ts';
import type { RewardWeights } from './reward-weights.ts';

/** What shares one advantage: a token (or block of a turn, without a critic), a turn, a conversation. */
export const advantageLevels = ['token', 'turn', 'episode'] as const;

export type AdvantageLevel = (typeof advantageLevels)[number];

/** Settings of the clipped update, which all on-policy algorithms share. */
export type PpoSettings = {
  readonly advantageLevel: AdvantageLevel;
  /** `earned`: profile reward on the end of the block, response reward on the last token; `turn_end`: both on the last. */
  readonly rewardPlacement: 'earned' | 'turn_end';
  /** Passes over the iteration's episodes. */
  readonly epochs: number;
  /** Sequences of one optimizer step: conversations, or turns where the policy is shown only the last few. */
  readonly minibatchEpisodes: number;
  readonly clipEpsilon: number;
  /** Weight of KL(policy || reference), nats per token. */
  readonly klCoef: number;
  /**
   * `loss`: a term of the loss, k3 weighted by the ratio; `reward`: k1 taken off the reward of each
   * token, so that the divergence of later tokens counts as well. See docs/algorithms/kl.md.
   */
  readonly klPlacement: 'loss' | 'reward';
  readonly entropyCoef: number;
  readonly valueCoef: number;
  /** Largest rewarded change of a value estimate; 0 switches clipping off. */
  readonly valueClip: number;
  /** What a reward one turn later is worth now; inside a turn time is free. */
  readonly discount: number;
  /**
   * With a critic, how much of what the value estimate of the next turn missed reaches this one. Such
   * a surprise k turns later weighs (discount * turnLambda)^k. See docs/algorithms/credit.md.
   */
  readonly turnLambda: number;
  /** The same from token to token of a block or of a reply; at 1 each is credited with all that came of it. */
  readonly tokenLambda: number;
  /** Whether advantages are shifted and scaled over the batch; `auto`: unless groups are compared. */
  readonly normaliseAdvantages: 'auto' | boolean;
  /** Updates of an iteration stop after a minibatch whose drift (k3, nats per token) exceeds this; 0: never. */
  readonly maxApproxKl: number;
  /** Largest accepted difference between a log-probability as sampled and as scored. */
  readonly logprobTolerance: number;
};

export type OptimizerSettings = {
  readonly learningRate: number;
  readonly valueLearningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly gradClipNorm: number;
  /** The learning rate is halved after so many iterations, and falls as 1 / (1 + t / that); 0: constant. */
  readonly halvingIterations: number;
  /** Updates over which the learning rate rises from 0; 0: none. */
  readonly warmUpUpdates: number;
  /** Updates after which a cosine has brought the learning rate to its end; 0: no cosine. */
  readonly cosineUpdates: number;
  /** Where the cosine ends, as a share of the full rate. */
  readonly finalShare: number;
};

/** What is chosen by its reward: one output of a turn's candidates, or a conversation of its group. */
export const selectionUnits = ['turn', 'conversation'] as const;

/** Settings of learning from what rewards have chosen: `sft`, `raft`, `dpo`. */
export type OfflineSettings = {
  /** `turn`: of `candidates` outputs, by its own reward; `conversation`: of `groupSize`, by the sum of all rewards. */
  readonly selection: (typeof selectionUnits)[number];
  /** Passes over what was chosen; offline each is an iteration of the run, for `raft` all are made in each iteration. */
  readonly epochs: number;
  /** Sequences (`sft`, `raft`) or pairs (`dpo`) of one optimizer step. */
  readonly minibatchSize: number;
};

/** Measuring on people who are neither trained nor tested on, and keeping the best policy. */
export type ValidationSettings = {
  /** People of the validation part; 0: nobody is asked and the last policy is kept. */
  readonly users: number;
  /** Iterations between two measurements. */
  readonly every: number;
};

export type DpoSettings = {
  /** Strength of the pull to the start model. */
  readonly beta: number;
};

export type TrainingSettings = {
  readonly algorithm: AlgorithmName;
  readonly seed: number;
  /** Cycles of collecting and learning; offline, batches of conversations that are collected. */
  readonly iterations: number;
  /** Sampled tokens after which training ends at the next border of two iterations; 0: no limit. */
  readonly tokenBudget: number;
  readonly episodesPerIteration: number;
  /** Episodes per persona and opening; 1 unless the algorithm compares within groups. */
  readonly groupSize: number;
  /** Outputs sampled in every turn; the best rewarded one is continued. */
  readonly candidates: number;
  readonly turns: number;
  /** Families of simulated users to train on; empty for the world's first. */
  readonly families: readonly string[];
  readonly sampling: SamplingOptions;
  readonly rewardWeights: RewardWeights;
  readonly ppo: PpoSettings;
  readonly offline: OfflineSettings;
  readonly dpo: DpoSettings;
  readonly optimizer: OptimizerSettings;
  readonly validation: ValidationSettings;
  /** Iterations between two checkpoints. */
  readonly checkpointEvery: number;
  readonly keepCheckpoints: number;
  /** Share of failed episodes above which the run stops. */
  readonly maxFailedShare: number;
};

export const defaultTrainingSettings: TrainingSettings = {
  algorithm: 'ppo',
  seed: 1,
  iterations: 40,
  tokenBudget: 0,
  episodesPerIteration: 64,
  groupSize: 1,
  candidates: 1,
  turns: 10,
  families: [],
  sampling: { maxTokens: 64, temperature: 1 },
  rewardWeights: { profile: 1, response: 1 },
  ppo: {
    advantageLevel: 'token',
    rewardPlacement: 'earned',
    epochs: 2,
    minibatchEpisodes: 16,
    clipEpsilon: 0.2,
    klCoef: 0.02,
    klPlacement: 'loss',
    entropyCoef: 0,
    valueCoef: 1,
    valueClip: 0,
    discount: 0.9,
    turnLambda: 0.9,
    tokenLambda: 1,
    normaliseAdvantages: 'auto',
    maxApproxKl: 0.1,
    logprobTolerance: 0.01,
  },
  offline: { selection: 'turn', epochs: 16, minibatchSize: 16 },
  dpo: { beta: 0.1 },
  optimizer: {
    learningRate: 8e-4,
    valueLearningRate: 3e-3,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0,
    gradClipNorm: 1,
    halvingIterations: 100,
    warmUpUpdates: 0,
    cosineUpdates: 0,
    finalShare: 0.1,
  },
  validation: { users: 0, every: 1 },
  checkpointEvery: 10,
  keepCheckpoints: 2,
  maxFailedShare: 0.25,
};

/** Settings that are groups of settings. */
export type SectionName =
  'ppo' | 'offline' | 'dpo' | 'optimizer' | 'validation' | 'sampling' | 'rewardWeights';

export type TrainingOverrides = Partial<Omit<TrainingSettings, SectionName>> & {
  readonly [Name in SectionName]?: Partial<TrainingSettings[Name]>;
};
