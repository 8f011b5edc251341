/**
 * What a run's numbers say, in sentences: did it work, what went wrong, what did it cost.
 *
 * Every sentence is computed from the records, and claims what a 95 % interval bears: over people
 * where held-out ones were measured, else over iterations. A run is one seed, and the page says so.
 */
import type { Finding } from './finding.ts';
import { compareHeldOut, type GroupChange, type HeldOutComparison } from './held-out-change.ts';
import { describeChange, directionOf } from './interval-words.ts';
import type { HeldOutTalks, RunData } from './load/index.ts';
import {
  describeCost,
  describeFaults,
  describeFormat,
  describePeak,
  describeSetting,
  describeTrend,
  findTrend,
} from './training-findings.ts';

/** Says whether training worked; the first finding is the verdict. */
export function judgeRun(run: RunData, talks: HeldOutTalks | null): Finding[] {
  const heldOut = compareHeldOut(run, talks);
  if (run.metrics.length === 0) {
    return [
      { tone: 'plain', text: 'No iteration is finished yet.' },
      describeSetting(run),
      ...describeAbsent(run),
    ];
  }
  return [
    heldOut === null ? describeWithoutHeldOut(run) : describeTrained(heldOut),
    heldOut === null ? null : describeUntrained(heldOut),
    heldOut === null ? null : describeScope(heldOut),
    ...(isOffline(run) ? [] : describeTrends(run)),
    describeFormat(run),
    ...describeFaults(run),
    describeCost(run),
    describeSetting(run),
    ...describeAbsent(run),
  ].flatMap((finding) => finding ?? []);
}

/** Offline algorithms learn from conversations that the start model held before it learnt anything. */
const offlineAlgorithms: readonly unknown[] = ['sft', 'dpo'];

/** Tells whether the conversations of training were all held before it. */
export const isOffline = ({ settings }: Pick<RunData, 'settings'>): boolean =>
  offlineAlgorithms.includes(settings['algorithm']);

function describeTrends(run: RunData): (Finding | null)[] {
  return [
    describeTrend(run, 'alignment/late_mean', 'Alignment in training'),
    describeTrend(run, 'profile/f1_disclosed_late', 'Profile F1 in training'),
    describePeak(run),
  ];
}

const verdicts = {
  helped: { tone: 'good', text: 'Training helped' },
  part: { tone: 'plain', text: 'Training helped in part' },
  unclear: { tone: 'plain', text: 'No effect of training can be told from chance' },
  mixed: { tone: 'bad', text: 'Training traded one thing for another' },
  worse: { tone: 'bad', text: 'Training made it worse' },
} as const;

function describeTrained(comparison: HeldOutComparison): Finding {
  const { tone, text } = verdicts[judgeGroup(comparison.trained)];
  return {
    tone,
    text: `${text}: with ${comparison.users} people it never met, ${describeGroup(comparison.trained)}.`,
  };
}

const carriedOver = {
  helped: 'It carries over to users who talk in a way it was never trained on',
  part: 'It carries over in part to users who talk in a way it was never trained on',
  unclear:
    'Whether it carries over to users who talk in a way it was never trained on cannot be told',
  mixed: 'With users who talk in a way it was never trained on it traded one thing for another',
  worse: 'With users who talk in a way it was never trained on it became worse',
} as const;

function describeUntrained({ untrained }: HeldOutComparison): Finding | null {
  if (untrained === undefined) return null;
  const verdict = judgeGroup(untrained);
  const text = `${carriedOver[verdict]}: ${describeGroup(untrained)}.`;
  return { tone: verdicts[verdict].tone, text };
}

function judgeGroup({ alignment, profile_f1_disclosed: f1 }: GroupChange): keyof typeof verdicts {
  const directions = [alignment, f1].map(({ difference }) => directionOf(difference));
  if (directions.includes('down')) return directions.includes('up') ? 'mixed' : 'worse';
  if (directions.every((each) => each === 'up')) return 'helped';
  return directions.includes('up') ? 'part' : 'unclear';
}

function describeGroup({ alignment, profile_f1_disclosed: f1 }: GroupChange): string {
  const describe = (name: string, { before, after, difference }: typeof f1): string =>
    describeChange(name, { before: before.mean, after: after.mean, difference });
  return `${describe('alignment', alignment)}, ${describe('profile F1', f1)}`;
}

function describeScope({ isPaired }: HeldOutComparison): Finding {
  const how = isPaired
    ? 'Differences are taken person by person'
    : 'Differences are of two means as if other people had been met, which is too wide, because the conversations are not kept';
  return {
    tone: 'plain',
    text: `${how}; each ± is a 95 % interval over people. This is one run with one seed: how much another seed would differ is not in it.`,
  };
}

function describeWithoutHeldOut(run: RunData): Finding {
  if (isOffline(run)) {
    return {
      tone: 'plain',
      text: "The conversations are the start model's own, so they cannot show what it learnt from them: measure it on held-out people (rlpa eval world).",
    };
  }
  const caution = 'held-out people have not been measured, so this is no verdict yet';
  const trend = findTrend(run, 'alignment/late_mean');
  if (trend === null) return { tone: 'plain', text: `Too early to tell; ${caution}.` };
  const change = describeChange('Alignment in training', trend);
  const isDown = directionOf(trend.difference) === 'down';
  return { tone: isDown ? 'bad' : 'plain', text: `${change}; ${caution}.` };
}

function describeAbsent({ absent }: RunData): Finding[] {
  if (absent.length === 0) return [];
  const list = absent.map(({ name, holds }) => `${name} (${holds})`).join('; ');
  return [
    { tone: 'plain', text: `Not in the folder, or not yet, and so not on this page: ${list}.` },
  ];
}
