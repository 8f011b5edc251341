/** `rlpa compare`: the same people, seeds and budget for several ways of training. */
import * as path from 'node:path';
import { compare, loadComparison, type Comparison } from '../../app/index.ts';
import {
  computeLeftOutLoss,
  renderArmMatrix,
  renderArms,
  renderInterval,
  type ArmMetric,
  type ArmRun,
  type ArmSummary,
} from '../../eval/index.ts';
import { defineRunner } from '../command.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';
import { requireOut } from '../require-out.ts';

type CompareFlags = SettingsFlags & {
  readonly comparison: string;
  readonly out?: string;
  readonly arms?: readonly string[];
  readonly seeds?: readonly number[];
  readonly json?: boolean;
};

export const runCompare = defineRunner<CompareFlags>(async (options, context) => {
  const { arms, seeds } = options;
  const comparison = loadComparison(options.comparison);
  const out = requireOut(options.out, 'compare');
  const source = await readSource(options);
  const result = await compare({ ...context, ...source, comparison, out, arms, seeds });
  if (options.json === true) {
    context.print(JSON.stringify(result));
    return;
  }
  const file = path.join(out, 'comparison.json');
  context.print(
    `${renderSummaries(comparison, result.arms, result.runs)}\n\nAll figures: ${file}\nAs a page: ${context.rlpa} report ${out}`,
  );
});

function renderLeftOut(runs: readonly ArmRun[], metric: ArmMetric): string[] {
  const loss = computeLeftOutLoss(runs, metric);
  if (loss === null) return [];
  const families = Object.entries(loss.families).map(
    ([family, figure]) => `${family} ${renderInterval(figure)}`,
  );
  return [
    '',
    `Lost in ${metric} on the family left out: ${renderInterval(loss.mean)} (${families.join(', ')}).`,
  ];
}

function renderSummaries(
  { title, families }: Comparison,
  summaries: readonly ArmSummary[],
  runs: readonly ArmRun[],
): string {
  const tables = families
    .slice(0, 2)
    .flatMap((family) => ['', `Users of the family ${family}:`, '', renderArms(summaries, family)]);
  const matrices =
    families.length > 2
      ? (['alignment', 'profile_f1_disclosed'] as const).flatMap((metric) => [
          '',
          renderArmMatrix(summaries, metric),
          ...renderLeftOut(runs, metric),
        ])
      : [];
  return [
    title,
    'Held-out people, greedy, mean over turns 3 to the last; means over seeds with 95 % intervals.',
    ...tables,
    ...matrices,
  ].join('\n');
}
