/**
 * Credit without a critic: returns of turns, as they are or compared within a group.
 *
 * A group is the tries that share persona and situation, wherever they stand in the batch; of a group
 * whose try failed, the others are compared. A turn's block and its reply are compared apart, and only
 * with what is known: a masked decision is compared with nothing and judges nobody. Tries that ended
 * earlier are left out of later turns.
 */
import { fillRewards, type FilledRewards } from './expected-rewards.ts';
import type { AdvantageLevel, PpoSettings } from './settings.ts';
import type { LeftOut, Trajectory } from './trajectory.ts';

export type RawCredit = { readonly advantages: Float64Array; readonly returns?: Float64Array };

type ReturnSettings = Pick<PpoSettings, 'advantageLevel' | 'discount'>;

/** What a turn's block and its reply are credited with. */
type TurnCredit = Record<keyof LeftOut, number>;

/** Credits every turn with its return. */
export function creditReturns(
  trajectories: readonly Trajectory[],
  settings: ReturnSettings,
): RawCredit[] {
  const returns = listReturns(trajectories, settings);
  return trajectories.map((trajectory, row) => spreadOverTokens(trajectory, returns[row]!));
}

/** Compares the returns of each group's tries turn by turn. */
export function compareTurns(
  trajectories: readonly Trajectory[],
  settings: ReturnSettings,
  compare: (returns: ArrayLike<number>) => Float64Array,
): RawCredit[] {
  const returns = listReturns(trajectories, settings);
  const compared = returns.map((turns) => turns.map((): TurnCredit => ({ block: 0, reply: 0 })));
  for (const rows of listGroups(trajectories)) {
    const turns = Math.max(...rows.map((row) => returns[row]!.length));
    for (let turn = 0; turn < turns; turn += 1) {
      for (const part of ['block', 'reply'] as const) {
        const known = rows.filter((row) => trajectories[row]!.leftOut[turn]?.[part] === false);
        const credits = compare(known.map((row) => returns[row]![turn]![part]));
        known.forEach((row, index) => {
          compared[row]![turn]![part] = credits[index]!;
        });
      }
    }
  }
  return trajectories.map((trajectory, row) => spreadOverTokens(trajectory, compared[row]!));
}

/** Rows of each group, in the order in which groups first appear. */
function listGroups(trajectories: readonly Trajectory[]): number[][] {
  const groups = new Map<string, number[]>();
  trajectories.forEach(({ group }, row) => {
    groups.set(group, [...(groups.get(group) ?? []), row]);
  });
  return [...groups.values()];
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

function listReturns(
  trajectories: readonly Trajectory[],
  { discount, advantageLevel }: ReturnSettings,
): TurnCredit[][] {
  return fillRewards(trajectories).map((rewards) =>
    listTurnReturns(rewards, discount, advantageLevel),
  );
}

/** Returns from each turn on, discounted between turns; of the whole conversation for `episode`. */
function listTurnReturns(
  turnRewards: readonly FilledRewards[],
  discount: number,
  level: AdvantageLevel,
): TurnCredit[] {
  if (level === 'episode') {
    const total = turnRewards.reduce((sum, { block, end }) => sum + block + end, 0);
    return turnRewards.map(() => ({ block: total, reply: total }));
  }
  let future = 0;
  return [...turnRewards]
    .reverse()
    .map(({ block, end }) => {
      const reply = end + discount * future;
      future = block + reply;
      return { block: future, reply: level === 'turn' ? future : reply };
    })
    .reverse();
}
