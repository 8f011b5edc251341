/** The report of a run as a page: what was learnt, did it work, conversations, and the rest folded away. */
import { measuresInWords } from './measures-in-words.ts';
import type { EpisodeView } from './episode-view.ts';
import type { Evidence } from './evidence.ts';
import { describeDiagnostics, describeHeldOutFigures } from './figures.ts';
import type { Finding } from './finding.ts';
import { escapeHtml, renderFold, renderHtmlTable } from './html.ts';
import { pickKeyFigures, type KeyFigure } from './key-figures.ts';
import { nameOf, type HeldOutTalks, type RunData } from './load/index.ts';
import { renderLearnt } from './learnt/index.ts';
import { renderFigures, renderFoldedFigures } from './render-figure.ts';
import { renderScales } from './render-scale.ts';
import { renderFindings, renderHeadline, renderShell } from './shell.ts';
import { isOffline, judgeRun } from './verdict.ts';

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
  const name = nameOf(run.directory);
  const data: PageData = { ...transcripts, ...options };
  const learnt = renderLearnt({ talks, evidence: isOffline(run) ? null : evidence });
  const [verdict, ...findings] = judgeRun(run, talks);
  return renderShell({
    title: `${name} · rlpa report`,
    brand: 'rlpa report',
    heading: name,
    sections: [
      {
        id: 'learnt',
        name: 'What it learnt',
        html: (verdict === undefined ? '' : renderHeadline(verdict)) + learnt,
      },
      { id: 'verdict', name: 'Did it work?', html: await renderVerdict(run, talks, findings) },
      { id: 'talks', name: 'Conversations', html: viewer },
      { id: 'diagnostics', name: 'Diagnostics', html: await renderDiagnostics(run, evidence) },
    ],
    skipTo: 'talks',
    scripts: ['dom.js', 'chart-hover.js', 'episode.js', 'viewer.js', 'live.js'],
    data,
    isLive: options.refreshSeconds !== null,
  });
}

const viewer = '<noscript>The conversations need JavaScript.</noscript><div id="viewer"></div>';

async function renderVerdict(
  run: RunData,
  talks: HeldOutTalks | null,
  findings: readonly Finding[],
): Promise<string> {
  const figures = pickKeyFigures(run, talks).map(renderKeyFigure).join('');
  return `<dl class="figures-row">${figures}</dl>
${renderFindings(findings)}
<p class="aside">${measuresInWords} Both are means over turns 3 on.</p>
${await renderScales(run.heldOut)}
${await renderFigures(describeHeldOutFigures(run, talks), 3)}`;
}

async function renderDiagnostics(run: RunData, evidence: Evidence | null): Promise<string> {
  const figures = await Promise.all(describeDiagnostics(run, evidence).map(renderFoldedFigures));
  return [
    '<p class="aside">For finding out why: everything that was recorded, folded away.</p>',
    ...figures,
    renderFold({ title: 'What goes wrong', html: renderCauses(evidence) }),
    renderRecord('All settings', run.settings),
    renderRecord('Machine and versions', run.environment),
  ].join('\n');
}

function renderKeyFigure({ label, before, after, detail }: KeyFigure): string {
  return `<div><dt>${escapeHtml(label)}</dt><dd class="big"><span class="from">${escapeHtml(before)} →</span> ${escapeHtml(after)}</dd><dd>${escapeHtml(detail)}</dd></div>`;
}

/** Causes the table lists; rarer ones are in the viewer's filter. */
const listedCauses = 15;

function renderCauses(evidence: Evidence | null): string {
  return evidence === null
    ? '<p class="aside">No conversation is kept yet.</p>'
    : renderCauseTable(evidence);
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
<div class="scroll wide" tabindex="0" role="group" aria-label="What goes wrong"><table class="causes"><thead><tr><th scope="col">what</th><th scope="col">${escapeHtml(first.label)}</th><th scope="col">${escapeHtml(last.label)}</th><th scope="col"><span class="unseen">conversations</span></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function renderRecord(title: string, record: Readonly<Record<string, unknown>>): string {
  const rows = flatten(record).filter(([key]) => key !== '');
  if (rows.length === 0) return '';
  const html = renderHtmlTable({ caption: title, head: ['name', 'value'], rows });
  return renderFold({ title, note: `${rows.length}`, html });
}

function flatten(value: unknown, key = ''): [string, string][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return [[key, typeof value === 'string' ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    flatten(inner, key === '' ? name : `${key}.${name}`),
  );
}
