/**
 * The report as one HTML page that needs nothing but itself.
 *
 * Style and script are put into it from `assets/report`, data as JSON that only the script reads, so
 * no text of a conversation is ever markup. The content policy admits this style and this script by
 * their hashes, and nothing remote.
 */
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EpisodeView } from './episode-view.ts';
import type { Evidence } from './evidence.ts';
import { describeFigures } from './figures.ts';
import { escapeHtml, escapeScript, renderHtmlTable } from './html.ts';
import { pickKeyFigures, type KeyFigure } from './key-figures.ts';
import { nameOf, type HeldOutTalks, type RunData } from './load-run.ts';
import { renderFigureSection } from './render-figure.ts';
import { judgeRun, type Finding } from './verdict.ts';

/** What the transcript viewer is given. */
export type TranscriptData = {
  readonly episodes: readonly EpisodeView[];
  /** How many of how many, and how these were chosen. */
  readonly choice: string;
  /** Iterations that can be asked for, where somebody serves them. */
  readonly iterations: readonly number[];
};

export type PageOptions = {
  /** Seconds between two looks for news; null for a page that stands by itself. */
  readonly refreshSeconds: number | null;
  /** The state of the run that the page shows. */
  readonly stamp: string;
};

export type PageInput = {
  readonly run: RunData;
  readonly talks: HeldOutTalks | null;
  readonly evidence: Evidence | null;
};

/** Everything the page's script reads. */
export type PageData = TranscriptData & PageOptions;

/** Renders the whole page. */
export async function renderPage(
  { run, talks, evidence }: PageInput,
  transcripts: TranscriptData,
  options: PageOptions,
): Promise<string> {
  const name = escapeHtml(nameOf(run.directory));
  const [style, script] = [readAsset('page.css'), readAsset('page.js')];
  const data: PageData = { ...transcripts, ...options };
  const sections = describeFigures(run, evidence);
  const curves = await Promise.all(sections.map(renderFigureSection));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${describePolicy(style, script, options)}">
<title>${name} · rlpa report</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#talks">Skip to the conversations</a>
<header>
<p class="brand">rlpa report${options.refreshSeconds === null ? '' : ' · <span id="live">live</span>'}</p>
<h1>${name}</h1>
<nav aria-label="Sections"><a href="#verdict">Verdict</a> <a href="#curves">Curves</a> <a href="#causes">What goes wrong</a> <a href="#talks">Conversations</a> <a href="#settings">Settings</a></nav>
</header>
<main>
${renderVerdict(judgeRun(run, talks), pickKeyFigures(run, talks))}
<section id="curves"><h2>Curves</h2>
${curves.length === 0 ? '<p class="aside">No iteration is finished yet.</p>' : curves.join('\n')}
</section>
${renderCauses(evidence)}
<section id="talks"><h2>Conversations</h2><noscript>The conversations need JavaScript.</noscript><div id="viewer"></div></section>
<section id="settings"><h2>Settings</h2>${renderRecord('All settings', run.settings)}${renderRecord('Machine and versions', run.environment)}</section>
</main>
<script type="application/json" id="data">${escapeScript(JSON.stringify(data))}</script>
<script>${script}</script>
</body>
</html>
`;
}

function describePolicy(style: string, script: string, options: PageOptions): string {
  const hash = (text: string): string =>
    `'sha256-${crypto.createHash('sha256').update(text).digest('base64')}'`;
  const connect = options.refreshSeconds === null ? "'none'" : "'self'";
  return `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; connect-src ${connect}; base-uri 'none'; form-action 'none'`;
}

function readAsset(name: string): string {
  return fs.readFileSync(
    fileURLToPath(new URL(`../../assets/report/${name}`, import.meta.url)),
    'utf8',
  );
}

const signs = { good: '✓', bad: '!', plain: '·' } as const;
const spokenTones = { good: 'Good: ', bad: 'Look at this: ', plain: '' } as const;

function renderVerdict(findings: readonly Finding[], figures: readonly KeyFigure[]): string {
  const [verdict, ...rest] = findings.map(({ tone, text }) => ({
    tone,
    html: `<span class="sign" aria-hidden="true">${signs[tone]}</span><span><span class="unseen">${spokenTones[tone]}</span>${escapeHtml(text)}</span>`,
  }));
  const items = rest.map(({ tone, html }) => `<li class="${tone}">${html}</li>`);
  const head =
    verdict === undefined ? '' : `<p class="headline ${verdict.tone}">${verdict.html}</p>`;
  return `<section id="verdict"><h2>Did it work?</h2>${head}
<dl class="figures-row">${figures.map(renderKeyFigure).join('')}</dl>
<ul class="findings">${items.join('')}</ul>
<p class="aside">Alignment is the share of replies that fit in all five ways: natural, relevant, logical, engaging, informative. Profile F1 compares the profile the policy keeps with what the person has told so far; 1 is perfect. Both are means over turns 3 on; ± is a 95 % interval over people.</p>
</section>`;
}

function renderKeyFigure({ label, before, after, detail }: KeyFigure): string {
  const from = before === null ? '' : `<span class="from">${before} →</span> `;
  return `<div><dt>${escapeHtml(label)}</dt><dd class="big">${from}${escapeHtml(after)}</dd><dd>${escapeHtml(detail)}</dd></div>`;
}

/** Causes the table lists; rarer ones are in the viewer's filter. */
const listedCauses = 15;

function renderCauses(evidence: Evidence | null): string {
  const body =
    evidence === null
      ? '<p class="aside">No conversation is kept yet.</p>'
      : renderCauseTable(evidence);
  return `<section id="causes"><h2>What goes wrong</h2>${body}</section>`;
}

function renderCauseTable({ first, last, causes }: Evidence): string {
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const rows = causes
    .slice(0, listedCauses)
    .map(
      ({ text, first: before, last: after }) =>
        `<tr><th scope="row">${escapeHtml(text)}</th><td>${share(before)}</td><td>${share(after)}</td><td><button type="button" class="link" data-cause="${escapeHtml(text)}">show<span class="unseen"> conversations: ${escapeHtml(text)}</span></button></td></tr>`,
    );
  const caption = `Share of turns in which something goes wrong, ${first.label} against ${last.label}. The judge's reasons begin with the criterion; … stands for a value of that person.`;
  return `<p class="aside">${escapeHtml(caption)}</p>
<div class="scroll wide" tabindex="0" role="region" aria-label="What goes wrong"><table class="causes"><thead><tr><th scope="col">what</th><th scope="col">${escapeHtml(first.label)}</th><th scope="col">${escapeHtml(last.label)}</th><th scope="col"><span class="unseen">conversations</span></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function renderRecord(title: string, record: Readonly<Record<string, unknown>>): string {
  const rows = flatten(record).filter(([key]) => key !== '');
  if (rows.length === 0) return '';
  return `<details><summary>${escapeHtml(title)} (${rows.length})</summary>${renderHtmlTable({ caption: title, head: ['name', 'value'], rows })}</details>`;
}

function flatten(value: unknown, key = ''): [string, string][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return [[key, typeof value === 'string' ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    flatten(inner, key === '' ? name : `${key}.${name}`),
  );
}
