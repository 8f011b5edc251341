/**
 * Credit for every token of an iteration's episodes, with a critic or by comparison.
 *
 * `ppo`: GAE over turns and inside of them, see `trajectory-gae.ts`. `grpo` and `rloo` compare the
 * tries of a group (same persona and situation) at the same turn, see `group-credit.ts`; `reinforce++`
 * compares with the whole batch, by the normalisation at the end. Without a critic, the
 * level decides what is credited alike: `token` tells the profile block (its reward and everything
 * later) from the reply (everything but the block's reward), `turn` and `episode` do not.
 * Sources: GAE, Schulman et al. 2016, arXiv 1506.02438; GRPO, Shao et al. 2024, arXiv 2402.03300;
 * RLOO, Ahmadian et al. 2024, arXiv 2402.14740; REINFORCE++, Hu 2025, arXiv 2501.03262.
 */
import { joinChains } from './chains.ts';
import { compareTurns, creditReturns, type RawCredit } from './group-credit.ts';
import { computeGroupAdvantages, computeLeaveOneOut, normaliseAdvantages } from './math/index.ts';
import { normalisesAdvantages, type AlgorithmName } from './algorithms.ts';
import type { PpoSettings } from './settings.ts';
import { listLearntTokens, type Trajectory } from './trajectory.ts';
import { computeTrajectoryGae } from './trajectory-gae.ts';

/** One entry per token of the conversation, 0 on tokens that are not learnt. */
export type TokenCredit = {
  readonly advantages: Float32Array;
  /** Value targets; absent without a critic. */
  readonly returns?: Float32Array;
};

export type CreditSettings = Pick<
  PpoSettings,
  'advantageLevel' | 'discount' | 'turnLambda' | 'tokenLambda' | 'normaliseAdvantages'
> & { readonly algorithm: AlgorithmName };

/**
 * Computes the credit of every trajectory. Credit runs along a conversation also where each turn is a
 * sequence of its own.
 */
export function computeTokenCredits(
  trajectories: readonly Trajectory[],
  valueEstimates: readonly (ArrayLike<number> | undefined)[],
  settings: CreditSettings,
): TokenCredit[] {
  const conversations = joinChains(trajectories);
  const values = joinValues(trajectories, valueEstimates);
  const raw = computeRawCredits(conversations, values, settings);
  const learnt = conversations.map(listLearntTokens);
  const flat = learnt.flatMap((indices, row) =>
    indices.map((index) => raw[row]!.advantages[index]!),
  );
  const scaled = normalisesAdvantages(settings) ? normaliseAdvantages(flat) : flat;
  let next = 0;
  const credits = conversations.map((conversation, row): TokenCredit => {
    const advantages = new Float32Array(conversation.ids.length);
    for (const index of learnt[row]!) advantages[index] = scaled[next++]!;
    const returns = raw[row]!.returns;
    return returns === undefined
      ? { advantages }
      : { advantages, returns: Float32Array.from(returns) };
  });
  return splitCredits(trajectories, credits);
}

/** Value estimates of each conversation; absent where any of its sequences has none. */
function joinValues(
  trajectories: readonly Trajectory[],
  estimates: readonly (ArrayLike<number> | undefined)[],
): (ArrayLike<number> | undefined)[] {
  const joined: (number[] | undefined)[] = [];
  trajectories.forEach(({ continues }, row) => {
    const own = estimates[row] === undefined ? undefined : Array.from(estimates[row]);
    if (!continues) joined.push(own);
    else if (own !== undefined) joined.at(-1)?.push(...own);
  });
  return joined;
}

/** Cuts each conversation's credit back into its sequences. */
function splitCredits(
  trajectories: readonly Trajectory[],
  credits: readonly TokenCredit[],
): TokenCredit[] {
  let row = -1;
  let start = 0;
  return trajectories.map(({ continues, ids }) => {
    if (!continues) {
      row += 1;
      start = 0;
    }
    const { advantages, returns } = credits[row]!;
    const end = start + ids.length;
    const own = {
      advantages: advantages.subarray(start, end),
      ...(returns === undefined ? {} : { returns: returns.subarray(start, end) }),
    };
    start = end;
    return own;
  });
}

function computeRawCredits(
  trajectories: readonly Trajectory[],
  valueEstimates: readonly (ArrayLike<number> | undefined)[],
  settings: CreditSettings,
): RawCredit[] {
  switch (settings.algorithm) {
    case 'grpo':
      return compareTurns(trajectories, settings, computeGroupAdvantages);
    case 'rloo':
      return compareTurns(trajectories, settings, computeLeaveOneOut);
    case 'reinforce++':
      return creditReturns(trajectories, settings);
    default:
      return trajectories.map((trajectory, row) =>
        computeTrajectoryGae(trajectory, valueEstimates[row]!, settings),
      );
  }
}
