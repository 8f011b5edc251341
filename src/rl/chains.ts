/** Conversations whose turns are sequences of their own, joined for credit that runs along them. */
import type { Trajectory } from './trajectory.ts';

/**
 * Joins the sequences of each conversation to one trajectory, for credit that runs along it.
 * A trajectory that continues nothing begins a new conversation.
 */
export function joinChains(trajectories: readonly Trajectory[]): Trajectory[] {
  const chains: Trajectory[][] = [];
  for (const trajectory of trajectories) {
    const last = chains.at(-1);
    if (trajectory.continues && last !== undefined) last.push(trajectory);
    else chains.push([trajectory]);
  }
  return chains.map((chain) => (chain.length === 1 ? chain[0]! : joinChain(chain)));
}

function joinChain(chain: readonly Trajectory[]): Trajectory {
  const offsets: number[] = [];
  let length = 0;
  for (const { ids } of chain) {
    offsets.push(length);
    length += ids.length;
  }
  const places = (read: (each: Trajectory) => readonly number[]): number[] =>
    chain.flatMap((each, index) =>
      read(each).map((place) => (place < 0 ? place : place + offsets[index]!)),
    );
  const tokens = (read: (each: Trajectory) => ArrayLike<number>): number[] =>
    chain.flatMap((each) => Array.from(read(each)));
  return {
    episodeId: chain[0]!.episodeId,
    group: chain[0]!.group,
    continues: false,
    ids: Int32Array.from(tokens(({ ids }) => ids)),
    writtenMask: Float32Array.from(tokens(({ writtenMask }) => writtenMask)),
    lossMask: Float32Array.from(tokens(({ lossMask }) => lossMask)),
    behaviorLogprobs: Float32Array.from(tokens(({ behaviorLogprobs }) => behaviorLogprobs)),
    tokenRewards: Float64Array.from(tokens(({ tokenRewards }) => tokenRewards)),
    turnStarts: places(({ turnStarts }) => turnStarts),
    turnEnds: places(({ turnEnds }) => turnEnds),
    blockEnds: places(({ blockEnds }) => blockEnds),
    arePaidApart: chain.flatMap(({ arePaidApart }) => arePaidApart),
    turnRewards: chain.flatMap(({ turnRewards }) => turnRewards),
    leftOut: chain.flatMap(({ leftOut }) => leftOut),
    maskedRewards: chain.reduce((sum, { maskedRewards }) => sum + maskedRewards, 0),
  };
}
