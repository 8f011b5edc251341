/** `rlpa compare`: the same people, seeds and budget for several ways of training. */
import * as path from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import {
  computeLeftOutLoss,
  renderArmMatrix,
  renderArms,
  renderInterval,
  summarizeArms,
  type ArmMetric,
  type ArmRun,
  type ArmSummary,
} from '../../eval/index.ts';
import { defineRunner } from '../command.ts';
import type { ConfigFlags } from '../../app/index.ts';
import {
  completeArmRun,
  checkArm,
  loadComparison,
  pickArms,
  type Comparison,
  requireOut,
} from '../../app/index.ts';
import { markFolder } from '../../runlog/index.ts';

type CompareOptions = ConfigFlags & {
  readonly comparison: string;
  readonly out?: string;
  readonly arms?: readonly string[];
  readonly seeds?: readonly number[];
  readonly json?: boolean;
};

export const runCompare = defineRunner<CompareOptions>(async (options, context) => {
  const { comparison: name, arms: wanted, seeds = [1, 2, 3], ...flags } = options;
  const comparison = loadComparison(name);
  const arms = pickArms(comparison, wanted);
  const directory = requireOut(options.out, 'compare');
  const plans = arms.flatMap(([arm, { isBase }]) =>
    (isBase === true ? seeds.slice(0, 1) : seeds).map((seed) => ({
      comparison,
      arm,
      seed,
      flags,
      directory,
    })),
  );
  // Everything that can be wrong with any arm is found before the first is trained.
  for (const plan of plans) checkArm(plan);
  markFolder(directory, 'comparison', isEarlierComparison);
  const runs: ArmRun[] = [];
  for (const [index, plan] of plans.entries()) {
    context.log(`${index + 1}/${plans.length} ${plan.arm}, seed ${plan.seed}`);
    runs.push(await completeArmRun(plan, context));
  }
  const titles = new Map(arms.map(([arm, { title }]) => [arm, title]));
  const summaries = summarizeArms(runs, titles);
  const file = path.join(directory, 'comparison.json');
  const command = context.command;
  const content = { format: 1, title: comparison.title, command, arms: summaries, runs };
  writeFileAtomic(file, `${JSON.stringify(content, null, 2)}\n`);
  context.print(
    options.json === true
      ? JSON.stringify(content)
      : `${renderSummaries(comparison, summaries, runs)}\n\nAll figures: ${file}\nAs a page: rlpa report ${directory}`,
  );
});

/** Recognises what comparisons left before they were marked. */
function isEarlierComparison(names: readonly string[]): boolean {
  const known = /^(?:comparison\.json|report\.html|base-[0-9a-f]{8}|[a-z0-9+-]+-seed-\d+)$/u;
  return names.every((name) => known.test(name));
}

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
