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
import type { Finding } from './finding.ts';
import { escapeHtml, escapeScript } from './html.ts';

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
  /** Files of `assets/report` that make up the page's script, in order. */
  readonly scripts: readonly string[];
  /** What the script reads. */
  readonly data?: object;
  /** Whether the page looks for news where it came from, and says that it is live. */
  readonly isLive?: boolean;
};

/** Renders a page around its sections. */
export function renderShell(shell: PageShell): string {
  const { title, brand, heading, sections, skipTo, data, isLive = false } = shell;
  const style = readAsset('page.css');
  const script = joinScripts(shell.scripts);
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
${data === undefined ? '' : `<script type="application/json" id="data">${escapeScript(JSON.stringify(data))}</script>\n`}<script>${script}</script>
</body>
</html>
`;
}

/** The files are modules; in the page they follow one another, so their imports and exports go. */
function joinScripts(names: readonly string[]): string {
  const texts = names.map((name) =>
    readAsset(name)
      .replaceAll(/^import [^;]*;\n/gmu, '')
      .replaceAll(/^export (?=(?:async )?(?:function|const|let) )/gmu, ''),
  );
  return `(() => {\n'use strict';\n${texts.join('\n')}})();`;
}

function describePolicy(style: string, script: string, isLive: boolean): string {
  const hash = (text: string): string =>
    `'sha256-${crypto.createHash('sha256').update(text).digest('base64')}'`;
  const connect = isLive ? "'self'" : "'none'";
  return `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; connect-src ${connect}; base-uri 'none'; form-action 'none'`;
}

/** Reads a file of the pages' style and script. */
export function readAsset(name: string): string {
  return fs.readFileSync(
    fileURLToPath(new URL(`../../assets/report/${name}`, import.meta.url)),
    'utf8',
  );
}

const signs = { good: '✓', bad: '!', plain: '·' } as const;
const spokenTones = { good: 'Good: ', bad: 'Look at this: ', plain: '' } as const;

/** Renders the one sentence that a page opens with. */
export function renderHeadline({ tone, text }: Finding): string {
  return `<p class="headline ${tone}">${renderSigned({ tone, text })}</p>`;
}

/** Renders findings as a list. */
export function renderFindings(findings: readonly Finding[]): string {
  const items = findings.map(
    (finding) => `<li class="${finding.tone}">${renderSigned(finding)}</li>`,
  );
  return `<ul class="findings">${items.join('')}</ul>`;
}

function renderSigned({ tone, text }: Finding): string {
  return `<span class="sign" aria-hidden="true">${signs[tone]}</span><span><span class="unseen">${spokenTones[tone]}</span>${escapeHtml(text)}</span>`;
}
