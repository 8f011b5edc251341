/**
 * A line chart to stand in a page: the page's own colours, font and legend.
 *
 * Colours are CSS variables, so one drawing serves light and dark. Lines differ by their dashes as
 * well, for readers who do not tell colours apart.
 */
import type { LineSeriesOption } from 'echarts';
import type { ChartSeries, LineChart } from './charts.ts';
import { drawPageSvg } from './draw-svg.ts';

/** Small enough that its letters keep their size on a telephone. */
const size = { width: 350, height: 205 };

const margins = { left: 42, right: 12, top: 12, bottom: 40 };

/** Where the lines lie within the drawing: its left, right, top and bottom edges, in its units. */
export const plotArea = {
  left: margins.left,
  right: size.width - margins.right,
  top: margins.top,
  bottom: size.height - margins.bottom,
} as const;

/** Labels below the drawing, at most. */
const mostLabels = 11;

/** Dashes of the series in turn, in units of the drawing; the first line is unbroken. */
export const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2]];

/** Dashes of what the other lines are compared with. */
export const baselineDashes: readonly number[] = [3, 4];

export type PageChart = Omit<LineChart, 'title'> & {
  /** Distance of two lines of the grid; a quarter by default. */
  readonly yStep?: number;
};

/** Renders a chart without title and legend; `--line-1` to `--line-5` are its colours. */
export async function renderPageChart(chart: PageChart): Promise<string> {
  const { yRange: [low, high] = [0, 1], yStep = 0.25 } = chart;
  const label = { color: 'var(--soft)', fontSize: 12 };
  return drawPageSvg(size, {
    textStyle: { fontFamily: 'inherit' },
    grid: margins,
    xAxis: {
      type: 'category',
      name: chart.xName,
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: label,
      data: [...chart.x],
      axisLabel: { ...label, interval: Math.ceil(chart.x.length / mostLabels) - 1 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: 'var(--soft)' } },
    },
    yAxis: {
      type: 'value',
      min: low,
      max: high,
      interval: yStep,
      axisLabel: { ...label, formatter: nameValue },
      splitLine: { lineStyle: { color: 'var(--line)' } },
    },
    series: chart.series.flatMap((series, place) => [
      ...drawBand(series, place, [low, high]),
      drawLine(series),
    ]),
  });
}

const nameColour = (colour: number): string => `var(--line-${(colour % dashes.length) + 1})`;

function drawLine({ values, isDashed = false, colour }: ChartSeries): LineSeriesOption {
  return {
    type: 'line',
    data: values.map((value) => value ?? '-'),
    showSymbol: values.length <= 12,
    symbol: 'circle',
    symbolSize: 5,
    z: 3,
    lineStyle: {
      type: isDashed ? [...baselineDashes] : [...(dashes[colour % dashes.length] ?? [])],
      width: 2,
    },
    color: nameColour(colour),
  };
}

/** The band of an interval, cut off at the axis: an unseen line, and the area from it upwards. */
function drawBand(
  { values, halfWidths = [], colour }: ChartSeries,
  place: number,
  [low, high]: readonly [number, number],
): LineSeriesOption[] {
  if (halfWidths.every((width) => width === null)) return [];
  const edges = values.map((value, index) => {
    const width = halfWidths[index] ?? null;
    if (value === null || width === null) return null;
    return [Math.max(low, value - width), Math.min(high, value + width)] as const;
  });
  const shared = {
    type: 'line',
    stack: `band ${place}`,
    stackStrategy: 'all',
    symbol: 'none',
    lineStyle: { width: 0, opacity: 0 },
    color: nameColour(colour),
  } as const;
  return [
    { ...shared, data: edges.map((edge) => edge?.[0] ?? '-') },
    {
      ...shared,
      data: edges.map((edge) => (edge === null ? '-' : edge[1] - edge[0])),
      areaStyle: { opacity: 0.16 },
    },
  ];
}

/** Few enough letters for the margin: 0.25, 40k, 1e-4. */
function nameValue(value: number): string {
  const size = Math.abs(value);
  if (size >= 10_000) return `${+(value / 1000).toFixed(1)}k`;
  if (size !== 0 && size < 0.001) return value.toExponential(0);
  return String(+value.toPrecision(3));
}
