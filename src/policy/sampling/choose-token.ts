/**
 * Picks one token from a row of probabilities.
 *
 * The log-probability that is recorded is always that of the full distribution at temperature 1,
 * because that is what the trainer differentiates; temperature and truncation only steer the choice.
 * The softmax is the graph's: here a plain draw only adds numbers up, and truncation sorts only the
 * likely part of the vocabulary.
 * Top-k: Fan et al. 2018. Top-p: Holtzman et al. 2020. Min-p: Nguyen et al. 2024.
 */
import type { RandomSource } from '../../base/index.ts';
import type { SamplingOptions } from '../../chat/index.ts';

export type ChosenToken = { readonly id: number; readonly logprob: number };

/** Chooses from `shares[start .. start + size)`. Greedy at temperature 0 (lowest id wins ties). */
export function chooseToken(
  shares: Float32Array,
  start: number,
  size: number,
  sampling: SamplingOptions,
  random: RandomSource,
): ChosenToken {
  const row = shares.subarray(start, start + size);
  const id = sampling.temperature === 0 ? findLargest(row) : draw(row, sampling, random.next());
  return { id, logprob: Math.log(row[id]!) };
}

function findLargest(row: Float32Array): number {
  let best = 0;
  for (let id = 1; id < row.length; id += 1) if (row[id]! > row[best]!) best = id;
  return best;
}

function draw(row: Float32Array, sampling: SamplingOptions, uniform: number): number {
  const { temperature, topK = 0, topP = 1, minP = 0 } = sampling;
  if (temperature === 1 && topK === 0 && topP >= 1 && minP === 0) return drawPlain(row, uniform);
  const kept = keepLikely(row, sampling);
  let left = uniform * kept.reduce((sum, { share }) => sum + share, 0);
  for (const { id, share } of kept) {
    left -= share;
    if (left < 0) return id;
  }
  return kept[kept.length - 1]!.id;
}

function drawPlain(row: Float32Array, uniform: number): number {
  let left = uniform;
  for (let id = 0; id < row.length; id += 1) {
    left -= row[id]!;
    if (left < 0) return id;
  }
  // Shares add up to 1 but for rounding: the likeliest token takes the crumb that is missing.
  return findLargest(row);
}

type Candidate = { readonly id: number; readonly share: number };

/** How far below the largest share candidates are looked for at first, and by how much further. */
const reach = 2 ** -12;

/**
 * Shares at the temperature, sorted by falling share, cut by min-p, top-k and top-p. Looks at ever
 * smaller shares until none beyond could be kept.
 */
function keepLikely(row: Float32Array, sampling: SamplingOptions): readonly Candidate[] {
  const { temperature, topK = 0, topP = 1, minP = 0 } = sampling;
  const largest = row[findLargest(row)]!;
  const power = 1 / temperature;
  const heat = (share: number): number => (share / largest) ** power;
  let total = 0;
  if (topP < 1) for (const share of row) total += share > 0 ? heat(share) : 0;
  for (let floor = reach; ; floor *= reach) {
    const candidates: Candidate[] = [];
    for (let id = 0; id < row.length; id += 1) {
      const share = row[id]!;
      if (share <= 0 || share < largest * floor) continue;
      candidates.push({ id, share: heat(share) });
    }
    const isAll = largest * floor < 1e-45;
    const isPastMinP = minP > 0 && heat(largest * floor) < minP;
    const isPastTopK = topK > 0 && candidates.length >= topK;
    const mass = topP < 1 ? candidates.reduce((sum, { share }) => sum + share, 0) : 0;
    // Top-p counts from what min-p and top-k leave, so all of it must be in sight.
    const isPastTopP = topP < 1 && minP === 0 && topK === 0 && mass >= topP * total;
    if (!(isAll || isPastMinP || isPastTopK || isPastTopP)) continue;
    candidates.sort((a, b) => b.share - a.share || a.id - b.id);
    return truncate(candidates, { topK, topP, minP, total: isPastTopP ? total : undefined });
  }
}

/** Applies min-p, then top-k, then top-p to candidates sorted by falling share; keeps at least one. */
function truncate(
  candidates: readonly Candidate[],
  limits: {
    readonly topK: number;
    readonly topP: number;
    readonly minP: number;
    /** Total of all shares, where the candidates are only the likely ones. */
    readonly total: number | undefined;
  },
): readonly Candidate[] {
  const floor = limits.minP * candidates[0]!.share;
  let kept = candidates.filter(({ share }) => share >= floor);
  if (limits.topK > 0) kept = kept.slice(0, limits.topK);
  if (limits.topP >= 1) return kept;
  const total = limits.total ?? kept.reduce((sum, { share }) => sum + share, 0);
  const target = limits.topP * total;
  let reached = 0;
  const end = kept.findIndex(({ share }) => (reached += share) >= target);
  return end < 0 ? kept : kept.slice(0, end + 1);
}
