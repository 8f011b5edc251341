/**
 * Arms against each other, seed by seed.
 *
 * Every arm is measured on the same people, and a seed draws the same training people for all, so
 * differences are taken within a seed: what the seeds share cancels. Intervals are Student-t over
 * seeds and hold for these people; they say nothing of how other people would differ. Fewer than
 * three seeds give no interval worth having, and none is given.
 */
import { computeInterval } from '../base/index.ts';
import { readArmMetric, type ArmMetric, type ArmRun } from './arms.ts';
import type { JsonInterval } from './world-suite.ts';

/** Seeds below which nothing is claimed. */
export const fewestSeeds = 3;

export type SeedDifference = {
  /** Mean over the seeds that both have; the half width is null below three of them. */
  readonly difference: JsonInterval;
  readonly seeds: number;
};

export type ComparedArms = { readonly arm: string; readonly than: string };

export type SeedMeasure = { readonly family: string; readonly metric: ArmMetric };

/** Computes `arm - than` on one family. An arm that was not trained is the same for every seed. */
export function compareArms(
  runs: readonly ArmRun[],
  { arm, than }: ComparedArms,
  measure: SeedMeasure,
  confidence = 0.95,
): SeedDifference {
  const trained = runs.filter((run) => run.tokens > 0 && [arm, than].includes(run.arm));
  const seeds = [...new Set(trained.map(({ seed }) => seed))];
  const differences = seeds.flatMap((seed) => {
    const [ours, theirs] = [arm, than].map((name) => readSeed(runs, name, seed, measure));
    return ours == null || theirs == null ? [] : [ours - theirs];
  });
  const { mean, halfWidth } = computeInterval(differences, confidence);
  return {
    difference: {
      mean: differences.length === 0 ? null : mean,
      half_width: differences.length < fewestSeeds ? null : halfWidth,
    },
    seeds: differences.length,
  };
}

function readSeed(
  runs: readonly ArmRun[],
  arm: string,
  seed: number,
  { family, metric }: SeedMeasure,
): number | null {
  const own = runs.filter((run) => run.arm === arm);
  const run = own.find((each) => each.seed === seed) ?? own.find(({ tokens }) => tokens === 0);
  const scores = run?.families[family];
  return scores === undefined ? null : readArmMetric(scores, metric);
}

/**
 * Finds the arms among which the best is, with the given confidence: those that no other arm beats.
 *
 * An arm leaves the set where another's lead over it is above 0 by a one-sided interval at level
 * (1 - confidence) / (arms - 1). The best arm leaves with at most that probability for each of the
 * others, hence with at most 1 - confidence in all, and looking for the highest mean first costs
 * nothing. Source: subset selection, Gupta 1965; Bonferroni's bound for the joint level.
 */
export function findBestArms(
  runs: readonly ArmRun[],
  arms: readonly string[],
  measure: SeedMeasure,
  confidence = 0.95,
): string[] {
  const level = 1 - (2 * (1 - confidence)) / Math.max(1, arms.length - 1);
  const leads = (arm: string, than: string): boolean => {
    const { mean, half_width } = compareArms(runs, { arm, than }, measure, level).difference;
    return mean !== null && half_width !== null && mean - half_width > 0;
  };
  return arms.filter((than) => !arms.some((arm) => arm !== than && leads(arm, than)));
}
