/** A figure of the report: heading, drawing, legend with first and last values, and its numbers. */
import {
  baselineDashes,
  dashes,
  plotArea,
  renderPageChart,
  type ChartSeries,
  type PageChart,
} from '../eval/index.ts';
import type { Figure, FigureSection } from './figures.ts';
import { escapeHtml, renderFold, renderHtmlTable, renderMetric } from './html.ts';

/** Points a line is drawn with, at most, and rows of the table beside it. */
const most = { points: 300, rows: 50 };

/** Level of the heading above a figure. */
export type HeadingLevel = 3 | 4;

/** Renders figures side by side. */
export async function renderFigures(
  figures: readonly Figure[],
  level: HeadingLevel = 4,
): Promise<string> {
  if (figures.length === 0) return '';
  return `<div class="figures">${(await Promise.all(figures.map((figure) => renderFigure(figure, level)))).join('\n')}</div>`;
}

/** Renders a section of figures that is open. */
export async function renderFigureSection({ title, figures }: FigureSection): Promise<string> {
  return `<h3>${escapeHtml(title)}</h3>${await renderFigures(figures)}`;
}

/** Renders a section of figures, folded away. */
export async function renderFoldedFigures({ title, figures }: FigureSection): Promise<string> {
  const note = `${figures.length} ${figures.length === 1 ? 'chart' : 'charts'}`;
  return renderFold({ title, note, html: await renderFigures(figures) });
}

async function renderFigure(figure: Figure, level: HeadingLevel): Promise<string> {
  const chart = describeChart(figure);
  const svg = await renderPageChart(chart);
  const label = escapeHtml(`Line chart. ${figure.title}. ${describeEnds(figure)}`);
  const caption = figure.caption === '' ? '' : `<p class="aside">${escapeHtml(figure.caption)}</p>`;
  return `<figure>
<h${level}>${escapeHtml(figure.title)}</h${level}>
${caption}
<div class="chart" role="img" aria-label="${label}" data-points="${escapeHtml(JSON.stringify(listPoints(chart)))}">${svg}</div>
<figcaption><ul class="keys">${colourSeries(figure).map(renderKey).join('')}</ul>${describeBand(figure)}
<details><summary>Numbers<span class="unseen"> of ${escapeHtml(figure.title)}</span></summary>${renderNumbers(figure)}</details></figcaption>
</figure>`;
}

function describeChart(figure: Figure): PageChart {
  const drawn = thinOut(figure.x.length, most.points);
  const pick = <Value>(values: readonly Value[]): Value[] => drawn.map((index) => values[index]!);
  return {
    xName: figure.xName,
    x: pick(figure.x),
    series: colourSeries(figure).map(({ halfWidths, ...series }) => ({
      ...series,
      values: pick(series.values),
      ...(halfWidths === undefined ? {} : { halfWidths: pick(halfWidths) }),
    })),
    ...(figure.isShare ? {} : fitAxis(figure)),
  };
}

/** What the page's script shows where a reader points at a chart. */
export type ChartPoints = {
  readonly xName: string;
  readonly x: readonly number[];
  readonly yRange: readonly [low: number, high: number];
  readonly area: typeof plotArea;
  readonly series: readonly {
    readonly name: string;
    /** Place in the page's palette, from 1. */
    readonly colour: number;
    readonly values: readonly (number | null)[];
    readonly halfWidths: readonly (number | null)[];
  }[];
};

function listPoints({ xName, x, series, yRange = [0, 1] }: PageChart): ChartPoints {
  return {
    xName,
    x,
    yRange,
    area: plotArea,
    series: series.map(({ name, colour, values, halfWidths = [] }) => ({
      name,
      colour: (colour % dashes.length) + 1,
      values: values.map(shorten),
      halfWidths: halfWidths.every((width) => width === null) ? [] : halfWidths.map(shorten),
    })),
  };
}

const shorten = (value: number | null): number | null =>
  value === null ? null : Number(value.toPrecision(4));

function describeBand({ series }: Figure): string {
  const hasBand = series.some(({ halfWidths = [] }) => halfWidths.some((width) => width !== null));
  return hasBand ? '<p class="aside">Band: 95 % interval.</p>' : '';
}

function colourSeries({ series }: Figure): ChartSeries[] {
  let colour = 0;
  return series.map(({ isBaseline = false, ...rest }) => ({
    ...rest,
    isDashed: isBaseline,
    colour: isBaseline ? colour : colour++,
  }));
}

function renderKey({ name, values, isDashed = false, colour }: ChartSeries): string {
  const place = colour % dashes.length;
  const dash = isDashed ? baselineDashes : (dashes[place] ?? []);
  const { first, last } = endsOf(values);
  const line = `<svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true"><path d="M0 4H28" stroke="var(--line-${place + 1})" stroke-width="2.5"${dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`}/></svg>`;
  return `<li>${line} <span>${escapeHtml(name)}</span> <b>${renderMetric(first)} → ${renderMetric(last)}</b></li>`;
}

function endsOf(values: readonly (number | null)[]): { first?: number; last?: number } {
  const known = values.flatMap((value) => value ?? []);
  const [first, last] = [known[0], known.at(-1)];
  return first === undefined || last === undefined ? {} : { first, last };
}

/** Room for all values, 0 included, between two round numbers. */
function fitAxis({ series }: Figure): Pick<PageChart, 'yRange' | 'yStep'> {
  const values = series.flatMap(({ values: own, halfWidths = [] }) =>
    own.flatMap((value, index) => {
      const width = halfWidths[index] ?? 0;
      return value === null ? [] : [value - width, value + width];
    }),
  );
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const high = values.reduce((greatest, value) => Math.max(greatest, value), 0);
  const yStep = chooseStep((high - low || 1) / 4);
  const top = high === 0 && low === 0 ? 1 : high;
  return {
    yRange: [Math.floor(low / yStep) * yStep, Math.ceil(top / yStep) * yStep],
    yStep,
  };
}

/** A round number of at least the given size. */
function chooseStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  return ([1, 2, 2.5, 5].find((factor) => factor * power >= size) ?? 10) * power;
}

function describeEnds({ series, xName }: Figure): string {
  return series
    .map(({ name, values }) => {
      const { first, last } = endsOf(values);
      return `${name}: ${renderMetric(first)} at the first ${xName}, ${renderMetric(last)} at the last`;
    })
    .join('; ');
}

function renderNumbers(figure: Figure): string {
  const places = thinOut(figure.x.length, most.rows);
  return renderHtmlTable({
    caption: `${figure.title}${places.length < figure.x.length ? `, ${places.length} of ${figure.x.length} rows` : ''}`,
    head: [figure.xName, ...figure.series.map(({ name }) => name)],
    rows: places.map((place) => [
      String(figure.x[place]),
      ...figure.series.map(({ values, halfWidths = [] }) => {
        const width = halfWidths[place] ?? null;
        const reach = width === null ? '' : ` ± ${renderMetric(width)}`;
        return `${renderMetric(values[place])}${reach}`;
      }),
    ]),
  });
}

/** Indices at even distances, the first and the last among them. */
function thinOut(count: number, limit: number): number[] {
  if (count <= limit) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: limit }, (_, index) =>
    Math.round((index * (count - 1)) / (limit - 1)),
  );
}
