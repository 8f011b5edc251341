/**
 * What a run's numbers say, in sentences: did it work, what went wrong, what did it cost.
 *
 * Every sentence is computed from the records; thresholds are stated with it.
 */
import { computeMean } from '../base/index.ts';
import type { RunData } from './load-run.ts';

/** Good, to be looked at, or neither. */
export type Tone = 'good' | 'bad' | 'plain';

export type Finding = { readonly tone: Tone; readonly text: string };

/** Iterations at either end of a run that are compared. */
const window = 5;

/** Differences of alignment below this are called no change. */
const noticeable = 0.03;

/** Says whether training worked. */
export function judgeRun(run: RunData): Finding[] {
  const { metrics } = run;
  if (metrics.length === 0) {
    return [{ tone: 'plain', text: 'No iteration is finished yet.' }];
  }
  return [
    describeHeldOut(run),
    describeTrend(run, 'alignment/late_mean', 'Alignment in training'),
    describeTrend(run, 'profile/f1_disclosed_late', 'Profile F1 in training'),
    describeFormat(run),
    ...describeFaults(run),
    describeCost(run),
  ].flatMap((finding) => finding ?? []);
}

function describeHeldOut({ heldOut }: RunData): Finding | null {
  if (heldOut === null) return null;
  const [before, after] = [heldOut.base.trained, heldOut.rlpa.trained];
  const [low, high] = [before.late.alignment, after.late.alignment];
  if (low.mean === null || high.mean === null) return null;
  const reach = (low.half_width ?? 0) + (high.half_width ?? 0);
  const gain = high.mean - low.mean;
  const f1 = `profile F1 from ${round(before.late.profile_f1_disclosed.mean)} to ${round(after.late.profile_f1_disclosed.mean)}`;
  const verdict =
    gain > reach
      ? 'Training worked'
      : gain > 0
        ? 'Training may have helped, but the intervals overlap'
        : 'Training did not help';
  return {
    tone: gain > reach ? 'good' : 'bad',
    text: `${verdict}: on ${after.users} people it never met, alignment went from ${round(low.mean)} ± ${round(low.half_width)} to ${round(high.mean)} ± ${round(high.half_width)}, ${f1}.`,
  };
}

function describeTrend({ metrics }: RunData, key: string, name: string): Finding | null {
  const values = metrics.flatMap((record) => record[key] ?? []);
  if (values.length < 2) return null;
  const size = Math.min(window, Math.floor(values.length / 2));
  const [first, last] = [computeMean(values.slice(0, size)), computeMean(values.slice(-size))];
  const change = last - first;
  const verb = Math.abs(change) < noticeable ? 'stayed' : change > 0 ? 'rose' : 'fell';
  const from =
    verb === 'stayed' ? `at about ${round(last)}` : `from ${round(first)} to ${round(last)}`;
  const tone = verb === 'rose' ? 'good' : verb === 'fell' ? 'bad' : 'plain';
  const span = size === 1 ? 'iteration' : `${size} iterations`;
  return { tone, text: `${name} ${verb} ${from} (first against last ${span}).` };
}

function describeFormat({ metrics }: RunData): Finding | null {
  const rate = metrics.at(-1)?.['format/rate'];
  if (rate === undefined || rate === null) return null;
  const share = `${(100 * rate).toFixed(1)} % of the last iteration's outputs were well formed`;
  return rate >= 0.97
    ? { tone: 'plain', text: `${share}.` }
    : { tone: 'bad', text: `${share}: malformed ones earn nothing, filter for them below.` };
}

function describeFaults({ metrics }: RunData): Finding[] {
  const total = (key: string): number =>
    metrics.reduce((sum, record) => sum + (record[key] ?? 0), 0);
  const faults: readonly (readonly [count: number, text: string])[] = [
    [total('episodes/failed'), 'conversations broke off'],
    [total('judge/missing'), 'replies got no readable verdict and were left out, not scored 0'],
    [total('train/stopped_early'), 'iterations stopped their updates early because of drift'],
  ];
  return faults.flatMap(([count, text]) =>
    count === 0 ? [] : [{ tone: 'bad' as const, text: `${count} ${text}.` }],
  );
}

function describeCost({ metrics, timings, isDone }: RunData): Finding {
  const seconds = timings.reduce(
    (sum, record) => sum + (record['seconds/collect'] ?? 0) + (record['seconds/update'] ?? 0),
    0,
  );
  const tokens = metrics.at(-1)?.['tokens/generated_total'] ?? 0;
  const state = isDone ? 'Finished' : 'Not finished yet';
  return {
    tone: 'plain',
    text: `${state}: ${metrics.length} iterations, ${tokens.toLocaleString('en')} sampled tokens, ${(seconds / 60).toFixed(1)} minutes of training.`,
  };
}

function round(value: number | null): string {
  return value === null ? '?' : value.toFixed(2);
}
