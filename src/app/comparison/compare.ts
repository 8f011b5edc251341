/** Trains several ways on several seeds, measures all on the same held-out people, and sums up. */
import * as path from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import { summarizeArms, type ArmRun, type ArmSummary } from '../../eval/index.ts';
import { markFolder } from '../../runlog/index.ts';
import { pickParts, type WorldParts } from '../../worlds/index.ts';
import { createContext, type AppContext } from '../context.ts';
import type { SettingsSource } from '../settings/resolve.ts';
import { refuseUnused } from '../settings/unused.ts';
import { checkArm, completeArmRun, type ArmPlan } from './arm-runs.ts';
import { loadComparison, pickArms, type Comparison } from './comparison-file.ts';

export type CompareOptions = Partial<AppContext> &
  SettingsSource &
  WorldParts & {
    /** One that comes with the package by name, a JSON file, or one in full. */
    readonly comparison: string | Comparison;
    /** Directory of all its runs. What is finished there is read back, if its settings are the same. */
    readonly out: string;
    /** Only these arms; all by default. */
    readonly arms?: readonly string[] | undefined;
    /** 1, 2 and 3 by default. */
    readonly seeds?: readonly number[] | undefined;
  };

export type CompareResult = {
  readonly format: 1;
  readonly title: string;
  readonly command: string;
  readonly arms: readonly ArmSummary[];
  readonly runs: readonly ArmRun[];
};

/**
 * Compares, and writes `comparison.json`. Everything that can be wrong with any arm is found before the
 * first is trained. Throws `ConfigError`, also where an arm that is there was made with other
 * settings, and `AbortedError` with everything saved.
 */
export async function compare(options: CompareOptions): Promise<CompareResult> {
  const { out, seeds = [1, 2, 3] } = options;
  const context = createContext(options);
  refuseUnused(
    options,
    {
      allBut: [
        ...['models.policy.', 'seed', 'evaluation.beforeAndAfter', 'evaluation.bestOf'],
        'engine.decodeBits',
      ],
    },
    'A comparison',
  );
  const comparison =
    typeof options.comparison === 'string'
      ? loadComparison(options.comparison)
      : options.comparison;
  const arms = pickArms(comparison, options.arms);
  const { preset, settings, flags } = options;
  const source = { ...(preset === undefined ? {} : { preset }), settings, flags };
  const parts = pickParts(options);
  const plans = arms.flatMap(([arm, { isBase }]): ArmPlan[] =>
    (isBase === true ? seeds.slice(0, 1) : seeds).map((seed) => {
      return { comparison, arm, seed, source, parts, directory: out };
    }),
  );
  for (const plan of plans) checkArm(plan);
  markFolder(out, 'comparison', isEarlierComparison);
  const runs: ArmRun[] = [];
  for (const [index, plan] of plans.entries()) {
    context.log(`${index + 1}/${plans.length} ${plan.arm}, seed ${plan.seed}`);
    runs.push(await completeArmRun(plan, context));
  }
  const titles = new Map(arms.map(([arm, { title }]) => [arm, title]));
  const { command } = context;
  const content = { format: 1, title: comparison.title, command } as const;
  const result = { ...content, arms: summarizeArms(runs, titles), runs };
  writeFileAtomic(path.join(out, 'comparison.json'), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

/** Recognises what comparisons left before they were marked. */
function isEarlierComparison(names: readonly string[]): boolean {
  const known = /^(?:comparison\.json|report\.html|base-[0-9a-f]{8}|[a-z0-9+-]+-seed-\d+)$/u;
  return names.every((name) => known.test(name));
}
