/**
 * Picks one token from a row of logits.
 *
 * The log-probability that is recorded is always that of the full distribution at temperature 1,
 * because that is what the trainer differentiates; temperature and truncation only steer the choice.
 * Top-k: Fan et al. 2018. Top-p: Holtzman et al. 2020. Min-p: Nguyen et al. 2024.
 */
import type { RandomSource } from '../base/index.ts';
import type { SamplingOptions } from '../chat/index.ts';

export type ChosenToken = { readonly id: number; readonly logprob: number };

/** Chooses from `logits[start .. start + size)`. Greedy at temperature 0 (lowest id wins ties). */
export function chooseToken(
  logits: Float32Array,
  start: number,
  size: number,
  sampling: SamplingOptions,
  random: RandomSource,
): ChosenToken {
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < size; id += 1) {
    const logit = logits[start + id]!;
    if (logit > highest) {
      highest = logit;
      best = id;
    }
  }
  let mass = 0;
  for (let id = 0; id < size; id += 1) mass += Math.exp(logits[start + id]! - highest);
  const id =
    sampling.temperature === 0
      ? best
      : draw(logits, start, size, highest, mass, sampling, random.next());
  return { id, logprob: logits[start + id]! - highest - Math.log(mass) };
}

function draw(
  logits: Float32Array,
  start: number,
  size: number,
  highest: number,
  mass: number,
  sampling: SamplingOptions,
  uniform: number,
): number {
  const { temperature, topK = 0, topP = 1, minP = 0 } = sampling;
  const isPlain = temperature === 1 && topK === 0 && topP >= 1 && minP === 0;
  if (isPlain) {
    let left = uniform * mass;
    for (let id = 0; id < size; id += 1) {
      left -= Math.exp(logits[start + id]! - highest);
      if (left < 0) return id;
    }
    return lastPossible(logits, start, size);
  }
  const candidates = Array.from({ length: size }, (_, id) => ({
    id,
    share: Math.exp((logits[start + id]! - highest) / temperature),
  }));
  candidates.sort((a, b) => b.share - a.share || a.id - b.id);
  const kept = truncate(candidates, topK, topP, minP);
  let left = uniform * kept.reduce((sum, { share }) => sum + share, 0);
  for (const { id, share } of kept) {
    left -= share;
    if (left < 0) return id;
  }
  return kept[kept.length - 1]!.id;
}

type Candidate = { readonly id: number; readonly share: number };

/** Applies min-p, then top-k, then top-p to candidates sorted by falling share; keeps at least one. */
function truncate(
  candidates: readonly Candidate[],
  topK: number,
  topP: number,
  minP: number,
): readonly Candidate[] {
  const floor = minP * candidates[0]!.share;
  let kept = candidates.filter(({ share }) => share >= floor);
  if (topK > 0) kept = kept.slice(0, topK);
  if (topP >= 1) return kept;
  const target = topP * kept.reduce((sum, { share }) => sum + share, 0);
  let reached = 0;
  const end = kept.findIndex(({ share }) => (reached += share) >= target);
  return end < 0 ? kept : kept.slice(0, end + 1);
}

/** Rounding may leave a crumb of mass: the last token that can occur takes it. */
function lastPossible(logits: Float32Array, start: number, size: number): number {
  for (let id = size - 1; id > 0; id -= 1) {
    if (logits[start + id]! > Number.NEGATIVE_INFINITY) return id;
  }
  return 0;
}
