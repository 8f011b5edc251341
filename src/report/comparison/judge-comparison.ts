/**
 * What a comparison says, in sentences, computed from its runs.
 *
 * Nothing is claimed of an arm with fewer than three seeds. Differences are taken seed by seed, and
 * a sentence says that one arm is above another only where the interval of their difference is; the
 * best arm is named with a confidence that holds over all arms together.
 */
import {
  compareArms,
  computeLeftOutLoss,
  fewestSeeds,
  findBestArms,
  renderInterval,
  type ArmMetric,
  type ArmSummary,
  type JsonInterval,
} from '../../eval/index.ts';
import type { Finding, Tone } from '../finding.ts';
import { capitalise, directionOf, type Direction } from '../interval-words.ts';
import type { ComparisonData } from './load-comparison.ts';

/** Budgets further apart than this share of the larger are called out. */
const unequalShare = 0.1;

/** True for an arm that was not trained: what the others start from. */
export const isUntrained = ({ tokens }: ArmSummary): boolean => tokens === 0;

const hasSeeds = ({ seeds }: ArmSummary): boolean => seeds.length >= fewestSeeds;

type Judged = { readonly metric: ArmMetric; readonly name: string };

const judged: readonly Judged[] = [
  { metric: 'alignment', name: 'alignment' },
  { metric: 'profile_f1_disclosed', name: 'profile F1' },
];

/** Says what came out, first what the comparison is made for: families left out, else the best arm. */
export function judgeComparison(data: ComparisonData): Finding[] {
  const [family = ''] = data.families;
  const findings = [
    ...describeLeftOut(data),
    ...judged.map((each) => describeBest(data, family, each)),
    ...judged.flatMap((each) => describeAgainstBase(data, family, each)),
    ...describeDoubts(data),
    describeCost(data),
  ].flatMap((finding) => finding ?? []);
  return findings;
}

const read = (arm: ArmSummary, family: string, metric: ArmMetric): JsonInterval =>
  arm.families[family]?.[metric] ?? { mean: null, half_width: null };

/** Trained arms with enough seeds that have the figure, the highest mean first. */
function rankArms({ arms }: ComparisonData, family: string, metric: ArmMetric): ArmSummary[] {
  const meanOf = (arm: ArmSummary): number => read(arm, family, metric).mean ?? -Infinity;
  return arms
    .filter((arm) => !isUntrained(arm) && hasSeeds(arm) && meanOf(arm) > -Infinity)
    .sort((a, b) => meanOf(b) - meanOf(a));
}

function describeBest(
  data: ComparisonData,
  family: string,
  { metric, name }: Judged,
): Finding | null {
  const ranked = rankArms(data, family, metric);
  const [highest] = ranked;
  if (highest === undefined) return null;
  const figure = `${renderInterval(read(highest, family, metric))} over ${highest.seeds.length} seeds`;
  const { text, direction } = describeGain(data, highest, family, metric);
  return {
    tone: tones[direction],
    text: `${capitalise(name)}, ${family} users: ${highest.title} has the highest mean, ${figure}${text}.${describeRivals(data, ranked, { family, metric })}`,
  };
}

const tones: Readonly<Record<Direction, Tone>> = { up: 'good', down: 'bad', unclear: 'plain' };

function describeGain(
  { arms, runs }: ComparisonData,
  { arm }: ArmSummary,
  family: string,
  metric: ArmMetric,
): { readonly text: string; readonly direction: Direction } {
  const base = arms.find(isUntrained);
  if (base === undefined) return { text: '', direction: 'unclear' };
  const { difference } = compareArms(runs, { arm, than: base.arm }, { family, metric });
  const start = renderInterval({ mean: read(base, family, metric).mean, half_width: null });
  const gain = renderInterval(difference, { isSigned: true });
  return { text: `; ${start} before training (${gain})`, direction: directionOf(difference) };
}

function describeRivals(
  { runs }: ComparisonData,
  ranked: readonly ArmSummary[],
  measure: { readonly family: string; readonly metric: ArmMetric },
): string {
  if (ranked.length < 2) return '';
  const best = findBestArms(
    runs,
    ranked.map(({ arm }) => arm),
    measure,
  );
  const titles = ranked.filter(({ arm }) => best.includes(arm)).map(({ title }) => title);
  const count = `of ${ranked.length} arms`;
  if (titles.length === 0) return '';
  return titles.length === 1
    ? ` It is the best ${count} with 95 % confidence.`
    : ` With 95 % confidence the best ${count} is one of these ${titles.length}: ${titles.join('; ')}.`;
}

function describeAgainstBase(
  { arms, runs }: ComparisonData,
  family: string,
  { metric, name }: Judged,
): Finding[] {
  const base = arms.find(isUntrained);
  if (base === undefined) return [];
  const known = arms
    .filter((arm) => !isUntrained(arm) && hasSeeds(arm))
    .map((arm) => {
      const compared = compareArms(runs, { arm: arm.arm, than: base.arm }, { family, metric });
      return { title: arm.title, direction: directionOf(compared.difference) };
    });
  const list = (wanted: Direction): string =>
    known
      .filter(({ direction }) => direction === wanted)
      .map(({ title }) => title)
      .join('; ');
  const [below, unclear] = [list('down'), list('unclear')];
  return [
    ...(below === ''
      ? []
      : [{ tone: 'bad' as const, text: `Below the start in ${name}: ${below}.` }]),
    ...(unclear === ''
      ? []
      : [
          {
            tone: 'plain' as const,
            text: `Not to be told from the start in ${name}: ${unclear}.`,
          },
        ]),
  ];
}

function describeLeftOut({ runs, arms }: ComparisonData): Finding[] {
  const losses = judged.flatMap(({ metric, name }) => {
    const loss = computeLeftOutLoss(runs, metric);
    return loss === null ? [] : [{ name, interval: loss.mean }];
  });
  if (losses.length === 0) return [];
  const isEnough = arms.every((arm) => isUntrained(arm) || hasSeeds(arm));
  const texts = losses.map(({ name, interval }) => describeLoss(name, interval, isEnough));
  return [
    {
      tone: 'plain',
      text: `On a family of users left out of training, against training on all, mean over families: ${texts.join(', ')}.`,
    },
  ];
}

function describeLoss(name: string, interval: JsonInterval, isEnough: boolean): string {
  const { mean, half_width } = interval;
  if (!isEnough || mean === null || half_width === null) {
    const shown = renderInterval({ mean, half_width: null });
    return `${name} ${shown} lower, with too few seeds for a claim`;
  }
  const size = renderInterval({ mean: Math.abs(mean), half_width });
  switch (directionOf(interval)) {
    case 'up':
      return `${name} is ${size} lower`;
    case 'down':
      return `${name} is ${size} higher`;
    case 'unclear':
      return `no difference in ${name} can be told (loss ${renderInterval(interval)})`;
  }
}

function describeDoubts({ arms }: ComparisonData): Finding[] {
  const trained = arms.filter((arm) => !isUntrained(arm));
  const few = trained.filter((arm) => !hasSeeds(arm)).map(({ title }) => title);
  const tokens = trained.map((arm) => arm.tokens);
  const [least, most] = [Math.min(...tokens), Math.max(...tokens)];
  const doubts = [
    few.length === 0
      ? ''
      : `Fewer than ${fewestSeeds} seeds, so nothing is claimed of them: ${few.join('; ')}.`,
    trained.length > 1 && most - least > unequalShare * most
      ? `Budgets differ: from ${countTokens(least)} to ${countTokens(most)} sampled tokens an arm.`
      : '',
  ];
  return doubts.filter((text) => text !== '').map((text) => ({ tone: 'bad', text }));
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
