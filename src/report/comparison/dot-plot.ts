/**
 * One figure of every arm as a dot with its interval, in rows below one another.
 *
 * Places are percentages of the row's own width, so the drawing fits any screen without a script;
 * the numbers stand beside it as text.
 */
import { renderInterval, type JsonInterval } from '../../eval/index.ts';
import { escapeHtml } from '../html.ts';

export type Dot = {
  readonly name: string;
  readonly figure: JsonInterval;
  /** What the others are compared with: a hollow dot, and a line through all rows. */
  readonly isBaseline: boolean;
};

export type DotPlot = {
  readonly title: string;
  readonly caption: string;
  readonly dots: readonly Dot[];
  readonly digits: number;
};

/** Renders the plot; dots without a number are left out. */
export function renderDotPlot({ title, caption, dots, digits }: DotPlot): string {
  const known = dots.filter(({ figure }) => figure.mean !== null);
  if (known.length === 0) return '';
  const [low, high] = chooseRange(known.map(({ figure }) => figure));
  const place = (value: number): string =>
    `${(100 * Math.min(1, Math.max(0, (value - low) / (high - low)))).toFixed(2)}%`;
  const baselines = known.flatMap(({ isBaseline, figure }) => (isBaseline ? [figure.mean!] : []));
  const rows = known.map(({ name, figure, isBaseline }) => {
    const mean = figure.mean!;
    const width = figure.half_width ?? 0;
    const rule = baselines.map(
      (value) => `<line class="rule" x1="${place(value)}" x2="${place(value)}" y1="0" y2="100%"/>`,
    );
    const reach = `<line class="reach" x1="${place(mean - width)}" x2="${place(mean + width)}" y1="50%" y2="50%"/>`;
    const dot = `<circle${isBaseline ? ' class="hollow"' : ''} cx="${place(mean)}" cy="50%" r="4.5"/>`;
    return `<li><span>${escapeHtml(name)}</span><svg aria-hidden="true">${rule.join('')}${reach}${dot}</svg><b>${renderInterval(figure, { digits })}</b></li>`;
  });
  const ends = [low, high].map((value) => `<span>${String(+value.toPrecision(3))}</span>`);
  return `<figure class="dots"><h4>${escapeHtml(title)}</h4><p class="aside">${escapeHtml(caption)}</p>
<ul>${rows.join('')}</ul><p class="ends" aria-hidden="true">${ends.join('')}</p></figure>`;
}

/** Round ends that hold every interval, but leave [0, 1] only where a mean does. */
function chooseRange(figures: readonly JsonInterval[]): [number, number] {
  const means = figures.map(({ mean }) => mean ?? 0);
  const reaches = figures.map(({ half_width }) => half_width ?? 0);
  const least = Math.min(...means.map((mean, row) => mean - reaches[row]!));
  const most = Math.max(...means.map((mean, row) => mean + reaches[row]!));
  const span = most - least || Math.abs(most) || 1;
  const step = 10 ** Math.floor(Math.log10(span));
  const low = Math.floor((least - span / 10) / step) * step;
  const high = Math.ceil((most + span / 10) / step) * step;
  return [
    means.every((mean) => mean >= 0) ? Math.max(0, low) : low,
    means.every((mean) => mean <= 1) ? Math.min(1, high) : high,
  ];
}
