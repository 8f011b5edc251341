/** The few pieces of HTML that the page is made of; every text that goes in is escaped. */

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

export type HtmlTable = {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of each row names it. */
  readonly rows: readonly (readonly string[])[];
};

/** Renders a table that scrolls inside itself, reachable by keyboard. */
export function renderHtmlTable({ caption, head, rows }: HtmlTable): string {
  const heads = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const body = rows.map(
    ([first = '', ...rest]) =>
      `<tr><th scope="row">${escapeHtml(first)}</th>${rest.map((text) => `<td>${escapeHtml(text)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escapeHtml(caption)}"><table><caption class="unseen">${escapeHtml(caption)}</caption><thead><tr>${heads}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** Something that is folded away under its title. The HTML is taken as it is. */
export type Fold = { readonly title: string; readonly note?: string; readonly html: string };

/** Renders a fold whose title is a heading. */
export function renderFold({ title, note = '', html }: Fold): string {
  const extent = note === '' ? '' : ` <span class="extent">${escapeHtml(note)}</span>`;
  return `<details class="fold"><summary><h3>${escapeHtml(title)}</h3>${extent}</summary><div class="folded">${html}</div></details>`;
}

/** Renders a measured number with three digits; a dash where there is none. */
export function renderMetric(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en');
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  return size >= 0.001 ? String(+value.toPrecision(3)) : value.toExponential(1);
}
