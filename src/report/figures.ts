/** The charts of a report: which numbers belong together, and every other metric after them. */
import type { Evidence } from './evidence.ts';
import type { HeldOutScores, RunData } from './load-run.ts';
import { figureGroups, type FigureGroup } from './figure-groups.ts';

export type FigureSeries = {
  readonly name: string;
  /** What it is compared with: drawn in the colour of the series after it, dashed. */
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

export type FigureSection = { readonly title: string; readonly figures: readonly Figure[] };

/** Describes every figure of a run by sections; sections and figures without a number are left out. */
export function describeFigures(run: RunData, evidence: Evidence | null): FigureSection[] {
  const sections = new Map<string, Figure[]>();
  const add = (title: string, figures: readonly Figure[]): void => {
    sections.set(title, [...(sections.get(title) ?? []), ...figures]);
  };
  add('On held-out people, turn by turn', describeHeldOut(run.heldOut));
  for (const group of figureGroups) add(group.section, [describeGroup(run, group)]);
  add('In training, turn by turn', describeTurns(evidence));
  add('Every other metric', describeRest(run));
  return [...sections]
    .map(([title, figures]) => ({ title, figures: figures.filter(hasNumbers) }))
    .filter(({ figures }) => figures.length > 0);
}

function describeGroup({ metrics, timings }: RunData, group: FigureGroup): Figure {
  const records = group.isTiming === true ? timings : metrics;
  const series = Object.entries(group.metrics).map(([key, name]) => ({
    name,
    values: records.map((record) => record[key] ?? null),
  }));
  return {
    title: group.title,
    caption: group.caption,
    xName: 'iteration',
    x: records.map(({ iteration }) => iteration),
    isShare: group.isShare === true,
    series: series.filter(({ values }) => values.some((value) => value !== null)),
  };
}

const groups = ['trained', 'untrained'] as const;

const comparedMetrics = [
  ['alignment', 'alignment', 'A line that falls loses the thread as the talk goes on.'],
  ['profile_f1_disclosed', 'profile F1', 'Kept profile against what the person has told so far.'],
  ['profile_f1_full', 'F1 against everything', 'It can only rise as fast as the person tells.'],
] as const;

function describeHeldOut(heldOut: HeldOutScores | null): Figure[] {
  if (heldOut === null) return [];
  return groups.flatMap((group) =>
    comparedMetrics.map(([metric, name, caption]): Figure => {
      const [before, after] = [heldOut.base[group][metric], heldOut.rlpa[group][metric]];
      return compareTurns(`${capitalise(name)}, ${group} family`, caption, [
        { name: 'before training', values: before, isBaseline: true },
        { name: 'after training', values: after },
      ]);
    }),
  );
}

function describeTurns(evidence: Evidence | null): Figure[] {
  if (evidence === null) return [];
  const { first, last } = evidence;
  return comparedMetrics.map(([metric, name, caption]) =>
    compareTurns(`${capitalise(name)} by turn`, caption, [
      { name: first.label, values: first.summary[metric], isBaseline: true },
      { name: last.label, values: last.summary[metric] },
    ]),
  );
}

function compareTurns(title: string, caption: string, series: readonly FigureSeries[]): Figure {
  const turns = Math.max(0, ...series.map(({ values }) => values.length));
  const x = Array.from({ length: turns }, (_, index) => index + 1);
  return { title, caption, xName: 'turn', x, series, isShare: true };
}

/** Metrics without a place of their own, one figure each. */
function describeRest({ metrics, timings }: RunData): Figure[] {
  const known = new Set(figureGroups.flatMap((group) => Object.keys(group.metrics)));
  return [metrics, timings].flatMap((records) => {
    const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
    return names
      .filter((name) => name !== 'iteration' && !known.has(name))
      .map((name) => ({
        title: name,
        caption: '',
        xName: 'iteration',
        x: records.map(({ iteration }) => iteration),
        isShare: false,
        series: [{ name, values: records.map((record) => record[name] ?? null) }],
      }));
  });
}

function hasNumbers({ series }: Figure): boolean {
  return series.some(({ values }) => values.some((value) => value !== null));
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
