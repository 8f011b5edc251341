/**
 * GAE at two levels: over the segments of a conversation, and over the tokens of a segment.
 *
 * Between segments, where V(s) is the value estimate at the first token of s and r(s) all that s earned:
 *
 *   G(s) = r(s) + d(s) * (V(s + 1) + l(s) * A(s + 1))      what s is worth, seen from its end
 *   A(s) = G(s) - V(s)
 *   d = l = 1 from a block to its own reply; d = discount, l = turnLambda from a turn to the next
 *
 * Inside a segment, over its tokens t with discount 1, all of G(s) on the last of them and nothing after:
 *
 *   A(t) = sum over i >= t of tokenLambda^(i - t) * delta(i), which for tokenLambda = 1 is G(s) - V(t)
 *   target(t) = A(t) + V(t)
 *
 * So how much of a later turn reaches a token depends on the turns between, not on the words. At level
 * `turn`, where a turn is one segment, every token is credited with A(s); its value target stays its own.
 *
 * A masked segment has no temporal difference: its reward is taken to be what the critic expects, so
 * that what came before is neither paid nor charged for it. Its own tokens are not learnt, and get 0.
 *
 * Derivation and sources: docs/algorithms/credit.md; GAE, Schulman et al. 2016, arXiv 1506.02438.
 */
import { computeGae, type GaeResult } from './math/index.ts';
import { listSegments, type Segment } from './segments.ts';
import type { PpoSettings } from './settings.ts';
import type { Trajectory } from './trajectory.ts';

export type GaeSettings = Pick<
  PpoSettings,
  'advantageLevel' | 'discount' | 'turnLambda' | 'tokenLambda'
>;

/** A segment, its advantage, and what is still to come for it after its end. */
type CreditedSegment = Segment & { readonly advantage: number; readonly future: number };

/**
 * Computes advantages and value targets along one conversation.
 * Shape: both results have one entry per token, 0 on context and on tokens whose reward is masked.
 */
export function computeTrajectoryGae(
  trajectory: Trajectory,
  valueEstimates: ArrayLike<number>,
  settings: GaeSettings,
): GaeResult {
  const { advantageLevel, tokenLambda } = settings;
  const advantages = new Float64Array(trajectory.ids.length);
  const returns = new Float64Array(trajectory.ids.length);
  const segments = listSegments(trajectory, advantageLevel);
  for (const segment of creditSegments(segments, valueEstimates, settings)) {
    const { start, end, reward, advantage, future } = segment;
    if (reward === null) continue;
    const tokens = computeGae({
      // Each holds what was paid on it: rewards where they were earned, KL where it is charged.
      rewards: trajectory.tokenRewards.subarray(start, end),
      values: Float64Array.from(
        { length: end - start },
        (_, token) => valueEstimates[start + token]!,
      ),
      discounts: 1,
      lambdas: tokenLambda,
      bootstrapValue: future,
    });
    returns.set(tokens.returns, start);
    if (advantageLevel === 'token') advantages.set(tokens.advantages, start);
    else advantages.fill(advantage, start, end);
  }
  return { advantages, returns };
}

/** GAE with segments as steps. */
function creditSegments(
  segments: readonly Segment[],
  valueEstimates: ArrayLike<number>,
  { discount, turnLambda }: GaeSettings,
): CreditedSegment[] {
  const values = segments.map(({ start }) => valueEstimates[start]!);
  const discounts = segments.map(({ endsTurn }) => (endsTurn ? discount : 1));
  const lambdas = segments.map(({ endsTurn }) => (endsTurn ? turnLambda : 1));
  const { advantages } = computeGae({
    rewards: segments.map(({ reward }) => reward ?? 0),
    values,
    discounts,
    lambdas,
    isMasked: segments.map(({ reward }) => reward === null),
  });
  return segments.map((segment, step) => {
    const next = step + 1;
    const seen = next === segments.length ? 0 : values[next]! + lambdas[step]! * advantages[next]!;
    return { ...segment, advantage: advantages[step]!, future: discounts[step]! * seen };
  });
}
