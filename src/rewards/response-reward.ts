/**
 * The response reward: the product of the five criteria, without partial credit, as in the paper; or the
 * grade of a judge that gives one.
 */
import { criterionNames } from './types.ts';
import type { Verdict } from './types.ts';

/** Computes the product of the five criteria, 0 or 1, or reads the grade; null (masked) when there is no verdict. */
export function computeAlignment(verdict: Verdict | null): number | null {
  if (verdict === null) return null;
  if (verdict.score !== undefined) return verdict.score;
  return criterionNames.reduce<number>((product, name) => product * verdict.criteria[name], 1);
}
