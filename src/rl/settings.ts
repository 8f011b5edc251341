/**
 * Everything that decides what a training run computes, with defaults and range checks.
 *
 * The defaults are the measured small-world recipe: 64 fresh users an iteration, two PPO epochs
 * over minibatches of 16 conversations, a quadratic critic, KL to the warm-started model as a loss
 * term. Names follow the glossary; a changed default is a changed experiment.
 */
import { ConfigError } from '../base/index.ts';
import type { SamplingOptions } from '../chat/index.ts';

export type PpoSettings = {
  /** `gae` needs a value head; `group` compares tries at one persona instead. */
  readonly advantages: 'gae' | 'group';
  /** Passes over the iteration's episodes. */
  readonly epochs: number;
  readonly minibatchEpisodes: number;
  readonly clipEpsilon: number;
  /** Weight of the k3 estimate of KL(policy || reference), nats per token. */
  readonly klCoef: number;
  readonly entropyCoef: number;
  readonly valueCoef: number;
  /** Largest rewarded change of a value estimate; 0 switches clipping off. */
  readonly valueClip: number;
  /** Discount between turns; inside a turn it is 1. */
  readonly discount: number;
  readonly gaeLambda: number;
  readonly normaliseAdvantages: boolean;
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
};

export type TrainingSettings = {
  readonly seed: number;
  readonly iterations: number;
  readonly episodesPerIteration: number;
  /** Episodes per persona; 1 unless advantages are group-relative. */
  readonly groupSize: number;
  readonly turns: number;
  /** Families of simulated users to train on; empty for the world's first. */
  readonly families: readonly string[];
  readonly sampling: SamplingOptions;
  readonly rewardWeights: { readonly profile: number; readonly response: number };
  readonly ppo: PpoSettings;
  readonly optimizer: OptimizerSettings;
  /** Iterations between two checkpoints. */
  readonly checkpointEvery: number;
  readonly keepCheckpoints: number;
  /** Share of failed episodes above which the run stops. */
  readonly maxFailedShare: number;
};

export const defaultTrainingSettings: TrainingSettings = {
  seed: 1,
  iterations: 40,
  episodesPerIteration: 64,
  groupSize: 1,
  turns: 10,
  families: [],
  sampling: { maxTokens: 64, temperature: 1 },
  rewardWeights: { profile: 1, response: 1 },
  ppo: {
    advantages: 'gae',
    epochs: 2,
    minibatchEpisodes: 16,
    clipEpsilon: 0.2,
    klCoef: 0.02,
    entropyCoef: 0,
    valueCoef: 1,
    valueClip: 0,
    discount: 0.5,
    gaeLambda: 0.95,
    normaliseAdvantages: true,
    maxApproxKl: 0.1,
    logprobTolerance: 0.01,
  },
  optimizer: {
    learningRate: 8e-4,
    valueLearningRate: 3e-3,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0,
    gradClipNorm: 1,
    halvingIterations: 100,
  },
  checkpointEvery: 10,
  keepCheckpoints: 2,
  maxFailedShare: 0.25,
};

export type TrainingOverrides = Partial<
  Omit<TrainingSettings, 'ppo' | 'optimizer' | 'sampling' | 'rewardWeights'>
> & {
  readonly ppo?: Partial<PpoSettings>;
  readonly optimizer?: Partial<OptimizerSettings>;
  readonly sampling?: Partial<SamplingOptions>;
  readonly rewardWeights?: Partial<TrainingSettings['rewardWeights']>;
};

/** Fills in the defaults and checks every range. Throws `ConfigError` listing all problems. */
export function resolveTrainingSettings(overrides: TrainingOverrides = {}): TrainingSettings {
  const base = defaultTrainingSettings;
  const settings: TrainingSettings = {
    ...base,
    ...overrides,
    ppo: { ...base.ppo, ...overrides.ppo },
    optimizer: { ...base.optimizer, ...overrides.optimizer },
    sampling: { ...base.sampling, ...overrides.sampling },
    rewardWeights: { ...base.rewardWeights, ...overrides.rewardWeights },
  };
  const problems = listProblems(settings);
  if (problems.length > 0) {
    throw new ConfigError('settings_invalid', `Training settings: ${problems.join('; ')}.`, {
      details: { problems },
    });
  }
  return settings;
}

type Check = readonly [key: string, value: number, rule: 'count' | 'share' | 'positive' | 'weight'];

const isWithin: Readonly<Record<Check[2], (value: number) => boolean>> = {
  count: (value) => Number.isInteger(value) && value >= 1,
  share: (value) => value >= 0 && value <= 1,
  positive: (value) => Number.isFinite(value) && value > 0,
  weight: (value) => Number.isFinite(value) && value >= 0,
};

const ruleText: Readonly<Record<Check[2], string>> = {
  count: 'a whole number of at least 1',
  share: 'within 0 and 1',
  positive: 'greater than 0',
  weight: 'at least 0',
};

function listProblems(settings: TrainingSettings): string[] {
  const { ppo, optimizer, sampling, rewardWeights } = settings;
  const checks: readonly Check[] = [
    ['iterations', settings.iterations, 'count'],
    ['episodesPerIteration', settings.episodesPerIteration, 'count'],
    ['groupSize', settings.groupSize, 'count'],
    ['turns', settings.turns, 'count'],
    ['checkpointEvery', settings.checkpointEvery, 'count'],
    ['keepCheckpoints', settings.keepCheckpoints, 'count'],
    ['maxFailedShare', settings.maxFailedShare, 'share'],
    ['sampling.maxTokens', sampling.maxTokens, 'count'],
    ['sampling.temperature', sampling.temperature, 'positive'],
    ['rewardWeights.profile', rewardWeights.profile, 'weight'],
    ['rewardWeights.response', rewardWeights.response, 'weight'],
    ['ppo.epochs', ppo.epochs, 'count'],
    ['ppo.minibatchEpisodes', ppo.minibatchEpisodes, 'count'],
    ['ppo.clipEpsilon', ppo.clipEpsilon, 'positive'],
    ['ppo.klCoef', ppo.klCoef, 'weight'],
    ['ppo.entropyCoef', ppo.entropyCoef, 'weight'],
    ['ppo.valueCoef', ppo.valueCoef, 'weight'],
    ['ppo.valueClip', ppo.valueClip, 'weight'],
    ['ppo.discount', ppo.discount, 'share'],
    ['ppo.gaeLambda', ppo.gaeLambda, 'share'],
    ['ppo.maxApproxKl', ppo.maxApproxKl, 'weight'],
    ['ppo.logprobTolerance', ppo.logprobTolerance, 'positive'],
    ['optimizer.learningRate', optimizer.learningRate, 'positive'],
    ['optimizer.valueLearningRate', optimizer.valueLearningRate, 'positive'],
    ['optimizer.beta1', optimizer.beta1, 'share'],
    ['optimizer.beta2', optimizer.beta2, 'share'],
    ['optimizer.epsilon', optimizer.epsilon, 'positive'],
    ['optimizer.weightDecay', optimizer.weightDecay, 'weight'],
    ['optimizer.gradClipNorm', optimizer.gradClipNorm, 'weight'],
    ['optimizer.halvingIterations', optimizer.halvingIterations, 'weight'],
  ];
  const problems = checks
    .filter(([, value, rule]) => !isWithin[rule](value))
    .map(([key, value, rule]) => `${key} must be ${ruleText[rule]}, got ${value}`);
  if (!Number.isInteger(settings.seed)) {
    problems.push(`seed must be a whole number, got ${settings.seed}`);
  }
  if (ppo.advantages === 'group' && settings.groupSize < 2) {
    problems.push("ppo.advantages 'group' needs groupSize of at least 2");
  }
  if (settings.episodesPerIteration % settings.groupSize !== 0) {
    problems.push('episodesPerIteration must be a multiple of groupSize');
  }
  return problems;
}
