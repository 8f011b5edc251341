/** The response reward: the product of the five criteria. No partial credit, as in the paper. */
import { criterionNames } from './types.ts';
import type { Verdict } from './types.ts';

/** Computes the product of the five criteria, 0 or 1; null (masked) when there is no verdict. */
export function computeAlignment(verdict: Verdict | null): number | null {
  if (verdict === null) return null;
  return criterionNames.reduce<number>((product, name) => product * verdict.criteria[name], 1);
}
