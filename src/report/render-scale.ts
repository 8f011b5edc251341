/** Where base and trained policy stand among the scripts of their world: a figure for each group of people. */
import {
  renderInterval,
  renderNumber,
  renderScaleChart,
  type Floor,
  type ScaleMark,
  type ScalePoint,
  type WorldScores,
} from '../eval/index.ts';
import { escapeHtml, renderHtmlTable } from './html.ts';
import { groups, type Group, type HeldOutScores } from './load/index.ts';

type Placed = { readonly name: string; readonly scores: WorldScores };

/** Renders the figures; nothing where no scripts were measured. */
export async function renderScales(heldOut: HeldOutScores | null): Promise<string> {
  if (heldOut === null) return '';
  const figures = await Promise.all(groups.map((group) => renderGroup(heldOut, group)));
  const html = figures.filter((figure) => figure !== '').join('\n');
  return html === '' ? '' : `<div class="figures">${html}</div>`;
}

async function renderGroup({ base, rlpa, floors }: HeldOutScores, group: Group): Promise<string> {
  const scripts = floors?.[group] ?? [];
  const placed = [
    { name: 'base', scores: base[group] },
    { name: 'rlpa', scores: rlpa[group] },
  ].flatMap(({ name, scores }) => (scores === undefined ? [] : [{ name, scores }]));
  if (scripts.length === 0) return '';
  const marks = scripts.flatMap(({ name, alignment }) =>
    alignment === null ? [] : [{ name, value: alignment }],
  );
  const points = placed.flatMap(describePoint);
  const from = findStart(marks, points);
  const svg = await renderScaleChart({ xName: 'alignment, all turns', marks, points, from });
  const title = `Among scripts, ${group} family`;
  const label = `Scale. ${title}. ${placed.map(describePlace).join('; ')}`;
  return `<figure>
<h3>${escapeHtml(title)}</h3>
<p class="aside">What assistants by rule get from the same people. The way goes from remembers_nothing to right_question.${escapeHtml(describeBelow(marks, from))}</p>
<div class="chart" role="img" aria-label="${escapeHtml(label)}">${svg}</div>
<figcaption><ul class="keys">${placed.map(renderKey).join('')}</ul>
<details><summary>Numbers<span class="unseen"> of ${escapeHtml(title)}</span></summary>${renderNumbers(title, scripts, placed)}</details></figcaption>
</figure>`;
}

/** The scale begins where the way does, or below, at the lowest policy. */
function findStart(marks: readonly ScaleMark[], points: readonly ScalePoint[]): number {
  const start = marks.filter(({ name }) => name === 'remembers_nothing');
  return Math.min(
    ...(start.length === 0 ? marks : start).map(({ value }) => value),
    ...points.map(({ value, halfWidth }) => value - (halfWidth ?? 0)),
  );
}

function describeBelow(marks: readonly ScaleMark[], from: number): string {
  const below = marks.filter(({ value }) => value < from);
  if (below.length === 0) return '';
  const list = below.map(({ name, value }) => `${name} ${value.toFixed(3)}`).join(', ');
  return ` Below the scale: ${list}.`;
}

function describePoint({ name, scores: { whole } }: Placed): ScalePoint[] {
  const { mean = null, half_width: halfWidth = null } = whole?.alignment ?? {};
  return mean === null ? [] : [{ name, value: mean, halfWidth, isBaseline: name === 'base' }];
}

function readWay({ scores: { scale } }: Placed): string {
  return renderNumber(scale?.of_the_way_to_right_question ?? null, 2);
}

function readAlignment({ scores: { whole } }: Placed): string {
  return renderInterval(whole?.alignment ?? { mean: null, half_width: null });
}

function describePlace(placed: Placed): string {
  return `${placed.name}: ${readAlignment(placed)}, ${readWay(placed)} of the way`;
}

function renderKey(placed: Placed): string {
  return `<li><span>${escapeHtml(placed.name)}</span> <b>${readAlignment(placed)} · ${readWay(placed)} of the way</b></li>`;
}

function renderNumbers(
  caption: string,
  scripts: readonly Floor[],
  placed: readonly Placed[],
): string {
  const rows = scripts.map((floor) => [
    floor.name,
    renderInterval({ mean: floor.alignment, half_width: floor.alignment_half_width }),
    renderNumber(floor.of_the_way_to_right_question, 2),
    renderNumber(floor.of_the_way_to_oracle, 2),
    floor.summary,
  ]);
  const policies = placed.map((each) => [
    each.name,
    readAlignment(each),
    readWay(each),
    renderNumber(each.scores.scale?.of_the_way_to_oracle ?? null, 2),
    '',
  ]);
  return renderHtmlTable({
    caption,
    head: ['who', 'alignment', 'to right_question', 'to oracle', 'what it does'],
    rows: [...rows, ...policies],
  });
}
