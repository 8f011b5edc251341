/** A comparison as one HTML page: what came out, every arm as a dot, curves by turn, the matrix. */
import { measuresInWords } from '../measures-in-words.ts';
import * as path from 'node:path';
import {
  fewestSeeds,
  renderInterval,
  summarizeValues,
  listMeasured,
  type ArmMetric,
  type ArmSummary,
  type ComparedMetric,
} from '../../eval/index.ts';
import { compareTurns, type FigureSection, type FigureSeries } from '../figures.ts';
import { escapeHtml, renderHtmlTable } from '../html.ts';
import { nameOf } from '../load/index.ts';
import { renderFindings, renderHeadline, renderShell } from '../shell.ts';
import { renderFigureSection } from '../render-figure.ts';
import { renderDotPlot } from './dot-plot.ts';
import { isUntrained, judgeComparison } from './judge-comparison.ts';
import { loadComparisonData, nameArmRun, type ComparisonData } from './load-comparison.ts';

/** Families that are drawn; the matrix has all of them. */
const drawnFamilies = 2;

/** Trained arms a chart by turn holds; more lines than that cannot be followed. */
const drawnArms = 4;

/** Composes the page. Throws as `loadComparisonData` does. */
export async function composeComparisonReport(directory: string): Promise<string> {
  const data = loadComparisonData(directory);
  const curves = await Promise.all(describeCurves(data).map(renderFigureSection));
  const name = nameOf(path.resolve(directory));
  return renderShell({
    title: `${name} · rlpa comparison`,
    brand: 'rlpa comparison',
    heading: data.title,
    skipTo: 'arms',
    scripts: ['dom.js', 'chart-hover.js'],
    sections: [
      { id: 'verdict', name: 'What came out', html: renderVerdict(data) },
      { id: 'arms', name: 'Every arm', html: renderArmPlots(data) },
      { id: 'curves', name: 'Turn by turn', html: curves.join('\n') },
      ...(data.families.length > drawnFamilies
        ? [{ id: 'matrix', name: 'Trained on, measured on', html: renderMatrices(data) }]
        : []),
      { id: 'runs', name: 'Figures and runs', html: renderTables(data) + renderRuns(data) },
    ],
  });
}

function renderVerdict(data: ComparisonData): string {
  const [headline, ...findings] = judgeComparison(data);
  return `${headline === undefined ? '' : renderHeadline(headline)}${renderFindings(findings)}
<p class="aside">${measuresInWords} Measured on held-out people, the same for every arm and seed, greedy, means over turns 3 on. Each ± is a 95 % interval over seeds, on these people; of many such intervals some miss. Differences are taken seed by seed. The confidence in the best arm holds over all arms together.</p>`;
}

const plotted: readonly {
  readonly metric: ArmMetric;
  readonly title: string;
  readonly caption: string;
  readonly digits: number;
}[] = [
  {
    metric: 'alignment',
    title: 'Alignment',
    caption: 'Does the reply suit the person?',
    digits: 3,
  },
  {
    metric: 'of_the_way_to_right_question',
    title: 'Of the way to the right question',
    caption: 'Alignment over all turns: 0 as a script that remembers nothing, 1 as the best.',
    digits: 2,
  },
  {
    metric: 'needs_asked_rate',
    title: 'Announced needs asked about',
    caption: 'Does it ask in time for what will be wanted?',
    digits: 2,
  },
  {
    metric: 'profile_f1_disclosed',
    title: 'Profile F1, disclosed',
    caption: 'Is what was told written down, and nothing else?',
    digits: 3,
  },
  {
    metric: 'disclosed_items',
    title: 'Items told by the last turn',
    caption: 'Does it ask so that people tell?',
    digits: 1,
  },
  {
    metric: 'tokens_per_turn',
    title: 'Tokens a turn',
    caption: 'What an output costs.',
    digits: 1,
  },
];

function renderArmPlots({ arms, families }: ComparisonData): string {
  return families
    .slice(0, drawnFamilies)
    .map((family) => {
      const plots = plotted.map(({ metric, ...texts }) =>
        renderDotPlot({
          ...texts,
          dots: arms.map((arm) => ({
            name: arm.title,
            figure: arm.families[family]?.[metric] ?? { mean: null, half_width: null },
            isBaseline: isUntrained(arm),
          })),
        }),
      );
      return `<h3>Users of the family ${escapeHtml(family)}</h3><div class="plots">${plots.join('')}</div>`;
    })
    .join('\n');
}

const curveMetrics: readonly (readonly [ComparedMetric, string, string])[] = [
  ['alignment', 'Alignment', 'A line that falls loses the thread as the talk goes on.'],
  ['profile_f1_disclosed', 'Profile F1', 'Kept profile against what the person has told so far.'],
  ['profile_f1_full', 'F1 against everything', 'It can only rise as fast as the person tells.'],
];

/** By turn: what the arms start from, and those that end highest in alignment. */
function describeCurves(data: ComparisonData): FigureSection[] {
  return data.families.slice(0, drawnFamilies).map((family) => {
    const meanOf = (arm: ArmSummary): number => arm.families[family]?.alignment?.mean ?? -Infinity;
    const best = data.arms
      .filter((arm) => !isUntrained(arm))
      .sort((a, b) => meanOf(b) - meanOf(a))
      .slice(0, drawnArms);
    const shown = [...data.arms.filter(isUntrained).slice(0, 1), ...best];
    const left = data.arms.length - shown.length;
    const figures = curveMetrics.map(([metric, title, caption]) => {
      const series = shown.map((arm) => ({
        name: arm.title,
        isBaseline: isUntrained(arm),
        ...describeByTurn(data, arm.arm, family, metric),
      }));
      return compareTurns(title, caption, series);
    });
    const rest = left > 0 ? `, the ${drawnArms} arms highest in alignment` : '';
    return { title: `Users of the family ${family}${rest}, means over seeds`, figures };
  });
}

function describeByTurn(
  { runs }: ComparisonData,
  arm: string,
  family: string,
  metric: ComparedMetric,
): Pick<FigureSeries, 'values' | 'halfWidths'> {
  const rows = runs.flatMap((run) =>
    run.arm === arm ? [run.families[family]?.[metric] ?? []] : [],
  );
  const turns = Math.max(0, ...rows.map((row) => row.length));
  const intervals = Array.from({ length: turns }, (_, turn) =>
    summarizeValues(rows.flatMap((row) => row[turn] ?? [])),
  );
  return {
    values: intervals.map(({ mean }) => mean),
    halfWidths: intervals.map(({ half_width }) => (rows.length < fewestSeeds ? null : half_width)),
  };
}

function renderMatrices(data: ComparisonData): string {
  const note =
    '<p class="aside">Rows are trained on, columns measured on; the stronger the shade, the higher. A framed figure is a family that its row left out.</p>';
  const matrices = (['alignment', 'profile_f1_disclosed'] as const).map(
    (metric) =>
      `<h3>${metric === 'alignment' ? 'Alignment' : 'Profile F1, disclosed'}</h3>${renderMatrix(data, metric)}`,
  );
  return note + matrices.join('');
}

/** Shades of the matrix, from the lowest figure to the highest. */
const shades = 6;

function renderMatrix({ arms, families }: ComparisonData, metric: ArmMetric): string {
  const means = arms.flatMap((arm) =>
    families.flatMap((family) => arm.families[family]?.[metric]?.mean ?? []),
  );
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const shade = (mean: number): number =>
    Math.min(shades - 1, Math.floor((shades * (mean - low)) / (high - low || 1)));
  const rows = arms.map((arm) => {
    const cells = families.map((family) => {
      const figure = arm.families[family]?.[metric] ?? { mean: null, half_width: null };
      if (figure.mean === null) return '<td>–</td>';
      const frame = family === arm.leavesOut?.family ? ' framed' : '';
      return `<td class="shade-${shade(figure.mean)}${frame}">${renderInterval(figure)}</td>`;
    });
    return `<tr><th scope="row">${escapeHtml(arm.title)}</th>${cells.join('')}</tr>`;
  });
  const heads = families.map((family) => `<th scope="col">${escapeHtml(family)}</th>`).join('');
  return `<div class="scroll wide" tabindex="0" role="group" aria-label="${metric} of every arm on every family"><table class="matrix"><thead><tr><th scope="col">trained</th>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const columns: readonly (readonly [ArmMetric, string, number])[] = [
  ['alignment', 'alignment', 3],
  ['alignment_all_turns', 'alignment, all turns', 3],
  ['of_the_way_to_right_question', 'of the way to the right question', 3],
  ['needs_asked_rate', 'announced needs asked about', 3],
  ['other_questions', 'other questions', 2],
  ['profile_f1_disclosed', 'profile F1, disclosed', 3],
  ['profile_f1_full', 'profile F1, everything', 3],
  ['disclosed_items', 'items told', 1],
  ['format_rate', 'format rate', 3],
  ['tokens_per_turn', 'tokens a turn', 1],
  ['profile_block_words', 'words of a block', 1],
];

function renderTables({ arms, families }: ComparisonData): string {
  return families
    .map((family) => {
      const caption = `Users of the family ${family}`;
      const measured = listMeasured(arms, family);
      const shown = columns.filter(([metric]) => measured.includes(metric));
      const table = renderHtmlTable({
        caption,
        head: ['arm', 'seeds', ...shown.map(([, title]) => title)],
        rows: arms.map((arm) => [
          arm.title,
          String(arm.seeds.length),
          ...shown.map(([metric, , digits]) =>
            renderInterval(arm.families[family]?.[metric] ?? { mean: null, half_width: null }, {
              digits,
            }),
          ),
        ]),
      });
      return `<details><summary>${escapeHtml(caption)}</summary>${table}</details>`;
    })
    .join('\n');
}

function renderRuns({ runs, reported }: ComparisonData): string {
  const rows = runs.map((run) => {
    const name = nameArmRun(run);
    const shown = reported.includes(name)
      ? `<a href="${encodeURIComponent(name)}/report.html">${escapeHtml(name)}</a>`
      : escapeHtml(name);
    return `<tr><th scope="row">${shown}</th><td>${run.tokens.toLocaleString('en')}</td><td>${(run.seconds / 60).toFixed(1)}</td></tr>`;
  });
  return `<details><summary>Runs (${runs.length})</summary><div class="scroll" tabindex="0" role="group" aria-label="Runs"><table><thead><tr><th scope="col">run</th><th scope="col">sampled tokens</th><th scope="col">minutes of training</th></tr></thead><tbody>${rows.join('')}</tbody></table></div><p class="aside">A run has a page of its own once rlpa report was given its directory.</p></details>`;
}
