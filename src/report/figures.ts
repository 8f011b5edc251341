/** The charts of a report: which metrics belong together, and everything else after them. */
import type { HeldOutScores, RunData } from './load-run.ts';

export type FigureSeries = {
  readonly name: string;
  /** What it is compared with: dashed, in the colour of the series after it. */
  readonly isBaseline?: boolean;
  readonly values: readonly (number | null)[];
};

export type Figure = {
  readonly title: string;
  /** What to look for. */
  readonly caption: string;
  readonly xName: string;
  readonly x: readonly number[];
  readonly series: readonly FigureSeries[];
  /** Values lie in [0, 1]; other figures fit their own range. */
  readonly isShare: boolean;
};

type Group = {
  readonly title: string;
  readonly caption: string;
  /** Metric to the name it is shown under. */
  readonly metrics: Readonly<Record<string, string>>;
  readonly isShare?: boolean;
};

const groups: readonly Group[] = [
  {
    title: 'What it learnt',
    caption: 'Turns 3 on, sampled at the training temperature. All three should rise or stay high.',
    metrics: {
      'alignment/late_mean': 'alignment',
      'profile/f1_disclosed_late': 'profile F1',
      'format/rate': 'format rate',
    },
    isShare: true,
  },
  {
    title: 'Criteria of the reply',
    caption: 'Alignment is their product: the lowest line is what holds it back.',
    metrics: {
      'criteria/naturalness': 'naturalness',
      'criteria/relevance': 'relevance',
      'criteria/logic': 'logic',
      'criteria/engagement': 'engagement',
      'criteria/informativeness': 'informativeness',
    },
    isShare: true,
  },
  {
    title: 'Rewards',
    caption: 'Means a turn, before weights.',
    metrics: { 'reward/profile_mean': 'profile', 'reward/response_mean': 'response' },
  },
  {
    title: 'Profile',
    caption: 'Against what was disclosed so far, and against everything at the end.',
    metrics: {
      'profile/precision_disclosed': 'precision',
      'profile/recall_disclosed': 'recall',
      'profile/f1_full_final': 'F1 against everything, last turn',
    },
    isShare: true,
  },
  {
    title: 'Habits',
    caption: 'Shares of turns. Only the last one should be high.',
    metrics: {
      'profile/distractor_stored_rate': "others' tastes stored",
      'profile/contradiction_stored_rate': 'wavering stored',
      'reply/repeated_question_rate': 'questions repeated',
      'profile/change_followed_rate': 'changes of mind followed',
    },
    isShare: true,
  },
  {
    title: 'Distance from the start',
    caption: 'KL to the start model, and drift within an iteration, in nats per token.',
    metrics: { 'train/kl_to_reference': 'KL to reference', 'train/approx_kl': 'drift' },
  },
  {
    title: 'Entropy',
    caption: 'Nats per token. Near 0 the policy no longer tries anything.',
    metrics: { 'train/entropy_sampled': 'entropy' },
  },
  {
    title: 'Critic',
    caption: 'Explained variance of the returns: 1 is perfect, below 0 worse than a constant.',
    metrics: { 'train/explained_variance': 'explained variance' },
  },
  {
    title: 'Length',
    caption: 'Sampled tokens a turn, and words of the visible reply.',
    metrics: { 'tokens/per_turn': 'tokens', 'reply/words': 'words' },
  },
];

/** Describes every figure of a run; metrics no group knows follow, one figure for each family of names. */
export function describeFigures({ metrics, timings, heldOut }: RunData): Figure[] {
  const x = metrics.map(({ iteration }) => iteration);
  const known = new Set(groups.flatMap((group) => Object.keys(group.metrics)));
  const figures = groups.map(({ title, caption, metrics: names, isShare = false }): Figure => ({
    title,
    caption,
    xName: 'iteration',
    x,
    isShare,
    series: Object.entries(names).map(([key, name]) => ({
      name,
      values: metrics.map((record) => record[key] ?? null),
    })),
  }));
  const time: Figure = {
    title: 'Time',
    caption: 'Seconds an iteration.',
    xName: 'iteration',
    x: timings.map(({ iteration }) => iteration),
    isShare: false,
    series: [
      { name: 'collecting', values: timings.map((record) => record['seconds/collect'] ?? null) },
      { name: 'updating', values: timings.map((record) => record['seconds/update'] ?? null) },
    ],
  };
  return [...describeTurns(heldOut), ...figures, time, ...describeRest(metrics, known)].filter(
    ({ series }) => series.some(({ values }) => values.some((value) => value !== null)),
  );
}

function describeTurns(heldOut: HeldOutScores | null): Figure[] {
  if (heldOut === null) return [];
  return (['trained', 'untrained'] as const).map((group): Figure => {
    const [before, after] = [heldOut.base[group], heldOut.rlpa[group]];
    return {
      title: `Held-out people, ${group} family, by turn`,
      caption: 'Before and after training, on the same people. A line that falls loses the thread.',
      xName: 'turn',
      x: after.alignment.map((_, index) => index + 1),
      isShare: true,
      series: [
        { name: 'alignment, before', values: before.alignment, isBaseline: true },
        { name: 'alignment, after', values: after.alignment },
        { name: 'profile F1, before', values: before.profile_f1_disclosed, isBaseline: true },
        { name: 'profile F1, after', values: after.profile_f1_disclosed },
      ],
    };
  });
}

/** Metrics without a place of their own, by the word before the slash. */
function describeRest(metrics: RunData['metrics'], known: ReadonlySet<string>): Figure[] {
  const names = Object.keys(metrics[0] ?? {}).filter(
    (name) => name !== 'iteration' && !known.has(name),
  );
  return names.map((name) => ({
    title: name,
    caption: '',
    xName: 'iteration',
    x: metrics.map(({ iteration }) => iteration),
    isShare: false,
    series: [{ name, values: metrics.map((record) => record[name] ?? null) }],
  }));
}

/** How many of the figures come first; the rest is folded away. */
export function countMainFigures(figures: readonly Figure[]): number {
  return figures.filter(({ caption }) => caption !== '').length;
}
