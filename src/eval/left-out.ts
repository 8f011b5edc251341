/**
 * What is lost on users of a family that was left out of training.
 *
 * An arm that leaves a family out names the arm it is set against, which is the same but for having
 * the family: the same seed, the same base, both measured on that family. The base must not have met
 * the family either. A seed's loss is the mean over families; the interval is over seeds.
 */
import { readArmMetric, summarizeValues, type ArmMetric, type ArmRun } from './arms.ts';
import type { JsonInterval } from './world-suite.ts';

export type LeftOutLoss = {
  /** Mean over families, with an interval over the seeds that have all of them. */
  readonly mean: JsonInterval;
  readonly families: Readonly<Record<string, JsonInterval>>;
};

type FamilyLoss = { readonly family: string; readonly loss: number };

/** Computes the loss, with the family minus without it; null where no seed has both for any family. */
export function computeLeftOutLoss(runs: readonly ArmRun[], metric: ArmMetric): LeftOutLoss | null {
  const families = [...new Set(runs.flatMap(({ leavesOut }) => leavesOut?.family ?? []))];
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const losses = seeds.map((seed) => listLosses(runs, seed, metric));
  if (losses.every((each) => each.length === 0)) return null;
  const complete = losses.filter((each) => each.length === families.length);
  return {
    mean: summarizeValues(
      complete.map((each) => each.reduce((sum, { loss }) => sum + loss, 0) / each.length),
    ),
    families: Object.fromEntries(
      families.map((family) => [
        family,
        summarizeValues(
          losses.flat().flatMap((each) => (each.family === family ? [each.loss] : [])),
        ),
      ]),
    ),
  };
}

function listLosses(runs: readonly ArmRun[], seed: number, metric: ArmMetric): FamilyLoss[] {
  const own = runs.filter((run) => run.seed === seed);
  return own.flatMap(({ leavesOut, families }) => {
    if (leavesOut === undefined) return [];
    const { family, against } = leavesOut;
    const other = own.find(({ arm }) => arm === against)?.families[family];
    const [among, without] = [other, families[family]].map((scores) =>
      scores === undefined ? null : readArmMetric(scores, metric),
    );
    return among == null || without == null ? [] : [{ family, loss: among - without }];
  });
}
