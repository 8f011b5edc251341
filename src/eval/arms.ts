/**
 * Several ways of training compared: every arm over the same seeds, on the same held-out people.
 *
 * An arm's figures are means over its seeds with Student-t intervals; a seed's figure is the mean
 * over people of the mean over turns 3 to the last, or over all turns where its name says so. Intervals over few seeds are wide, and honest.
 */
import { computeInterval } from '../base/index.ts';
import { renderInterval, renderTable, type TableColumn } from './table.ts';
import type { JsonInterval, WorldScores } from './world-suite.ts';

/** A family an arm is trained without, and the arm that is otherwise the same and has it. */
export type LeftOutFamily = { readonly family: string; readonly against: string };

/** What a search on validation people tried, once for all seeds of an arm. */
export type ArmSearch = {
  readonly seed: number;
  readonly tried: readonly {
    readonly settings: Readonly<Record<string, number>>;
    /** The best iteration's; null where nothing could be scored. */
    readonly score: number | null;
    readonly iteration: number | null;
  }[];
  /** What did best. */
  readonly chosen: Readonly<Record<string, number>>;
};

/** One training run, measured on one or more families of users. */
export type ArmRun = {
  readonly arm: string;
  readonly seed: number;
  /** What decided its figures; absent where a version before wrote it. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What it began with, by name and by content; absent where a version before wrote it. */
  readonly base?: { readonly name: string; readonly sha256: string };
  /** Tokens sampled in training; 0 for a base. */
  readonly tokens: number;
  /** Seconds of training, on whatever else the machine did. */
  readonly seconds: number;
  readonly families: Readonly<Record<string, WorldScores>>;
  /** Families of users it was trained on. */
  readonly trainedOn?: readonly string[];
  readonly leavesOut?: LeftOutFamily;
  readonly search?: ArmSearch;
};

export const armMetrics = [
  'alignment',
  'alignment_all_turns',
  'of_the_way_to_right_question',
  'profile_f1_disclosed',
  'profile_f1_full',
  'needs_asked_rate',
  'other_questions',
  'disclosed_items',
  'format_rate',
  'tokens_per_turn',
  'profile_block_words',
] as const;

export type ArmMetric = (typeof armMetrics)[number];

export type ArmSummary = {
  readonly arm: string;
  readonly title: string;
  readonly seeds: readonly number[];
  readonly tokens: number;
  readonly seconds: number;
  /** Files of earlier versions lack some metrics. */
  readonly families: Readonly<Record<string, Readonly<Partial<Record<ArmMetric, JsonInterval>>>>>;
  readonly leavesOut?: LeftOutFamily;
};

/** Reads one figure of a run; null where it was not measured, as by a version before. */
export function readArmMetric(scores: WorldScores, metric: ArmMetric): number | null {
  switch (metric) {
    case 'format_rate':
    case 'tokens_per_turn':
      return scores[metric];
    case 'alignment_all_turns':
      return scores.whole?.alignment.mean ?? null;
    case 'of_the_way_to_right_question':
      return scores.scale?.of_the_way_to_right_question ?? null;
    case 'needs_asked_rate':
    case 'other_questions':
      return scores.diagnostics[metric] ?? null;
    case 'disclosed_items':
      return scores.diagnostics.disclosed_items.at(-1) ?? null;
    case 'profile_block_words':
      return scores.diagnostics.profile_block_words;
    default:
      return scores.late[metric].mean;
  }
}

/** Summarises the runs of each arm, in the order of the titles; arms without runs are left out. */
export function summarizeArms(
  runs: readonly ArmRun[],
  titles: ReadonlyMap<string, string>,
): ArmSummary[] {
  return [...titles].flatMap(([arm, title]) => {
    const own = runs.filter((run) => run.arm === arm).sort((a, b) => a.seed - b.seed);
    if (own.length === 0) return [];
    const names = Object.keys(own[0]!.families);
    const families = Object.fromEntries(
      names.map((family) => [family, summarizeFamily(own.map((run) => run.families[family]!))]),
    );
    const leavesOut = own[0]!.leavesOut;
    const meanOf = (read: (run: ArmRun) => number): number =>
      own.reduce((sum, run) => sum + read(run), 0) / own.length;
    return [
      {
        arm,
        title,
        seeds: own.map(({ seed }) => seed),
        tokens: meanOf(({ tokens }) => tokens),
        seconds: meanOf(({ seconds }) => seconds),
        families,
        ...(leavesOut === undefined ? {} : { leavesOut }),
      },
    ];
  });
}

/** Mean and 95 % interval; nulls where there is nothing to take them of. */
export function summarizeValues(values: readonly number[]): JsonInterval {
  if (values.length === 0) return { mean: null, half_width: null };
  const { mean, halfWidth } = computeInterval(values);
  return { mean, half_width: Number.isNaN(halfWidth) ? null : halfWidth };
}

function summarizeFamily(
  scores: readonly WorldScores[],
): Readonly<Record<ArmMetric, JsonInterval>> {
  const summarize = (metric: ArmMetric): JsonInterval => {
    const values = scores.map((each) => readArmMetric(each, metric));
    return summarizeValues(values.filter((value): value is number => value !== null));
  };
  return Object.fromEntries(armMetrics.map((metric) => [metric, summarize(metric)])) as Record<
    ArmMetric,
    JsonInterval
  >;
}

const columnTitles: Readonly<Record<ArmMetric, string>> = {
  alignment: 'alignment',
  alignment_all_turns: 'all turns',
  of_the_way_to_right_question: 'of the way',
  profile_f1_disclosed: 'F1 disclosed',
  profile_f1_full: 'F1 full',
  needs_asked_rate: 'needs asked',
  other_questions: 'other questions',
  disclosed_items: 'items told',
  format_rate: 'format',
  tokens_per_turn: 'tokens/turn',
  profile_block_words: 'block words',
};

const digits: Readonly<Partial<Record<ArmMetric, number>>> = {
  disclosed_items: 1,
  tokens_per_turn: 1,
  profile_block_words: 1,
};

/** Lists the metrics that any arm has on a family of users. */
export function listMeasured(summaries: readonly ArmSummary[], family: string): ArmMetric[] {
  return armMetrics.filter((metric) =>
    summaries.some(({ families }) => typeof families[family]?.[metric]?.mean === 'number'),
  );
}

/** Renders the table of one family of users; what no arm has is left out. */
export function renderArms(summaries: readonly ArmSummary[], family: string): string {
  const metrics = listMeasured(summaries, family);
  const columns: readonly TableColumn[] = [
    { title: 'arm', align: 'left' },
    { title: 'seeds', align: 'right' },
    ...metrics.map((metric) => ({ title: columnTitles[metric], align: 'right' as const })),
  ];
  const rows = summaries.map(({ title, seeds, families }) => [
    title,
    String(seeds.length),
    ...metrics.map((metric) => {
      const interval = families[family]?.[metric] ?? { mean: null, half_width: null };
      return renderInterval(interval, { digits: digits[metric] ?? 3 });
    }),
  ]);
  return renderTable(columns, rows);
}

/** Renders one metric of every arm on every family: trained on by tested on. */
export function renderArmMatrix(summaries: readonly ArmSummary[], metric: ArmMetric): string {
  const names = [...new Set(summaries.flatMap(({ families }) => Object.keys(families)))];
  const columns: readonly TableColumn[] = [
    { title: metric, align: 'left' },
    ...names.map((title) => ({ title, align: 'right' as const })),
  ];
  const rows = summaries.map(({ title, families }) => [
    title,
    ...names.map((name) =>
      renderInterval(families[name]?.[metric] ?? { mean: null, half_width: null }),
    ),
  ]);
  return renderTable(columns, rows);
}
