/**
 * What may be asked of a training run: ranges of single settings, and settings that do not go together.
 *
 * An upper bound is far above what anyone needs and far below what hangs the machine or turns into
 * NaN: beta1 = 1 divides by 0 in the first update, a rate of 1e30 overflows in it.
 */
import { comparesGroups, learnsBySelection, usesCritic } from './algorithms.ts';
import type { TrainingSettings } from './settings.ts';

/** Bounds of a number; `above` and `below` leave the bound itself out. */
export type SettingRange = {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly below?: number;
  readonly isWhole?: true;
};

const whole = (from: number, to: number): SettingRange => ({ from, to, isWhole: true });
const share: SettingRange = { from: 0, to: 1 };
const upTo = (to: number): SettingRange => ({ from: 0, to });
const positive = (to: number): SettingRange => ({ above: 0, to });
/** Weight of the past in a running mean. */
const decay: SettingRange = { from: 0, below: 1 };

/** Range of every number among the settings, by dotted key. */
export const settingRanges = {
  seed: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  iterations: whole(1, 1_000_000),
  tokenBudget: upTo(1e12),
  episodesPerIteration: whole(1, 65_536),
  groupSize: whole(1, 1024),
  candidates: whole(1, 256),
  turns: whole(1, 1000),
  checkpointEvery: whole(1, 1_000_000),
  keepCheckpoints: whole(1, 1000),
  maxFailedShare: share,
  'sampling.maxTokens': whole(1, 131_072),
  'sampling.temperature': positive(10),
  'rewardWeights.profile': upTo(1000),
  'rewardWeights.response': upTo(1000),
  'ppo.epochs': whole(1, 100),
  'ppo.minibatchEpisodes': whole(1, 65_536),
  'ppo.clipEpsilon': positive(1),
  'ppo.klCoef': upTo(100),
  'ppo.entropyCoef': upTo(100),
  'ppo.valueCoef': upTo(100),
  'ppo.valueClip': upTo(1000),
  'ppo.discount': share,
  'ppo.turnLambda': share,
  'ppo.tokenLambda': share,
  'ppo.maxApproxKl': upTo(100),
  'ppo.logprobTolerance': positive(10),
  'offline.epochs': whole(1, 1000),
  'offline.minibatchSize': whole(1, 65_536),
  'dpo.beta': positive(100),
  'optimizer.learningRate': positive(1),
  'optimizer.valueLearningRate': positive(1),
  'optimizer.beta1': decay,
  'optimizer.beta2': decay,
  'optimizer.epsilon': positive(1),
  'optimizer.weightDecay': upTo(100),
  'optimizer.gradClipNorm': upTo(1e6),
  'optimizer.halvingIterations': upTo(1e9),
  'optimizer.warmUpUpdates': whole(0, 1e9),
  'optimizer.cosineUpdates': whole(0, 1e9),
  'optimizer.finalShare': share,
  'validation.users': whole(0, 65_536),
  'validation.every': whole(1, 1_000_000),
} as const satisfies Readonly<Record<string, SettingRange>>;

/** Lists everything that is wrong, each text beginning with the setting's key. */
export function listSettingsProblems(settings: TrainingSettings): string[] {
  const outside = Object.entries<SettingRange>(settingRanges).flatMap(([key, range]) => {
    const value = readNumber(settings, key);
    return isWithin(value, range) ? [] : [`${key} must be ${describeRange(range)}, got ${value}`];
  });
  return [...outside, ...listCombinationProblems(settings)];
}

function readNumber(settings: TrainingSettings, key: string): number {
  const found = key
    .split('.')
    .reduce<unknown>((section, name) => (section as Record<string, unknown>)[name], settings);
  return Number(found);
}

function isWithin(value: number, range: SettingRange): boolean {
  const { from, above, to, below, isWhole } = range;
  return (
    Number.isFinite(value) &&
    (isWhole !== true || Number.isInteger(value)) &&
    (from === undefined || value >= from) &&
    (above === undefined || value > above) &&
    (to === undefined || value <= to) &&
    (below === undefined || value < below)
  );
}

function describeRange({ from, above, to, below, isWhole }: SettingRange): string {
  const low = from === undefined ? `above ${above}` : `at least ${from}`;
  const high = to === undefined ? `below ${below}` : `at most ${to}`;
  return `${isWhole === true ? 'a whole number, ' : ''}${low} and ${high}`;
}

/** Settings that are right each by itself and wrong together. */
function listCombinationProblems(settings: TrainingSettings): string[] {
  const { algorithm, candidates, groupSize, episodesPerIteration, ppo, optimizer } = settings;
  const problems = learnsBySelection(algorithm)
    ? listSelectionProblems(settings)
    : listRatioProblems(settings);
  if (comparesGroups(algorithm) && groupSize < 2) {
    problems.push(`groupSize must be at least 2 for ${algorithm}, got ${groupSize}`);
  }
  if (comparesGroups(algorithm) && candidates > 1) {
    problems.push(`candidates must be 1 for ${algorithm}, got ${candidates}`);
  }
  if (comparesGroups(algorithm) && ppo.normaliseAdvantages === true) {
    problems.push(
      `ppo.normaliseAdvantages must be auto or false for ${algorithm}, whose advantages are compared within groups already, got true`,
    );
  }
  if (algorithm === 'reinforce++' && ppo.normaliseAdvantages === false) {
    problems.push(
      'ppo.normaliseAdvantages must be auto or true for reinforce++, which has no other baseline, got false',
    );
  }
  if (usesCritic(algorithm) && ppo.advantageLevel === 'episode') {
    problems.push(`ppo.advantageLevel must be token or turn for ${algorithm}, got episode`);
  }
  if (episodesPerIteration % groupSize !== 0) {
    problems.push('episodesPerIteration must be a multiple of groupSize');
  }
  if (optimizer.cosineUpdates > 0 && optimizer.halvingIterations > 0) {
    problems.push('optimizer.halvingIterations must be 0 where optimizer.cosineUpdates is above 0');
  }
  return problems;
}

/** What must be there for rewards to choose from. */
function listSelectionProblems({
  algorithm,
  candidates,
  groupSize,
  offline: { selection },
}: TrainingSettings): string[] {
  if (selection === 'turn') {
    return candidates < 2
      ? [`candidates must be at least 2 for ${algorithm}, got ${candidates}`]
      : [];
  }
  return groupSize < 2
    ? [
        `groupSize must be at least 2 for ${algorithm} with offline.selection conversation, got ${groupSize}`,
      ]
    : [];
}

/** What holds for every algorithm that compares probabilities as sampled with those of now. */
function listRatioProblems({ algorithm, candidates, ppo, sampling }: TrainingSettings): string[] {
  const problems: string[] = [];
  if (candidates > 1 && ppo.discount > 0) {
    problems.push(
      `ppo.discount must be 0 with candidates above 1 (an output that is not continued has no later turns), got ${ppo.discount}`,
    );
  }
  const { topK = 0, topP = 1, minP = 0 } = sampling;
  const because = `for ${algorithm}: log-probabilities are those of all tokens, and a cut of the tail would give wrong ratios`;
  for (const [name, value, off] of [
    ['topK', topK, 0],
    ['topP', topP, 1],
    ['minP', minP, 0],
  ] as const) {
    if (value !== off) problems.push(`sampling.${name} must be ${off} ${because}, got ${value}`);
  }
  return problems;
}
