/**
 * Draws one token from a row of probabilities: greedily, from all of them, or from what top-k, top-p
 * (the nucleus) and min-p keep.
 *
 * The softmax at the temperature is the graph's: here a plain draw only adds numbers up, and truncation
 * sorts only the likely part of the vocabulary. The log-probability that is recorded is that of the full
 * distribution, because that is what the trainer differentiates; truncation only steers the choice, and
 * so does greed.
 * Top-k: Fan et al. 2018. Top-p: Holtzman et al. 2020. Min-p: Nguyen et al. 2024.
 */
import { EngineError, type RandomSource } from '../../base/index.ts';
import type { SamplingOptions } from '../../chat/index.ts';
import type { SampledToken } from '../backend.ts';

/**
 * Samples from `probabilities[start .. start + size)`, which are at the temperature already. Greedy at
 * temperature 0 (lowest id wins ties). Throws `EngineError` where they are no probabilities, as
 * damaged weights give them.
 */
export function sampleToken(
  probabilities: Float32Array,
  start: number,
  size: number,
  sampling: SamplingOptions,
  random: RandomSource,
): SampledToken {
  const row = probabilities.subarray(start, start + size);
  const { temperature, topK = 0, topP = 1, minP = 0 } = sampling;
  if (temperature === 0) return describeToken(row, findMode(row));
  const isWhole = topK === 0 && topP >= 1 && minP === 0;
  const uniform = random.next();
  return describeToken(
    row,
    isWhole
      ? drawFromAll(row, uniform)
      : drawCandidate(selectCandidates(row, { topK, topP, minP }), uniform),
  );
}

const describeToken = (row: Float32Array, id: number): SampledToken => ({
  id,
  logprob: Math.log(row[id]!),
});

function findMode(row: Float32Array): number {
  let best = 0;
  let total = 0;
  for (let id = 0; id < row.length; id += 1) {
    total += row[id]!;
    if (row[id]! > row[best]!) best = id;
  }
  // One NaN or infinity among them spoils the sum.
  if (!(total > 0 && total < Infinity)) throw describeNonFinite(total);
  return best;
}

/** Draws from what top-k, top-p and min-p keep. */
function drawCandidate(candidates: readonly Candidate[], uniform: number): number {
  let left = uniform * candidates.reduce((sum, { probability }) => sum + probability, 0);
  for (const { id, probability } of candidates) {
    left -= probability;
    if (left < 0) return id;
  }
  return candidates[candidates.length - 1]!.id;
}

function drawFromAll(row: Float32Array, uniform: number): number {
  let left = uniform;
  for (let id = 0; id < row.length; id += 1) {
    left -= row[id]!;
    if (left < 0) return id;
  }
  // They add up to 1 but for rounding: the likeliest token takes the crumb that is missing.
  return findMode(row);
}

type Candidate = { readonly id: number; readonly probability: number };

/** What of a row is drawn from. */
type Truncation = { readonly topK: number; readonly topP: number; readonly minP: number };

/** How far below the likeliest token candidates are looked for at first, and by how much further. */
const reach = 2 ** -12;

/**
 * Candidates by falling probability, cut by min-p, top-k and top-p. Looks at ever less likely tokens
 * until none beyond could be kept.
 */
function selectCandidates(row: Float32Array, truncation: Truncation): readonly Candidate[] {
  const { topK, topP, minP } = truncation;
  const largest = row[findMode(row)]!;
  for (let floor = reach; ; floor *= reach) {
    const candidates: Candidate[] = [];
    for (let id = 0; id < row.length; id += 1) {
      const probability = row[id]!;
      if (probability <= 0 || probability < largest * floor) continue;
      candidates.push({ id, probability });
    }
    const isAll = largest * floor < 1e-45;
    const isPastMinP = minP > 0 && floor < minP;
    const isPastTopK = topK > 0 && candidates.length >= topK;
    const mass = topP < 1 ? candidates.reduce((sum, { probability }) => sum + probability, 0) : 0;
    // Top-p counts from what min-p and top-k leave, so all of it must be in sight.
    const isPastTopP = topP < 1 && minP === 0 && topK === 0 && mass >= topP;
    if (!(isAll || isPastMinP || isPastTopK || isPastTopP)) continue;
    candidates.sort((a, b) => b.probability - a.probability || a.id - b.id);
    return truncate(candidates, truncation, isPastTopP ? 1 : undefined);
  }
}

/**
 * Applies min-p, then top-k, then top-p to candidates by falling probability; keeps at least one. `total` is
 * that of the whole vocabulary, where the candidates are only its likely part.
 */
function truncate(
  candidates: readonly Candidate[],
  { topK, topP, minP }: Truncation,
  total: number | undefined,
): readonly Candidate[] {
  const floor = minP * candidates[0]!.probability;
  let kept = candidates.filter(({ probability }) => probability >= floor);
  if (topK > 0) kept = kept.slice(0, topK);
  if (topP >= 1) return kept;
  const nucleus = topP * (total ?? kept.reduce((sum, { probability }) => sum + probability, 0));
  let reached = 0;
  const end = kept.findIndex(({ probability }) => (reached += probability) >= nucleus);
  return end < 0 ? kept : kept.slice(0, end + 1);
}

function describeNonFinite(total: number): EngineError {
  return new EngineError(
    'probabilities_not_finite',
    `Expected the probabilities of the next token to add up to 1, found ${total}.`,
    { hint: 'The weights are damaged: use another model folder, or an earlier checkpoint.' },
  );
}
