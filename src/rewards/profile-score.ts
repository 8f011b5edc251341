/**
 * How well an inferred profile agrees with the truth.
 *
 * Items match one to one and by program, so the score is bounded whatever the policy writes: it
 * cannot see lines, order or spelling, and a repeated item counts against precision.
 */
import { itemKey } from '../profile/index.ts';
import type { Profile } from '../profile/index.ts';
import type { ProfileScore } from './types.ts';

/** Builds a score from counts; nothing inferred is fully precise, nothing true is fully recalled. */
export function scoreFromCounts(matched: number, inferred: number, truth: number): ProfileScore {
  return {
    matched,
    precision: inferred === 0 ? 1 : matched / inferred,
    recall: truth === 0 ? 1 : matched / truth,
    f1: inferred + truth === 0 ? 1 : (2 * matched) / (inferred + truth),
  };
}

/**
 * Computes precision, recall and F1 = 2 matched / (inferred + true).
 * Range [0, 1]; both profiles empty gives 1. Source: Zhao et al. 2025, profile reward.
 * Deviation: the match is by item identity, one to one, not counted by a language model.
 */
export function computeProfileScore(inferred: Profile, truth: Profile): ProfileScore {
  const open = new Map<string, number>();
  for (const item of truth) open.set(itemKey(item), (open.get(itemKey(item)) ?? 0) + 1);
  let matched = 0;
  for (const item of inferred) {
    const left = open.get(itemKey(item)) ?? 0;
    if (left > 0) {
      matched += 1;
      open.set(itemKey(item), left - 1);
    }
  }
  return scoreFromCounts(matched, inferred.length, truth.length);
}
