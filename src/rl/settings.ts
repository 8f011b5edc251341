/**
 * Everything that decides what a training run computes, with defaults and range checks.
 *
 * The defaults are the measured small-world recipe: 64 fresh users an iteration, two PPO epochs
 * over minibatches of 16 conversations, a quadratic critic, KL to the warm-started model as a loss
 * term. Names follow the glossary; a changed default is a changed experiment.
 */
import { ConfigError } from '../base/index.ts';
import type { SamplingOptions } from '../chat/index.ts';
import type { RewardWeights } from './reward-weights.ts';

/** On-policy: `ppo`, `grpo`, `rloo`, `reinforce++`; offline, from conversations of the start model: `sft`, `dpo`. */
export const algorithmNames = ['ppo', 'grpo', 'rloo', 'reinforce++', 'sft', 'dpo'] as const;

export type AlgorithmName = (typeof algorithmNames)[number];

/** What shares one advantage: a token (or block of a turn, without a critic), a turn, a conversation. */
export const advantageLevels = ['token', 'turn', 'episode'] as const;

export type AdvantageLevel = (typeof advantageLevels)[number];

/** Settings of the clipped update, which all on-policy algorithms share. */
export type PpoSettings = {
  readonly advantageLevel: AdvantageLevel;
  /** `earned`: profile reward on `</profile>`, response reward on the last token; `turn_end`: both on the last. */
  readonly rewardPlacement: 'earned' | 'turn_end';
  /** Passes over the iteration's episodes. */
  readonly epochs: number;
  /** Sequences of one optimizer step: conversations, or turns where the policy is shown only the last few. */
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

export type DpoSettings = {
  /** Strength of the pull to the start model. */
  readonly beta: number;
  /** Pairs in one optimizer update. */
  readonly minibatchPairs: number;
};

export type TrainingSettings = {
  readonly algorithm: AlgorithmName;
  readonly seed: number;
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
  readonly dpo: DpoSettings;
  readonly optimizer: OptimizerSettings;
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
    entropyCoef: 0,
    valueCoef: 1,
    valueClip: 0,
    discount: 0.5,
    gaeLambda: 0.95,
    normaliseAdvantages: true,
    maxApproxKl: 0.1,
    logprobTolerance: 0.01,
  },
  dpo: { beta: 0.1, minibatchPairs: 32 },
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
  Omit<TrainingSettings, 'ppo' | 'dpo' | 'optimizer' | 'sampling' | 'rewardWeights'>
> & {
  readonly ppo?: Partial<PpoSettings>;
  readonly dpo?: Partial<DpoSettings>;
  readonly optimizer?: Partial<OptimizerSettings>;
  readonly sampling?: Partial<SamplingOptions>;
  readonly rewardWeights?: Partial<RewardWeights>;
};

/** Fills in the defaults and checks every range. Throws `ConfigError` listing all problems. */
export function resolveTrainingSettings(overrides: TrainingOverrides = {}): TrainingSettings {
  const base = defaultTrainingSettings;
  const settings: TrainingSettings = {
    ...base,
    ...overrides,
    ppo: { ...base.ppo, ...overrides.ppo },
    dpo: { ...base.dpo, ...overrides.dpo },
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
  const { ppo, dpo, optimizer, sampling, rewardWeights } = settings;
  const checks: readonly Check[] = [
    ['iterations', settings.iterations, 'count'],
    ['tokenBudget', settings.tokenBudget, 'weight'],
    ['episodesPerIteration', settings.episodesPerIteration, 'count'],
    ['groupSize', settings.groupSize, 'count'],
    ['candidates', settings.candidates, 'count'],
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
    ['dpo.beta', dpo.beta, 'positive'],
    ['dpo.minibatchPairs', dpo.minibatchPairs, 'count'],
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
  problems.push(...listCombinationProblems(settings));
  if (settings.episodesPerIteration % settings.groupSize !== 0) {
    problems.push('episodesPerIteration must be a multiple of groupSize');
  }
  return problems;
}

/** Settings that are right each by itself and wrong with the algorithm. */
function listCombinationProblems(settings: TrainingSettings): string[] {
  const { algorithm, candidates, groupSize, ppo } = settings;
  const problems: string[] = [];
  if (comparesGroups(algorithm) && groupSize < 2) {
    problems.push(`groupSize must be at least 2 for ${algorithm}, got ${groupSize}`);
  }
  if (isOffline(algorithm) && candidates < 2) {
    problems.push(`candidates must be at least 2 for ${algorithm}, got ${candidates}`);
  }
  if (!isOffline(algorithm) && candidates > 1 && ppo.discount > 0) {
    problems.push(
      `ppo.discount must be 0 with candidates above 1 (an output that is not continued has no later turns), got ${ppo.discount}`,
    );
  }
  if (comparesGroups(algorithm) && candidates > 1) {
    problems.push(`candidates must be 1 for ${algorithm}, got ${candidates}`);
  }
  if (usesCritic(algorithm) && ppo.advantageLevel === 'episode') {
    problems.push(`ppo.advantageLevel must be token or turn for ${algorithm}, got episode`);
  }
  return problems;
}

/** True for algorithms that estimate returns with a value head. */
export function usesCritic(algorithm: AlgorithmName): boolean {
  return algorithm === 'ppo';
}

/** True for algorithms that compare several tries at one persona and opening. */
export function comparesGroups(algorithm: AlgorithmName): boolean {
  return algorithm === 'grpo' || algorithm === 'rloo';
}

/** True for algorithms that learn from conversations of the start model only. */
export function isOffline(algorithm: AlgorithmName): boolean {
  return algorithm === 'sft' || algorithm === 'dpo';
}
