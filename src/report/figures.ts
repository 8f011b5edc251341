/** The charts of a report: which numbers belong together, and every other metric after them. */
import type { Evidence } from './evidence.ts';
import { figureGroups, halfWidthKeys, type FigureGroup } from './figure-groups.ts';
import { capitalise } from './interval-words.ts';
import { groups, type HeldOutScores, type HeldOutTalks, type RunData } from './load/index.ts';
import { describeByTurn, type TurnSeries } from './turn-series.ts';

export type FigureSeries = {
  readonly name: string;
  /** What it is compared with: drawn in the colour of the series after it, dashed. */
  readonly isBaseline?: boolean;
  /** One value for each x; null leaves a gap. */
  readonly values: readonly (number | null)[];
  /** Half widths of 95 % intervals, drawn as a band. */
  readonly halfWidths?: readonly (number | null)[];
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

/** Describes the figures that show what was learnt: held-out people by turn, with intervals. */
export function describeHeldOutFigures(run: RunData, talks: HeldOutTalks | null): Figure[] {
  return describeHeldOut(run.heldOut, talks).filter(hasNumbers);
}

/** Describes every figure of training by sections; sections and figures without a number are left out. */
export function describeDiagnostics(run: RunData, evidence: Evidence | null): FigureSection[] {
  const sections = new Map<string, Figure[]>();
  const add = (title: string, figures: readonly Figure[]): void => {
    sections.set(title, [...(sections.get(title) ?? []), ...figures]);
  };
  for (const group of figureGroups) add(group.section, [describeGroup(run, group)]);
  add('Training turn by turn', describeTurns(evidence));
  add('Every other metric', describeRest(run));
  return [...sections]
    .map(([title, figures]) => ({ title, figures: figures.filter(hasNumbers) }))
    .filter(({ figures }) => figures.length > 0);
}

function describeGroup({ metrics, timings }: RunData, group: FigureGroup): Figure {
  const records = group.isTiming === true ? timings : metrics;
  const read = (key: string): (number | null)[] => records.map((record) => record[key] ?? null);
  const series = Object.entries(group.metrics).map(([key, name]) => ({
    name,
    values: read(key),
    halfWidths: read(halfWidthKeys[key] ?? ''),
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

const comparedMetrics = [
  ['alignment', 'alignment', 'A line that falls loses the thread as the talk goes on.'],
  ['profile_f1_disclosed', 'profile F1', 'Kept profile against what the person has told so far.'],
  ['profile_f1_full', 'F1 against everything', 'It can only rise as fast as the person tells.'],
] as const;

function describeHeldOut(heldOut: HeldOutScores | null, talks: HeldOutTalks | null): Figure[] {
  if (heldOut === null) return [];
  return groups.flatMap((group) => {
    const [base, rlpa] = [heldOut.base[group], heldOut.rlpa[group]];
    if (base === undefined || rlpa === undefined) return [];
    const measured = talks?.isMeasurement === true ? talks : null;
    const [before, after] = [measured?.before[group], measured?.after?.[group]].map((episodes) =>
      describeByTurn(episodes ?? []),
    );
    return comparedMetrics.map(([metric, name, caption]): Figure => {
      const { [metric]: was } = base;
      const { [metric]: is } = rlpa;
      return compareTurns(`${capitalise(name)}, ${group} family`, caption, [
        { name: 'before training', ...chooseSeries(was, before?.[metric]), isBaseline: true },
        { name: 'after training', ...chooseSeries(is, after?.[metric]) },
      ]);
    });
  });
}

/** Means and intervals of the conversations where they are kept, else the means written down. */
function chooseSeries(
  values: readonly (number | null)[],
  series: TurnSeries | undefined,
): Pick<FigureSeries, 'values' | 'halfWidths'> {
  return series === undefined || series.values.length === 0 ? { values } : series;
}

function describeTurns(evidence: Evidence | null): Figure[] {
  if (evidence === null) return [];
  const { first, last } = evidence;
  return comparedMetrics.map(([metric, name, caption]) =>
    compareTurns(`${capitalise(name)} by turn`, caption, [
      { name: first.label, ...first.byTurn[metric], isBaseline: true },
      { name: last.label, ...last.byTurn[metric] },
    ]),
  );
}

/** Describes shares turn by turn; where conversations were shorter, a series has gaps at its end. */
export function compareTurns(
  title: string,
  caption: string,
  series: readonly FigureSeries[],
): Figure {
  const turns = Math.max(0, ...series.map(({ values }) => values.length));
  const x = Array.from({ length: turns }, (_, index) => index + 1);
  const fill = (values: FigureSeries['values']): FigureSeries['values'] =>
    x.map((_, index) => values[index] ?? null);
  const filled = series.map(({ values, halfWidths, ...rest }) => ({
    ...rest,
    values: fill(values),
    ...(halfWidths === undefined ? {} : { halfWidths: fill(halfWidths) }),
  }));
  return { title, caption, xName: 'turn', x, series: filled, isShare: true };
}

/** Metrics without a place of their own, one figure each. */
function describeRest({ metrics, timings }: RunData): Figure[] {
  const known = new Set([
    ...figureGroups.flatMap((group) => Object.keys(group.metrics)),
    ...Object.values(halfWidthKeys),
  ]);
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
