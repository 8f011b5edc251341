/**
 * Credit for every token of an iteration's episodes, with a critic or by comparison.
 *
 * `ppo`: GAE along each conversation, token by token or with turns as steps. `grpo` and `rloo`
 * compare the tries of a group (same persona and opening) at the same turn; `reinforce++` compares
 * with the whole batch, by the normalisation at the end, which all share. Without a critic, the
 * level decides what is credited alike: `token` tells the profile block (its reward and everything
 * later) from the reply (everything but the block's reward), `turn` and `episode` do not.
 * Sources: GAE, Schulman et al. 2016, arXiv 1506.02438; GRPO, Shao et al. 2024, arXiv 2402.03300;
 * RLOO, Ahmadian et al. 2024, arXiv 2402.14740; REINFORCE++, Hu 2025, arXiv 2501.03262.
 */
import { computeGroupAdvantages, computeLeaveOneOut, normaliseAdvantages } from './math/index.ts';
import type { AdvantageLevel, AlgorithmName, PpoSettings } from './settings.ts';
import {
  computeTrajectoryGae,
  computeTurnGae,
  joinChains,
  listPolicyTokens,
  type Trajectory,
} from './trajectory.ts';

/** One entry per token of the conversation, 0 on context tokens. */
export type TokenCredit = {
  readonly advantages: Float32Array;
  /** Value targets; absent without a critic. */
  readonly returns?: Float32Array;
};

export type CreditSettings = Pick<
  PpoSettings,
  'advantageLevel' | 'discount' | 'gaeLambda' | 'normaliseAdvantages'
> & { readonly algorithm: AlgorithmName };

/**
 * Computes the credit of every trajectory; a group is the trajectories of `groupSize` consecutive
 * conversations. Credit runs along a conversation also where each turn is a sequence of its own.
 */
export function computeTokenCredits(
  trajectories: readonly Trajectory[],
  valueEstimates: readonly (ArrayLike<number> | undefined)[],
  settings: CreditSettings,
  groupSize = 1,
): TokenCredit[] {
  const conversations = joinChains(trajectories);
  const values = joinValues(trajectories, valueEstimates);
  const raw = computeRawCredits(conversations, values, settings, groupSize);
  const places = conversations.map(listPolicyTokens);
  const flat = places.flatMap((indices, row) =>
    indices.map((index) => raw[row]!.advantages[index]!),
  );
  const scaled = settings.normaliseAdvantages ? normaliseAdvantages(flat) : flat;
  let next = 0;
  const credits = conversations.map((conversation, row): TokenCredit => {
    const advantages = new Float32Array(conversation.ids.length);
    for (const index of places[row]!) advantages[index] = scaled[next++]!;
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

type RawCredit = { readonly advantages: Float64Array; readonly returns?: Float64Array };

function computeRawCredits(
  trajectories: readonly Trajectory[],
  valueEstimates: readonly (ArrayLike<number> | undefined)[],
  settings: CreditSettings,
  groupSize: number,
): RawCredit[] {
  const { advantageLevel, algorithm, discount, gaeLambda } = settings;
  switch (algorithm) {
    case 'grpo':
      return compareTurns(trajectories, settings, groupSize, computeGroupAdvantages);
    case 'rloo':
      return compareTurns(trajectories, settings, groupSize, computeLeaveOneOut);
    case 'reinforce++':
      return trajectories.map((trajectory) => {
        const returns = listTurnReturns(trajectory, discount, advantageLevel);
        return spreadOverTokens(trajectory, returns);
      });
    default: {
      const estimate = advantageLevel === 'turn' ? computeTurnGae : computeTrajectoryGae;
      return trajectories.map((trajectory, row) =>
        estimate(trajectory, valueEstimates[row]!, gaeLambda),
      );
    }
  }
}

/** What a turn's block and its reply are credited with. */
type TurnCredit = { readonly block: number; readonly reply: number };

/** Compares the returns of a group's tries turn by turn; tries that ended earlier are left out. */
function compareTurns(
  trajectories: readonly Trajectory[],
  { discount, advantageLevel }: CreditSettings,
  groupSize: number,
  compare: (returns: ArrayLike<number>) => Float64Array,
): RawCredit[] {
  const returns = trajectories.map((each) => listTurnReturns(each, discount, advantageLevel));
  const compared = returns.map((turns) => turns.map(() => ({ block: 0, reply: 0 })));
  for (let first = 0; first < trajectories.length; first += groupSize) {
    const rows = trajectories.slice(first, first + groupSize).map((_, offset) => first + offset);
    const turns = Math.max(...rows.map((row) => returns[row]!.length));
    for (let turn = 0; turn < turns; turn += 1) {
      const present = rows.filter((row) => turn < returns[row]!.length);
      const block = compare(present.map((row) => returns[row]![turn]!.block));
      const reply = compare(present.map((row) => returns[row]![turn]!.reply));
      present.forEach((row, place) => {
        compared[row]![turn] = { block: block[place]!, reply: reply[place]! };
      });
    }
  }
  return trajectories.map((trajectory, row) => spreadOverTokens(trajectory, compared[row]!));
}

function spreadOverTokens(trajectory: Trajectory, credits: readonly TurnCredit[]): RawCredit {
  const advantages = new Float64Array(trajectory.ids.length);
  credits.forEach(({ block, reply }, turn) => {
    const { turnStarts, turnEnds, blockEnds } = trajectory;
    const blockEnd = blockEnds[turn]! < 0 ? turnEnds[turn]! : blockEnds[turn]! + 1;
    advantages.fill(block, turnStarts[turn]!, blockEnd);
    advantages.fill(reply, blockEnd, turnEnds[turn]!);
  });
  return { advantages };
}

/** Returns from each turn on, discounted between turns; of the whole conversation for `episode`. */
function listTurnReturns(
  trajectory: Trajectory,
  discount: number,
  level: AdvantageLevel,
): TurnCredit[] {
  const { turnRewards } = trajectory;
  if (level === 'episode') {
    const total = turnRewards.reduce((sum, { block, end }) => sum + block + end, 0);
    return turnRewards.map(() => ({ block: total, reply: total }));
  }
  let future = 0;
  return turnRewards
    .map((rewards) => rewards)
    .reverse()
    .map(({ block, end }) => {
      const reply = end + discount * future;
      future = block + reply;
      return { block: future, reply: level === 'turn' ? future : reply };
    })
    .reverse();
}
