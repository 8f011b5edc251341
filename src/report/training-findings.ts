/** What the records of training say: where its figures went, what broke, what it cost. */
import { computeDifference, computeMean } from '../base/index.ts';
import type { JsonInterval } from '../eval/index.ts';
import { sumTrainingSeconds } from '../runlog/index.ts';
import type { Finding, Tone } from './finding.ts';
import { describeChange, directionOf, roundFigure } from './interval-words.ts';
import type { RunData } from './load/index.ts';

/** Iterations at either end of a run that are compared, at most. */
export const endIterations = 5;

/** A lower share of outputs that can be read is called out. */
const goodFormatRate = 0.97;

/** Means over the first and the last iterations; iterations are the draws of the interval. */
export type Trend = {
  readonly before: number;
  readonly after: number;
  readonly difference: JsonInterval;
  /** Iterations of either end. */
  readonly size: number;
};

/** Compares both ends of a run; null below two iterations. */
export function findTrend({ metrics }: Pick<RunData, 'metrics'>, key: string): Trend | null {
  const values = metrics.flatMap((record) => record[key] ?? []);
  if (values.length < 2) return null;
  const size = Math.min(endIterations, Math.floor(values.length / 2));
  const [first, last] = [values.slice(0, size), values.slice(-size)];
  return {
    before: computeMean(first),
    after: computeMean(last),
    difference: subtractWindows(first, last),
    size,
  };
}

function subtractWindows(before: readonly number[], after: readonly number[]): JsonInterval {
  const { mean, halfWidth } = computeDifference(before, after);
  return { mean, half_width: Number.isNaN(halfWidth) ? null : halfWidth };
}

const tones = { up: 'good', down: 'bad', unclear: 'plain' } as const;

/** Says where a metric of training went. */
export function describeTrend(run: RunData, key: string, name: string): Finding | null {
  const trend = findTrend(run, key);
  if (trend === null) return null;
  const span = trend.size === 1 ? 'iteration' : `${trend.size} iterations`;
  const tone: Tone = tones[directionOf(trend.difference)];
  return { tone, text: `${describeChange(name, trend)}, first against last ${span}.` };
}

/** Names a run that was better before its end, where the fall is beyond the spread of iterations. */
export function describePeak({ metrics }: RunData): Finding | null {
  const known = metrics.flatMap(({ iteration, 'alignment/late_mean': value }) =>
    typeof value === 'number' ? [{ iteration, value }] : [],
  );
  if (known.length < 3 * endIterations) return null;
  const windows = known
    .slice(endIterations - 1)
    .map((_, index) => known.slice(index, index + endIterations));
  const valuesOf = (window: typeof known): number[] => window.map(({ value }) => value);
  const means = windows.map((window) => computeMean(valuesOf(window)));
  const place = means.indexOf(Math.max(...means));
  const [best, last] = [windows[place]!, windows.at(-1)!];
  if (directionOf(subtractWindows(valuesOf(best), valuesOf(last))) !== 'down') return null;
  return {
    tone: 'bad',
    text: `Alignment in training was highest around iteration ${best.at(-1)?.iteration}, ${roundFigure(means[place]!)} over ${endIterations} iterations, and is ${roundFigure(means.at(-1)!)} over the last.`,
  };
}

/** Says how many outputs could be read. */
export function describeFormat({ metrics }: RunData): Finding | null {
  const rate = metrics.at(-1)?.['format/rate'];
  if (rate === undefined || rate === null) return null;
  const share = `${(100 * rate).toFixed(1)} % of the last iteration's outputs could be read`;
  return rate >= goodFormatRate
    ? { tone: 'good', text: `${share}.` }
    : { tone: 'bad', text: `${share}: the others earn nothing, filter for them below.` };
}

const faultKeys: readonly (readonly [key: string, text: string])[] = [
  ['episodes/failed', 'conversations broke off'],
  ['judge/missing', 'replies got no readable verdict and were left out, not scored 0'],
  ['matching/missing', 'profiles could not be matched and were left out, not scored 0'],
  ['train/stopped_early', 'iterations stopped their updates early because of drift'],
];

/** Counts what broke; says so where nothing did and everything was counted. */
export function describeFaults({ metrics }: RunData): Finding[] {
  const found = faultKeys.flatMap(([key, text]): Finding[] => {
    const count = metrics.reduce((sum, record) => sum + (record[key] ?? 0), 0);
    return count === 0 ? [] : [{ tone: 'bad', text: `${count} ${text}.` }];
  });
  if (found.length > 0) return found;
  const isCounted = faultKeys
    .slice(0, 2)
    .every(([key]) => metrics.every((record) => typeof record[key] === 'number'));
  if (!isCounted) return [];
  return [
    {
      tone: 'good',
      text: 'No conversation broke off, every reply got a verdict, no update was stopped for drift.',
    },
  ];
}

/** Says how far the run got and what it cost. */
export function describeCost({ metrics, timings, settings }: RunData): Finding {
  const seconds = sumTrainingSeconds(timings);
  const tokens = metrics.at(-1)?.['tokens/generated_total'] ?? 0;
  const { iterations: planned, tokenBudget } = settings;
  const isSpent = typeof tokenBudget === 'number' && tokenBudget > 0 && tokens >= tokenBudget;
  const isShort = typeof planned === 'number' && metrics.length < planned && !isSpent;
  const state = isShort
    ? `Not finished: ${metrics.length} of ${planned} iterations so far`
    : `Finished: ${metrics.length} iterations`;
  return {
    tone: 'plain',
    text: `${state}, ${tokens.toLocaleString('en')} sampled tokens, ${(seconds / 60).toFixed(1)} minutes of training.`,
  };
}

const settingKeys: readonly (readonly [name: string, key: string])[] = [
  ['seed', 'seed'],
  ['algorithm', 'algorithm'],
  ['world', 'world.kind'],
  ['conversations an iteration', 'episodesPerIteration'],
  ['turns', 'turns'],
  ['temperature', 'sampling.temperature'],
  ['learning rate', 'optimizer.learningRate'],
  ['profile reward', 'world.profileReward'],
  ['threads', 'engine.threads'],
];

/** Lists the settings that matter most. */
export function describeSetting({ settings }: RunData): Finding {
  const known = settingKeys.flatMap(([name, key]) => {
    const value = readSetting(settings, key);
    return ['string', 'number'].includes(typeof value) ? [`${name} ${String(value)}`] : [];
  });
  return { tone: 'plain', text: `Settings: ${known.join(', ') || 'none of the usual recorded'}.` };
}

function readSetting(settings: RunData['settings'], key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], settings);
}
