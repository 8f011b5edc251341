/**
 * What a run's numbers say, in sentences: did it work, what went wrong, what did it cost.
 *
 * Every sentence is computed from the records. Whether training worked is decided on held-out people
 * where they were measured: the 95 % interval of the difference, person by person, must lie above 0.
 */
import { computeMean } from '../base/index.ts';
import { compareLateMeans, type ComparedMetric, type JsonInterval } from '../eval/index.ts';
import { sumTrainingSeconds } from '../runlog/index.ts';
import type { Group, HeldOutTalks, RunData } from './load-run.ts';

/** Good, to be looked at, or neither. */
export type Tone = 'good' | 'bad' | 'plain';

export type Finding = { readonly tone: Tone; readonly text: string };

/** Iterations at either end of a run that are compared, at most. */
export const endIterations = 5;

/** Differences of a training mean below this are called no change. */
const noticeable = 0.03;

/** A lower share of outputs that can be read is called out. */
const goodFormatRate = 0.97;

/** Says whether training worked; the first finding is the verdict. */
export function judgeRun(run: RunData, talks: HeldOutTalks | null): Finding[] {
  if (run.metrics.length === 0) {
    return [{ tone: 'plain', text: 'No iteration is finished yet.' }, describeSetting(run)];
  }
  const heldOut = run.heldOut === null ? null : compareHeldOut(run, talks);
  return [
    heldOut === null ? describeWithoutHeldOut(run) : describeTrained(heldOut),
    heldOut === null ? null : describeUntrained(heldOut),
    ...(isOffline(run) ? [] : describeTrends(run)),
    describeFormat(run),
    ...describeFaults(run),
    describeCost(run),
    describeSetting(run),
  ].flatMap((finding) => finding ?? []);
}

/** Offline algorithms learn from conversations that the start model held before it learnt anything. */
const offlineAlgorithms: readonly unknown[] = ['sft', 'dpo'];

const isOffline = ({ settings }: RunData): boolean =>
  offlineAlgorithms.includes(settings['algorithm']);

function describeTrends(run: RunData): (Finding | null)[] {
  return [
    describeTrend(run, 'alignment/late_mean', 'Alignment in training'),
    describeTrend(run, 'profile/f1_disclosed_late', 'Profile F1 in training'),
    describePeak(run),
  ];
}

export type HeldOutChange = {
  readonly before: JsonInterval;
  readonly after: JsonInterval;
  readonly difference: JsonInterval;
};

export type HeldOutComparison = Readonly<
  Record<Group, Readonly<Record<ComparedMetric, HeldOutChange>>>
> & {
  readonly users: number;
  /** Whether differences are person by person, or of two means taken apart. */
  readonly isPaired: boolean;
};

/** Compares both measurements, person by person where their conversations are kept. */
export function compareHeldOut(
  { heldOut }: Pick<RunData, 'heldOut'>,
  talks: HeldOutTalks | null,
): HeldOutComparison | null {
  if (heldOut === null) return null;
  const compare = (group: Group, metric: ComparedMetric): HeldOutChange => {
    const [before, after] = [heldOut.base[group].late[metric], heldOut.rlpa[group].late[metric]];
    const kept = talks?.after?.[group];
    const difference =
      talks === null || kept === undefined
        ? subtract(after, before)
        : compareLateMeans(talks.before[group].episodes, kept.episodes, metric);
    return { before, after, difference };
  };
  const compareGroup = (group: Group): HeldOutComparison[Group] => ({
    profile_f1_disclosed: compare(group, 'profile_f1_disclosed'),
    profile_f1_full: compare(group, 'profile_f1_full'),
    alignment: compare(group, 'alignment'),
  });
  return {
    trained: compareGroup('trained'),
    untrained: compareGroup('untrained'),
    users: heldOut.rlpa.trained.users,
    isPaired: talks !== null && talks.after !== null,
  };
}

/** Difference of two independent means. */
function subtract(after: JsonInterval, before: JsonInterval): JsonInterval {
  const isKnown = after.mean !== null && before.mean !== null;
  const hasWidth = after.half_width !== null && before.half_width !== null;
  return {
    mean: isKnown ? after.mean - before.mean : null,
    half_width: hasWidth ? Math.hypot(after.half_width, before.half_width) : null,
  };
}

type Direction = 'up' | 'down' | 'unclear';

function directionOf({ mean, half_width }: JsonInterval): Direction {
  if (mean === null || half_width === null) return 'unclear';
  if (mean - half_width > 0) return 'up';
  return mean + half_width < 0 ? 'down' : 'unclear';
}

function describeTrained(comparison: HeldOutComparison): Finding {
  const { alignment, profile_f1_disclosed: f1 } = comparison.trained;
  const directions = [directionOf(alignment.difference), directionOf(f1.difference)];
  const verdict = directions.includes('down')
    ? directions.includes('up')
      ? 'Training traded one thing for another'
      : 'Training made it worse'
    : directions.every((each) => each === 'up')
      ? 'Training worked'
      : directions.includes('up')
        ? 'Training worked in part'
        : 'Training changed nothing that can be told from chance';
  return {
    tone: verdict === 'Training worked' ? 'good' : 'bad',
    text: `${verdict}: on ${comparison.users} people it never met, ${describeChange('alignment', alignment)}, ${describeChange('profile F1', f1)}.`,
  };
}

function describeUntrained({ untrained }: HeldOutComparison): Finding {
  const { alignment, profile_f1_disclosed: f1 } = untrained;
  const isUp = [alignment, f1].every(({ difference }) => directionOf(difference) === 'up');
  return {
    tone: isUp ? 'good' : 'bad',
    text: `${isUp ? 'It carries over' : 'It does not fully carry over'} to users who talk in a way it was never trained on: ${describeChange('alignment', alignment)}, ${describeChange('profile F1', f1)}.`,
  };
}

function describeChange(name: string, { before, after, difference }: HeldOutChange): string {
  const reach = difference.half_width === null ? '' : ` ± ${round(difference.half_width)}`;
  const sign = (difference.mean ?? 0) >= 0 ? '+' : '−';
  const change = difference.mean === null ? '?' : `${sign}${round(Math.abs(difference.mean))}`;
  return `${name} went from ${round(before.mean)} to ${round(after.mean)} (${change}${reach})`;
}

type Trend = { readonly first: number; readonly last: number; readonly size: number };

/** Means over the first and the last iterations; null below two. */
export function findTrend({ metrics }: Pick<RunData, 'metrics'>, key: string): Trend | null {
  const values = metrics.flatMap((record) => record[key] ?? []);
  if (values.length < 2) return null;
  const size = Math.min(endIterations, Math.floor(values.length / 2));
  const [first, last] = [computeMean(values.slice(0, size)), computeMean(values.slice(-size))];
  return { first, last, size };
}

function describeWithoutHeldOut(run: RunData): Finding {
  if (isOffline(run)) {
    return {
      tone: 'plain',
      text: "The conversations are the start model's own, so they cannot show what it learnt from them: measure it on held-out people (rlpa eval world).",
    };
  }
  const trend = findTrend(run, 'alignment/late_mean');
  const caution = 'held-out people have not been measured, so this is no verdict yet';
  if (trend === null) return { tone: 'plain', text: `Too early to tell; ${caution}.` };
  const change = trend.last - trend.first;
  const text =
    Math.abs(change) < noticeable
      ? 'Training has not moved alignment so far'
      : change > 0
        ? 'Training is working so far'
        : 'Training is making replies worse so far';
  return { tone: change >= noticeable ? 'good' : 'bad', text: `${text}; ${caution}.` };
}

function describeTrend(run: RunData, key: string, name: string): Finding | null {
  const trend = findTrend(run, key);
  if (trend === null) return null;
  const { first, last, size } = trend;
  const change = last - first;
  const verb = Math.abs(change) < noticeable ? 'stayed' : change > 0 ? 'rose' : 'fell';
  const from =
    verb === 'stayed' ? `at about ${round(last)}` : `from ${round(first)} to ${round(last)}`;
  const tone = verb === 'rose' ? 'good' : verb === 'fell' ? 'bad' : 'plain';
  const span = size === 1 ? 'iteration' : `${size} iterations`;
  return { tone, text: `${name} ${verb} ${from} (first against last ${span}).` };
}

/** A run that was better in the middle than at its end. */
function describePeak({ metrics }: RunData): Finding | null {
  const values = metrics.map((record) => record['alignment/late_mean'] ?? null);
  if (values.length < 3 * endIterations) return null;
  const means = values.map((_, index) => {
    const window = values.slice(Math.max(0, index - endIterations + 1), index + 1);
    return computeMean(window.flatMap((value) => value ?? []));
  });
  const full = means.slice(endIterations - 1);
  const best = Math.max(...full);
  const last = full.at(-1) ?? best;
  if (!(best - last > 2 * noticeable)) return null;
  const iteration = metrics[full.indexOf(best) + endIterations - 1]?.iteration;
  return {
    tone: 'bad',
    text: `Alignment in training peaked at ${round(best)} around iteration ${iteration} and has fallen to ${round(last)} since.`,
  };
}

function describeFormat({ metrics }: RunData): Finding | null {
  const rate = metrics.at(-1)?.['format/rate'];
  if (rate === undefined || rate === null) return null;
  const share = `${(100 * rate).toFixed(1)} % of the last iteration's outputs were well formed`;
  return rate >= goodFormatRate
    ? { tone: 'good', text: `${share}.` }
    : { tone: 'bad', text: `${share}: malformed ones earn nothing, filter for them below.` };
}

function describeFaults({ metrics }: RunData): Finding[] {
  const total = (key: string): number =>
    metrics.reduce((sum, record) => sum + (record[key] ?? 0), 0);
  const faults: readonly (readonly [count: number, text: string])[] = [
    [total('episodes/failed'), 'conversations broke off'],
    [total('judge/missing'), 'replies got no readable verdict and were left out, not scored 0'],
    [total('matching/missing'), 'profiles could not be matched and were left out, not scored 0'],
    [total('train/stopped_early'), 'iterations stopped their updates early because of drift'],
  ];
  const found = faults.flatMap(([count, text]) =>
    count === 0 ? [] : [{ tone: 'bad' as const, text: `${count} ${text}.` }],
  );
  return found.length > 0
    ? found
    : [
        {
          tone: 'good',
          text: 'No conversation broke off, every reply got a verdict, no update was stopped for drift.',
        },
      ];
}

function describeCost({ metrics, timings, settings }: RunData): Finding {
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

function describeSetting({ settings }: RunData): Finding {
  const read = (key: string): unknown =>
    key
      .split('.')
      .reduce<unknown>(
        (value, name) => (value as Record<string, unknown> | null)?.[name],
        settings,
      );
  const parts: readonly (readonly [name: string, key: string])[] = [
    ['seed', 'seed'],
    ['algorithm', 'algorithm'],
    ['world', 'world.kind'],
    ['conversations an iteration', 'episodesPerIteration'],
    ['turns', 'turns'],
    ['learning rate', 'optimizer.learningRate'],
    ['profile reward', 'world.profileReward'],
    ['threads', 'engine.threads'],
  ];
  const known = parts.flatMap(([name, key]) => {
    const value = read(key);
    return value === undefined || value === null ? [] : [`${name} ${String(value)}`];
  });
  return { tone: 'plain', text: `Settings: ${known.join(', ') || 'none recorded'}.` };
}

function round(value: number | null): string {
  return value === null ? '?' : value.toFixed(2);
}
