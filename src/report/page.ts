/**
 * The report as one HTML page that needs nothing but itself.
 *
 * Style and script are put into it from `assets/report`, data as JSON that only the script reads, so
 * no text of a conversation is ever markup. A strict content policy forbids everything remote.
 */
import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderLineChart, type ChartSeries } from '../eval/index.ts';
import type { EpisodeView } from './episode-view.ts';
import { countMainFigures, describeFigures, type Figure } from './figures.ts';
import { nameOf, type RunData } from './load-run.ts';
import { judgeRun, type Finding } from './verdict.ts';

/** What the transcript viewer is given. */
export type TranscriptData = {
  readonly episodes: readonly EpisodeView[];
  /** How many conversations the run has kept, and how these were chosen. */
  readonly total: number;
  readonly choice: string;
  /** Iterations that can be asked for, where somebody serves them. */
  readonly iterations: readonly number[];
};

export type PageOptions = {
  /** Seconds between two looks for news; null for a page that stands by itself. */
  readonly refreshSeconds: number | null;
};

/** Renders the whole page. */
export async function renderPage(
  run: RunData,
  transcripts: TranscriptData,
  options: PageOptions,
): Promise<string> {
  const name = nameOf(run.directory);
  const figures = describeFigures(run);
  const main = figures.slice(0, countMainFigures(figures));
  const rest = figures.slice(main.length);
  const connect = options.refreshSeconds === null ? "'none'" : "'self'";
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; connect-src ${connect}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(name)} · rlpa report</title>
<style>${readAsset('page.css')}</style>
</head>
<body>
<header>
<p class="brand">rlpa report</p>
<h1>${escapeHtml(name)}</h1>
<nav><a href="#verdict">Verdict</a> <a href="#curves">Curves</a> <a href="#talks">Conversations</a> <a href="#settings">Settings</a></nav>
</header>
<main>
<section id="verdict"><h2>Did it work?</h2>${renderFindings(judgeRun(run))}</section>
<section id="curves"><h2>Curves</h2>
<div class="figures">${(await Promise.all(main.map(renderFigure))).join('\n')}</div>
${rest.length === 0 ? '' : `<details class="more"><summary>All other metrics (${rest.length})</summary><div class="tables">${rest.map(renderTable).join('\n')}</div></details>`}
</section>
<section id="talks"><h2>Conversations</h2><noscript>The conversations need JavaScript.</noscript><div id="viewer"></div></section>
<section id="settings"><h2>Settings</h2>${renderSettings(run.settings)}</section>
</main>
<script type="application/json" id="data">${escapeScript(JSON.stringify({ ...transcripts, refreshSeconds: options.refreshSeconds }))}</script>
<script>${readAsset('page.js')}</script>
</body>
</html>
`;
}

function readAsset(name: string): string {
  return fs.readFileSync(
    fileURLToPath(new URL(`../../assets/report/${name}`, import.meta.url)),
    'utf8',
  );
}

const signs = { good: '✓', bad: '!', plain: '·' } as const;

function renderFindings(findings: readonly Finding[]): string {
  const items = findings.map(
    ({ tone, text }) =>
      `<li class="${tone}"><span class="sign" aria-hidden="true">${signs[tone]}</span> ${escapeHtml(text)}</li>`,
  );
  return `<ul class="findings">${items.join('')}</ul>`;
}

async function renderFigure(figure: Figure): Promise<string> {
  const svg = await renderLineChart({
    title: '',
    xName: figure.xName,
    x: figure.x,
    series: colourSeries(figure),
    yRange: figure.isShare ? [0, 1] : rangeOf(figure),
    isPlain: true,
  });
  const label = escapeHtml(`${figure.title}. ${describeEnds(figure)}`);
  return `<figure>
<h3>${escapeHtml(figure.title)}</h3>
<div class="chart" role="img" aria-label="${label}">${svg.replace(/ width="\d+" height="\d+"/u, '')}</div>
<figcaption>${escapeHtml(figure.caption)}</figcaption>
<details><summary>Numbers</summary>${renderNumbers(figure)}</details>
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

/** Room for all values, 0 included. */
function rangeOf({ series }: Figure): readonly [number, number] {
  const values = series.flatMap(({ values: own }) => own.flatMap((value) => value ?? []));
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const room = (high - low || 1) * 0.05;
  return [low < 0 ? low - room : 0, high + room];
}

function describeEnds({ series }: Figure): string {
  return series
    .map(({ name, values }) => {
      const known = values.flatMap((value) => value ?? []);
      return `${name}: first ${renderNumber(known[0])}, last ${renderNumber(known.at(-1))}`;
    })
    .join('; ');
}

/** A chart's numbers, at most some fifty rows of them. */
function renderNumbers(figure: Figure): string {
  const step = Math.max(1, Math.ceil(figure.x.length / 50));
  const rows = figure.x
    .map((x, index) => ({ x, index }))
    .filter(({ index }) => index % step === 0 || index === figure.x.length - 1);
  const head = [figure.xName, ...figure.series.map(({ name }) => name)];
  const body = rows.map(({ x, index }) => [
    String(x),
    ...figure.series.map(({ values }) => renderNumber(values[index] ?? undefined)),
  ]);
  return `<div class="scroll"><table><thead><tr>${cells('th', head)}</tr></thead><tbody>${body.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</tbody></table></div>`;
}

function renderTable(figure: Figure): string {
  return `<details><summary>${escapeHtml(figure.title)} <span class="ends">${escapeHtml(describeEnds(figure).replace(/^.*?: /u, ''))}</span></summary>${renderNumbers(figure)}</details>`;
}

function renderSettings(settings: Readonly<Record<string, unknown>>): string {
  const rows = flatten(settings).map(
    ([key, value]) =>
      `<tr><th scope="row">${escapeHtml(key)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<details><summary>All settings (seed ${escapeHtml(JSON.stringify(settings['seed'] ?? null))}, algorithm ${escapeHtml(String(settings['algorithm'] ?? 'ppo'))})</summary><div class="scroll"><table>${rows.join('')}</table></div></details>`;
}

function flatten(value: unknown, key = ''): [string, string][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return [[key, JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    flatten(inner, key === '' ? name : `${key}.${name}`),
  );
}

function cells(tag: 'th' | 'td', texts: readonly string[]): string {
  return texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('');
}

function renderNumber(value: number | undefined): string {
  if (value === undefined) return '–';
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}

/** Escapes text for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Keeps JSON from ending its script element, and line separators from ending a line. */
export function escapeScript(json: string): string {
  return json
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
