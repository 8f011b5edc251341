/** Line charts as SVG text: what is drawn, and how a chart of its own looks. */
import { drawSvg } from './draw-svg.ts';

export type ChartSeries = {
  readonly name: string;
  /** One value for each x; null leaves a gap. */
  readonly values: readonly (number | null)[];
  /** Half widths of the values' intervals, drawn as a band; null where there is none. */
  readonly halfWidths?: readonly (number | null)[];
  readonly isDashed?: boolean;
  /** Place in the palette; series of one subject share it. */
  readonly colour: number;
};

export type LineChart = {
  readonly title: string;
  readonly xName: string;
  readonly x: readonly number[];
  readonly series: readonly ChartSeries[];
  /** Range of the values; 0 to 1 by default. */
  readonly yRange?: readonly [number, number];
};

/** Colours that stay apart for colour-blind readers (Okabe and Ito 2008). */
const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const size = { width: 760, height: 460 };

/** Renders a chart as an SVG document. */
export async function renderLineChart(chart: LineChart): Promise<string> {
  return drawSvg(size, {
    backgroundColor: '#ffffff',
    title: { text: chart.title, left: 'center', textStyle: { fontSize: 15 } },
    // Widths of texts are guessed without a font, so names are kept well apart.
    legend: { top: 38, itemGap: 26, itemWidth: 32, width: 640 },
    grid: { left: 56, right: 24, top: 112, bottom: 48 },
    xAxis: {
      type: 'category',
      name: chart.xName,
      nameLocation: 'middle',
      nameGap: 28,
      data: [...chart.x],
    },
    yAxis: { type: 'value', min: chart.yRange?.[0] ?? 0, max: chart.yRange?.[1] ?? 1 },
    series: chart.series.map(({ name, values, isDashed = false, colour }) => ({
      type: 'line',
      name,
      data: values.map((value) => value ?? '-'),
      showSymbol: values.length <= 20,
      lineStyle: { type: isDashed ? 'dashed' : 'solid', width: 2 },
      color: palette[colour % palette.length] ?? '#000000',
    })),
  });
}

/** Describes the learning curves of a run, from its metrics. */
export function describeLearningCurves(
  metrics: readonly Readonly<Record<string, number | null>>[],
): LineChart {
  const read = (key: string): (number | null)[] => metrics.map((record) => record[key] ?? null);
  return {
    title: 'Learning curves (people of the training part, turns 3 on, as sampled in training)',
    xName: 'iteration',
    x: metrics.map((record) => record['iteration'] ?? 0),
    series: [
      { name: 'alignment', values: read('alignment/late_mean'), colour: 0 },
      { name: 'profile F1, disclosed', values: read('profile/f1_disclosed_late'), colour: 1 },
      { name: 'format rate', values: read('format/rate'), colour: 2, isDashed: true },
    ],
  };
}
