/**
 * A line chart to stand in a page: the page's own colours, font and legend.
 *
 * Colours are CSS variables, so one drawing serves light and dark. Lines differ by their dashes as
 * well, for readers who do not tell colours apart. The drawing carries no style of its own, because
 * a page that forbids inline styles would drop it.
 */
import { drawSvg, type LineChart } from './charts.ts';

/** Small enough that its letters keep their size on a telephone. */
const size = { width: 350, height: 205 };

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
  const svg = await drawSvg(size, {
    textStyle: { fontFamily: 'inherit' },
    grid: { left: 42, right: 12, top: 12, bottom: 40 },
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
    series: chart.series.map(({ values, isDashed = false, colour }) => ({
      type: 'line',
      data: values.map((value) => value ?? '-'),
      showSymbol: values.length <= 12,
      symbol: 'circle',
      symbolSize: 5,
      lineStyle: {
        type: isDashed ? [...baselineDashes] : [...(dashes[colour % dashes.length] ?? [])],
        width: 2,
      },
      color: `var(--line-${(colour % dashes.length) + 1})`,
    })),
  });
  return stripStyle(svg);
}

/** Few enough letters for the margin: 0.25, 40k, 1e-4. */
function nameValue(value: number): string {
  const size = Math.abs(value);
  if (size >= 10_000) return `${+(value / 1000).toFixed(1)}k`;
  if (size !== 0 && size < 0.001) return value.toExponential(0);
  return String(+value.toPrecision(3));
}

function stripStyle(svg: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/gu, '')
    .replace(/ style="([^"]*)"/gu, (_, style: string) => {
      const pixels = /font-size:(\d+)px/u.exec(style)?.[1];
      return pixels === undefined ? '' : ` font-size="${pixels}"`;
    })
    .replace(/ (?:class="zr[^"]*"|pointer-events="visible"|ecmeta_\w+="[^"]*")/gu, '')
    .replace(/^<svg width="\d+" height="\d+"/u, '<svg')
    .replaceAll('\n', '');
}
