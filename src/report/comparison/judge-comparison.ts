/**
 * What a comparison says, in sentences, computed from its figures.
 *
 * Arms are told apart by their 95 % intervals over seeds, and only by those: where two overlap the
 * page says so and names no winner between them.
 */
import {
  computeLeftOutLoss,
  renderInterval,
  type ArmMetric,
  type ArmSummary,
  type JsonInterval,
} from '../../eval/index.ts';
import type { Finding } from '../verdict.ts';
import type { ComparisonData } from './load-comparison.ts';

/** Seeds below which an interval says little. */
const fewSeeds = 3;

/** Budgets further apart than this share of the larger are called out. */
const unequalShare = 0.1;

/** True for an arm that was not trained: what the others start from. */
export const isUntrained = ({ tokens }: ArmSummary): boolean => tokens === 0;

/** Says what came out, first what the comparison is made for: families left out, else the best arm. */
export function judgeComparison(data: ComparisonData): Finding[] {
  const [family = ''] = data.families;
  return [
    ...describeLeftOut(data),
    describeBest(data, family, 'alignment', 'Alignment'),
    describeBest(data, family, 'profile_f1_disclosed', 'Profile F1'),
    ...describeBelowBase(data, family),
    ...describeDoubts(data),
    describeCost(data),
  ].flatMap((finding) => finding ?? []);
}

const read = (arm: ArmSummary, family: string, metric: ArmMetric): JsonInterval =>
  arm.families[family]?.[metric] ?? { mean: null, half_width: null };

/** Trained arms that have the figure, the best first. */
function rankArms({ arms }: ComparisonData, family: string, metric: ArmMetric): ArmSummary[] {
  const meanOf = (arm: ArmSummary): number => read(arm, family, metric).mean ?? -Infinity;
  return arms
    .filter((arm) => !isUntrained(arm) && read(arm, family, metric).mean !== null)
    .sort((a, b) => meanOf(b) - meanOf(a));
}

function describeBest(
  data: ComparisonData,
  family: string,
  metric: ArmMetric,
  name: string,
): Finding | null {
  const [best, ...others] = rankArms(data, family, metric);
  if (best === undefined) return null;
  const figure = read(best, family, metric);
  const level = others.filter((arm) => overlaps(read(arm, family, metric), figure));
  const base = data.arms.find(isUntrained);
  const start = base === undefined ? null : read(base, family, metric).mean;
  const from = start === null ? '' : `, ${start.toFixed(3)} before training`;
  const seeds = `${best.seeds.length} ${best.seeds.length === 1 ? 'seed' : 'seeds'}`;
  const apart =
    others.length === 0
      ? ''
      : level.length === 0
        ? ' No other interval reaches it.'
        : ` Not to be told apart from it: ${level.map(({ title }) => title).join('; ')}.`;
  return {
    tone: start === null || (figure.mean ?? 0) > start ? 'good' : 'bad',
    text: `${name}, ${family} users: ${best.title} is highest with ${renderInterval(figure)} over ${seeds}${from}.${apart}`,
  };
}

/** Whether two intervals share a point; one without a width is the point itself. */
function overlaps(a: JsonInterval, b: JsonInterval): boolean {
  if (a.mean === null || b.mean === null) return false;
  return Math.abs(a.mean - b.mean) <= (a.half_width ?? 0) + (b.half_width ?? 0);
}

function describeBelowBase(data: ComparisonData, family: string): Finding[] {
  const base = data.arms.find(isUntrained);
  if (base === undefined) return [];
  return (['alignment', 'profile_f1_disclosed'] as const).flatMap((metric) => {
    const start = read(base, family, metric).mean ?? -Infinity;
    const below = rankArms(data, family, metric).filter(
      (arm) => (read(arm, family, metric).mean ?? 0) < start,
    );
    if (below.length === 0) return [];
    const names = below.map(({ title }) => title).join('; ');
    const what = metric === 'alignment' ? 'alignment' : 'profile F1';
    return [{ tone: 'bad', text: `Lower in ${what} than before training: ${names}.` }];
  });
}

function describeLeftOut({ runs }: ComparisonData): Finding[] {
  const alignment = computeLeftOutLoss(runs, 'alignment');
  const f1 = computeLeftOutLoss(runs, 'profile_f1_disclosed');
  if (alignment === null || f1 === null) return [];
  return [
    {
      tone: 'plain',
      text: `On a family of users left out of training, against training on all: ${renderInterval(alignment.mean)} of alignment and ${renderInterval(f1.mean)} of profile F1 are lost on average over families.`,
    },
  ];
}

function describeDoubts({ arms }: ComparisonData): Finding[] {
  const trained = arms.filter((arm) => !isUntrained(arm));
  const few = trained.filter(({ seeds }) => seeds.length < fewSeeds);
  const tokens = trained.map((arm) => arm.tokens);
  const [least, most] = [Math.min(...tokens), Math.max(...tokens)];
  return [
    ...(few.length === 0
      ? []
      : [
          {
            tone: 'bad' as const,
            text: `Fewer than ${fewSeeds} seeds, so take with care: ${few.map(({ title }) => title).join('; ')}.`,
          },
        ]),
    ...(trained.length > 1 && most - least > unequalShare * most
      ? [
          {
            tone: 'bad' as const,
            text: `Budgets differ: from ${countTokens(least)} to ${countTokens(most)} sampled tokens an arm.`,
          },
        ]
      : []),
  ];
}

function describeCost({ runs, command }: ComparisonData): Finding {
  const trained = runs.filter(({ tokens }) => tokens > 0);
  const hours = trained.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
  const tokens = trained.reduce((sum, run) => sum + run.tokens, 0);
  return {
    tone: 'plain',
    text: `${trained.length} ${trained.length === 1 ? 'run' : 'runs'} of training, ${countTokens(tokens)} sampled tokens, ${hours.toFixed(1)} hours. Command: ${command}`,
  };
}

function countTokens(count: number): string {
  return count >= 1e6
    ? `${(count / 1e6).toFixed(1)} million`
    : Math.round(count).toLocaleString('en');
}
