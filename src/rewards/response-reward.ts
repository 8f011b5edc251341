/** The response reward: the product of the five criteria. No partial credit, as in the paper. */
import { criterionNames } from './types.ts';
import type { Verdict } from './types.ts';

/** Computes the product of the five criteria, 0 or 1; null (masked) when there is no verdict. */
export function computeAlignment(verdict: Verdict | null): number | null {
  return verdict === null ? null : computeCriteriaProduct(verdict.criteria);
}

/** Computes the product of the five criteria, 0 or 1. */
export function computeCriteriaProduct(criteria: Verdict['criteria']): number {
  return criterionNames.reduce<number>((product, name) => product * criteria[name], 1);
}
