/** A figure of the report: heading, drawing, legend with first and last values, and its numbers. */
import {
  baselineDashes,
  dashes,
  renderPageChart,
  type ChartSeries,
  type PageChart,
} from '../eval/index.ts';
import type { Figure, FigureSection } from './figures.ts';
import { escapeHtml, renderHtmlTable, renderMetric } from './html.ts';

/** Points a line is drawn with, at most, and rows of the table beside it. */
const most = { points: 300, rows: 50 };

/** Renders a section of figures; sections without a known meaning start folded. */
export async function renderFigureSection(section: FigureSection): Promise<string> {
  const figures = (await Promise.all(section.figures.map(renderFigure))).join('\n');
  const isKnown = section.figures.some(({ caption }) => caption !== '');
  const grid = `<div class="figures">${figures}</div>`;
  return isKnown
    ? `<h3>${escapeHtml(section.title)}</h3>${grid}`
    : `<details class="more" id="rest"><summary>${escapeHtml(section.title)} (${section.figures.length})</summary>${grid}</details>`;
}

async function renderFigure(figure: Figure): Promise<string> {
  const series = colourSeries(figure);
  const drawn = thinOut(figure.x.length, most.points);
  const pick = <Value>(values: readonly Value[]): Value[] => drawn.map((index) => values[index]!);
  const svg = await renderPageChart({
    xName: figure.xName,
    x: pick(figure.x),
    series: series.map((each) => ({ ...each, values: pick(each.values) })),
    ...(figure.isShare ? {} : fitAxis(figure)),
  });
  const label = escapeHtml(`Line chart. ${figure.title}. ${describeEnds(figure)}`);
  return `<figure>
<h4>${escapeHtml(figure.title)}</h4>
${figure.caption === '' ? '' : `<p class="aside">${escapeHtml(figure.caption)}</p>`}
<div class="chart" role="img" aria-label="${label}">${svg}</div>
<figcaption><ul class="keys">${series.map(renderKey).join('')}</ul>
<details><summary>Numbers<span class="unseen"> of ${escapeHtml(figure.title)}</span></summary>${renderNumbers(figure)}</details></figcaption>
</figure>`;
}

function colourSeries({ series }: Figure): ChartSeries[] {
  let colour = 0;
  return series.map(({ name, values, isBaseline = false }) => ({
    name,
    values,
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
  const values = series.flatMap(({ values: own }) => own.flatMap((value) => value ?? []));
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
      ...figure.series.map(({ values }) => renderMetric(values[place])),
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
