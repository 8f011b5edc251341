/**
 * Credit for every token of an iteration's episodes, with a critic or by comparison in a group.
 *
 * With a critic: GAE along each conversation. In a group (same persona, several tries): the return
 * from each turn on is standardised over the group, turn index by turn index; tokens of the profile
 * block get profile + response + future, tokens of the reply only response + future. Either way the
 * advantages are then normalised over all policy tokens of the iteration.
 */
import { computeGroupAdvantages, normaliseAdvantages } from './math/index.ts';
import type { PpoSettings } from './settings.ts';
import { computeTrajectoryGae, listPolicyTokens, type Trajectory } from './trajectory.ts';

/** One entry per token of the conversation, 0 on context tokens. */
export type TokenCredit = {
  readonly advantages: Float32Array;
  /** Value targets; absent without a critic. */
  readonly returns?: Float32Array;
};

/** Computes the credit of every trajectory; a group is `groupSize` consecutive trajectories. */
export function computeTokenCredits(
  trajectories: readonly Trajectory[],
  valueEstimates: readonly (ArrayLike<number> | undefined)[],
  settings: Pick<PpoSettings, 'advantages' | 'discount' | 'gaeLambda' | 'normaliseAdvantages'>,
  groupSize = 1,
): TokenCredit[] {
  const raw =
    settings.advantages === 'group'
      ? computeGroupCredits(trajectories, settings.discount, groupSize)
      : trajectories.map((trajectory, index) =>
          computeTrajectoryGae(trajectory, valueEstimates[index]!, settings.gaeLambda),
        );
  const places = trajectories.map(listPolicyTokens);
  const flat = places.flatMap((indices, row) =>
    indices.map((index) => raw[row]!.advantages[index]!),
  );
  const scaled = settings.normaliseAdvantages ? normaliseAdvantages(flat) : flat;
  let next = 0;
  return trajectories.map((trajectory, row) => {
    const advantages = new Float32Array(trajectory.ids.length);
    for (const index of places[row]!) advantages[index] = scaled[next++]!;
    const returns = raw[row]!.returns;
    return returns === undefined
      ? { advantages }
      : { advantages, returns: Float32Array.from(returns) };
  });
}

type RawCredit = { readonly advantages: Float64Array; readonly returns?: Float64Array };

function computeGroupCredits(
  trajectories: readonly Trajectory[],
  discount: number,
  groupSize: number,
): RawCredit[] {
  const credits = trajectories.map(({ ids }) => ({ advantages: new Float64Array(ids.length) }));
  const turnReturns = trajectories.map((trajectory) => listTurnReturns(trajectory, discount));
  for (let first = 0; first < trajectories.length; first += groupSize) {
    const rows = trajectories.slice(first, first + groupSize).map((_, offset) => first + offset);
    const turns = Math.max(...rows.map((row) => turnReturns[row]!.length));
    for (let turn = 0; turn < turns; turn += 1) {
      const present = rows.filter((row) => turn < turnReturns[row]!.length);
      const whole = computeGroupAdvantages(present.map((row) => turnReturns[row]![turn]!.block));
      const reply = computeGroupAdvantages(present.map((row) => turnReturns[row]![turn]!.reply));
      present.forEach((row, place) => {
        const { turnStarts, turnEnds, blockEnds } = trajectories[row]!;
        const blockEnd = blockEnds[turn]! < 0 ? turnEnds[turn]! : blockEnds[turn]! + 1;
        const { advantages } = credits[row]!;
        advantages.fill(whole[place]!, turnStarts[turn]!, blockEnd);
        advantages.fill(reply[place]!, blockEnd, turnEnds[turn]!);
      });
    }
  }
  return credits;
}

function listTurnReturns(
  trajectory: Trajectory,
  discount: number,
): { readonly block: number; readonly reply: number }[] {
  let future = 0;
  return trajectory.turnRewards
    .map((rewards) => rewards)
    .reverse()
    .map(({ block, end }) => {
      const reply = end + discount * future;
      future = block + reply;
      return { block: future, reply };
    })
    .reverse();
}
