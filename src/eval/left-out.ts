/**
 * What is lost on users of a family that was left out of training.
 *
 * An arm `without-F` is set against the arm `all` with the same seed, both measured on F. A seed's
 * loss is the mean over families; the interval is over seeds.
 */
import { readArmMetric, summarizeValues, type ArmMetric, type ArmRun } from './arms.ts';
import type { JsonInterval } from './world-suite.ts';

export type LeftOutLoss = {
  /** Mean over families, with an interval over the seeds that have all of them. */
  readonly mean: JsonInterval;
  readonly families: Readonly<Record<string, JsonInterval>>;
};

const leftOutPrefix = 'without-';

/** The family an arm was trained without, by its name; null for any other arm. */
export function findLeftOutFamily(arm: string, families: readonly string[]): string | null {
  const family = arm.startsWith(leftOutPrefix) ? arm.slice(leftOutPrefix.length) : null;
  return family !== null && families.includes(family) ? family : null;
}

/** Computes the loss, `all` minus `without-F` on F; null where no seed has both for any family. */
export function computeLeftOutLoss(runs: readonly ArmRun[], metric: ArmMetric): LeftOutLoss | null {
  const read = (arm: string, seed: number, family: string): number | null => {
    const scores = runs.find((run) => run.arm === arm && run.seed === seed)?.families[family];
    return scores === undefined ? null : readArmMetric(scores, metric);
  };
  const leftOut = new Set(
    runs.flatMap(({ arm, families }) => findLeftOutFamily(arm, Object.keys(families)) ?? []),
  );
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const losses = seeds.map((seed) =>
    [...leftOut].flatMap((family) => {
      const among = read('all', seed, family);
      const without = read(`${leftOutPrefix}${family}`, seed, family);
      return among === null || without === null ? [] : [{ family, loss: among - without }];
    }),
  );
  if (losses.every((each) => each.length === 0)) return null;
  const complete = losses.filter((each) => each.length === leftOut.size);
  return {
    mean: summarizeValues(
      complete.map((each) => each.reduce((sum, { loss }) => sum + loss, 0) / each.length),
    ),
    families: Object.fromEntries(
      [...leftOut].map((family) => [
        family,
        summarizeValues(
          losses.flat().flatMap((each) => (each.family === family ? [each.loss] : [])),
        ),
      ]),
    ),
  };
}
