/**
 * What every page shares: one file that needs nothing but itself.
 *
 * Style and script are put into it from `assets/report`, data as JSON that only the script reads, so
 * no text of a conversation is ever markup. The content policy admits this style and this script by
 * their hashes, and nothing remote.
 */
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { escapeHtml, escapeScript } from './html.ts';
import type { Finding } from './verdict.ts';

export type PageShell = {
  readonly title: string;
  readonly brand: string;
  readonly heading: string;
  /** In order; each is named in the navigation. The HTML is taken as it is. */
  readonly sections: readonly {
    readonly id: string;
    readonly name: string;
    readonly html: string;
  }[];
  /** The section that keyboard readers may jump to at once. */
  readonly skipTo: string;
  /** What the page's script reads; without it the page has no script. */
  readonly data?: object;
  /** Whether the page looks for news where it came from, and says that it is live. */
  readonly isLive?: boolean;
};

/** Renders a page around its sections. */
export function renderShell(shell: PageShell): string {
  const { title, brand, heading, sections, skipTo, data, isLive = false } = shell;
  const style = readAsset('page.css');
  const script = data === undefined ? null : readAsset('page.js');
  const target = sections.find(({ id }) => id === skipTo);
  const links = sections.map(({ id, name }) => `<a href="#${id}">${escapeHtml(name)}</a>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${describePolicy(style, script, isLive)}">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#${skipTo}">Skip to: ${escapeHtml(target?.name ?? '')}</a>
<header>
<p class="brand">${escapeHtml(brand)}${isLive ? ' · <span id="live">live</span>' : ''}</p>
<h1>${escapeHtml(heading)}</h1>
<nav aria-label="Sections">${links.join(' ')}</nav>
</header>
<main>
${sections.map(({ id, name, html }) => `<section id="${id}"><h2>${escapeHtml(name)}</h2>${html}\n</section>`).join('\n')}
</main>
${script === null ? '' : `<script type="application/json" id="data">${escapeScript(JSON.stringify(data))}</script>\n<script>${script}</script>\n`}</body>
</html>
`;
}

function describePolicy(style: string, script: string | null, isLive: boolean): string {
  const hash = (text: string): string =>
    `'sha256-${crypto.createHash('sha256').update(text).digest('base64')}'`;
  const scripts = script === null ? "'none'" : hash(script);
  const connect = isLive ? "'self'" : "'none'";
  return `default-src 'none'; style-src ${hash(style)}; script-src ${scripts}; connect-src ${connect}; base-uri 'none'; form-action 'none'`;
}

function readAsset(name: string): string {
  return fs.readFileSync(
    fileURLToPath(new URL(`../../assets/report/${name}`, import.meta.url)),
    'utf8',
  );
}

const signs = { good: '✓', bad: '!', plain: '·' } as const;
const spokenTones = { good: 'Good: ', bad: 'Look at this: ', plain: '' } as const;

/** Renders findings, the first as the headline; something may stand between it and the others. */
export function renderFindings(findings: readonly Finding[], between = ''): string {
  const [headline, ...rest] = findings.map(({ tone, text }) => ({
    tone,
    html: `<span class="sign" aria-hidden="true">${signs[tone]}</span><span><span class="unseen">${spokenTones[tone]}</span>${escapeHtml(text)}</span>`,
  }));
  const items = rest.map(({ tone, html }) => `<li class="${tone}">${html}</li>`);
  const head =
    headline === undefined ? '' : `<p class="headline ${headline.tone}">${headline.html}</p>`;
  return `${head}${between}<ul class="findings">${items.join('')}</ul>`;
}
