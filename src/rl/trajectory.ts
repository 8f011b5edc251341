/**
 * The token view of an episode: what the policy wrote, when it was rewarded, what time costs.
 *
 * The conversation is one token sequence, or one a turn where each request carries its own context. Only tokens the policy sampled carry loss; user and note
 * tokens are context. The profile reward of a turn sits on the token that completes `</profile>`,
 * the response reward on the turn's last token, so words of a reply are never credited for the
 * profile block of their own turn. A malformed turn gets everything on its last token. A masked
 * reward (null) contributes nothing and is counted.
 */
import { DataError, invariant } from '../base/index.ts';
import type { Episode, Turn } from '../env/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';
import { weighRewards, type RewardWeights } from './reward-weights.ts';
import { computeGae, type GaeResult } from './math/index.ts';
import type { PpoSettings } from './settings.ts';

/** Arrays other than the turn lists have one entry per token of the sequence. */
export type Trajectory = {
  readonly episodeId: string;
  /** True where this goes on with the conversation of the trajectory before it, in a new sequence. */
  readonly continues: boolean;
  readonly ids: Int32Array;
  /** 1 where the policy wrote the token, 0 elsewhere. */
  readonly lossMask: Float32Array;
  /** Natural-log probabilities as sampled; 0 on context tokens. */
  readonly behaviorLogprobs: Float32Array;
  /** Weighted reward received on writing the token. */
  readonly tokenRewards: Float64Array;
  /** Discount between the token and the policy's next one; 1 inside a turn. */
  readonly discounts: Float64Array;
  /** Index of the first sampled token of each turn, and of the one after its last. */
  readonly turnStarts: readonly number[];
  readonly turnEnds: readonly number[];
  /** Index of the token that completes `</profile>`, per turn; -1 where there is none. */
  readonly blockEnds: readonly number[];
  /** Weighted rewards per turn: what was placed on the block's end and on the turn's end. */
  readonly turnRewards: readonly { readonly block: number; readonly end: number }[];
  /** Rewards without a verdict. */
  readonly maskedRewards: number;
};

export type TrajectorySettings = {
  readonly rewardWeights: RewardWeights;
  /** Discount on the border between two turns; 0 gives each turn its own reward only. */
  readonly discount: number;
  readonly rewardPlacement: PpoSettings['rewardPlacement'];
};

const blockEndTag = '</profile>';

/**
 * Builds the trajectories of one episode: the conversation, then every output that was sampled and
 * not continued, as a conversation that ends with it and in which only it is learnt.
 * Throws `DataError` when a turn holds no token record (the policy does not work on tokens).
 */
export function createTrajectories(
  episode: Episode,
  tokenizer: Tokenizer,
  settings: TrajectorySettings,
): Trajectory[] {
  return [
    ...createChain(episode, tokenizer, settings),
    ...episode.turns.flatMap((turn, turnIndex) =>
      (turn.alternatives ?? []).map((_, place) =>
        createAlternativeTrajectory(episode, turnIndex, place, tokenizer, settings),
      ),
    ),
  ];
}

/** Builds the conversation as it went: one trajectory, or one a turn. Throws `DataError` as above. */
export function createChain(
  episode: Episode,
  tokenizer: Tokenizer,
  settings: TrajectorySettings,
): Trajectory[] {
  if (!standsAlone(episode)) return [createTrajectory(episode, tokenizer, settings)];
  return episode.turns.map((turn, turnIndex) => ({
    ...buildTrajectory(episode, [{ written: turn, isLearnt: true }], tokenizer, settings),
    continues: turnIndex > 0,
  }));
}

/** Builds the trajectory of a conversation that is one sequence. Throws `DataError` as above. */
export function createTrajectory(
  episode: Episode,
  tokenizer: Tokenizer,
  settings: TrajectorySettings,
): Trajectory {
  const steps = episode.turns.map((turn) => ({ written: turn, isLearnt: true }));
  return buildTrajectory(episode, steps, tokenizer, settings);
}

/** True where the context tokens of each turn are its whole context. */
function standsAlone(episode: Episode): boolean {
  return (episode.contextTurns ?? 0) > 0;
}

/**
 * Builds a conversation that ends with one output of the given turn, the only one that is learnt:
 * the continued one for place -1, else the alternative at that place.
 */
export function createAlternativeTrajectory(
  episode: Episode,
  turnIndex: number,
  place: number,
  tokenizer: Tokenizer,
  settings: TrajectorySettings,
): Trajectory {
  const turn = episode.turns[turnIndex]!;
  const written = place < 0 ? turn : turn.alternatives![place]!;
  const before = standsAlone(episode) ? [] : episode.turns.slice(0, turnIndex);
  return buildTrajectory(
    episode,
    [...before.map((each) => ({ written: each, isLearnt: false })), { written, isLearnt: true }],
    tokenizer,
    settings,
  );
}

/** An output as it was written, continued or not. */
type Written = Pick<Turn, 'formatProblem' | 'rewards' | 'tokens'>;

type Step = { readonly written: Written; readonly isLearnt: boolean };

function buildTrajectory(
  episode: Episode,
  steps: readonly Step[],
  tokenizer: Tokenizer,
  settings: TrajectorySettings,
): Trajectory {
  const ids: number[] = [];
  const spans = steps.map(({ written, isLearnt }, turnIndex) => {
    const { tokens } = written;
    if (tokens === undefined) {
      throw new DataError('tokens_missing', `Episode ${episode.id} has no token record.`, {
        details: { episode: episode.id, turnIndex },
        hint: 'Collect training episodes with a policy that reports its tokens.',
      });
    }
    ids.push(...tokens.contextIds);
    const start = ids.length;
    ids.push(...tokens.sampledIds);
    return { written, tokens, start, end: ids.length, isLearnt };
  });
  const learnt = spans.filter(({ isLearnt }) => isLearnt);
  const trajectory = {
    episodeId: episode.id,
    continues: false,
    ids: Int32Array.from(ids),
    lossMask: new Float32Array(ids.length),
    behaviorLogprobs: new Float32Array(ids.length),
    tokenRewards: new Float64Array(ids.length),
    discounts: new Float64Array(ids.length).fill(1),
    turnStarts: learnt.map((span) => span.start),
    turnEnds: learnt.map((span) => span.end),
    blockEnds: [] as number[],
    turnRewards: [] as { block: number; end: number }[],
    maskedRewards: 0,
  };
  for (const { written, tokens, start, end } of learnt) {
    invariant(tokens.sampledIds.length === tokens.behaviorLogprobs.length, 'one log-prob per id');
    trajectory.lossMask.fill(1, start, end);
    trajectory.behaviorLogprobs.set(tokens.behaviorLogprobs, start);
    trajectory.maskedRewards += Number(written.rewards.profile === null);
    trajectory.maskedRewards += Number(written.rewards.response === null);
    const offset = written.formatProblem === null ? findBlockEnd(tokens.sampledIds, tokenizer) : -1;
    const rewards = placeRewards(written, offset >= 0, settings);
    trajectory.blockEnds.push(offset >= 0 ? start + offset : -1);
    trajectory.turnRewards.push(rewards);
    if (end === start) continue;
    trajectory.discounts[end - 1] = settings.discount;
    if (offset >= 0) trajectory.tokenRewards[start + offset]! += rewards.block;
    trajectory.tokenRewards[end - 1]! += rewards.end;
  }
  return trajectory;
}

function placeRewards(
  written: Written,
  hasBlock: boolean,
  { rewardWeights, rewardPlacement }: TrajectorySettings,
): { block: number; end: number } {
  const { profile, response, total } = weighRewards(written.rewards, rewardWeights);
  return hasBlock && rewardPlacement === 'earned'
    ? { block: profile, end: response }
    : { block: 0, end: total };
}

/**
 * Finds the index of the token that completes the first `</profile>`, or -1.
 * The tag's own ids are looked for first; where they merged with their neighbours, growing
 * prefixes are decoded instead.
 */
export function findBlockEnd(sampledIds: readonly number[], tokenizer: Tokenizer): number {
  const tag = tokenizer.encode(blockEndTag);
  for (let start = 0; tag.length > 0 && start + tag.length <= sampledIds.length; start += 1) {
    if (tag.every((id, index) => sampledIds[start + index] === id)) return start + tag.length - 1;
  }
  if (!tokenizer.decode(sampledIds).includes(blockEndTag)) return -1;
  let low = 1;
  let high = sampledIds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokenizer.decode(sampledIds.slice(0, middle)).includes(blockEndTag)) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}

/** Lists the indices of the tokens the policy wrote, in order. */
export function listPolicyTokens(trajectory: Trajectory): number[] {
  const indices: number[] = [];
  trajectory.turnStarts.forEach((start, turn) => {
    for (let index = start; index < trajectory.turnEnds[turn]!; index += 1) indices.push(index);
  });
  return indices;
}

/**
 * Runs GAE over the policy's tokens of the conversation, in order, skipping context tokens.
 * Shape: both results have one entry per token of the conversation, 0 on context tokens.
 */
export function computeTrajectoryGae(
  trajectory: Trajectory,
  valueEstimates: ArrayLike<number>,
  gaeLambda: number,
): GaeResult {
  const indices = listPolicyTokens(trajectory);
  const dense = computeGae({
    rewards: indices.map((index) => trajectory.tokenRewards[index]!),
    values: indices.map((index) => valueEstimates[index]!),
    discounts: indices.map((index) => trajectory.discounts[index]!),
    gaeLambda,
  });
  const advantages = new Float64Array(trajectory.ids.length);
  const returns = new Float64Array(trajectory.ids.length);
  indices.forEach((index, step) => {
    advantages[index] = dense.advantages[step]!;
    returns[index] = dense.returns[step]!;
  });
  return { advantages, returns };
}

/**
 * Runs GAE with whole turns as steps: a turn's value estimate is the one at its first token, its
 * reward is all it earned, and each of its tokens gets the turn's advantage and value target.
 * Shape: as `computeTrajectoryGae`. Source: the multi-turn form of GAE over utterances.
 */
export function computeTurnGae(
  trajectory: Trajectory,
  valueEstimates: ArrayLike<number>,
  gaeLambda: number,
): GaeResult {
  const { turnStarts, turnEnds, turnRewards, discounts } = trajectory;
  const dense = computeGae({
    rewards: turnRewards.map(({ block, end }) => block + end),
    values: turnStarts.map((start) => valueEstimates[start]!),
    discounts: turnEnds.map((end) => discounts[end - 1]!),
    gaeLambda,
  });
  const advantages = new Float64Array(trajectory.ids.length);
  const returns = new Float64Array(trajectory.ids.length);
  turnStarts.forEach((start, turn) => {
    advantages.fill(dense.advantages[turn]!, start, turnEnds[turn]!);
    returns.fill(dense.returns[turn]!, start, turnEnds[turn]!);
  });
  return { advantages, returns };
}

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
    continues: false,
    ids: Int32Array.from(tokens(({ ids }) => ids)),
    lossMask: Float32Array.from(tokens(({ lossMask }) => lossMask)),
    behaviorLogprobs: Float32Array.from(tokens(({ behaviorLogprobs }) => behaviorLogprobs)),
    tokenRewards: Float64Array.from(tokens(({ tokenRewards }) => tokenRewards)),
    discounts: Float64Array.from(tokens(({ discounts }) => discounts)),
    turnStarts: places(({ turnStarts }) => turnStarts),
    turnEnds: places(({ turnEnds }) => turnEnds),
    blockEnds: places(({ blockEnds }) => blockEnds),
    turnRewards: chain.flatMap(({ turnRewards }) => turnRewards),
    maskedRewards: chain.reduce((sum, { maskedRewards }) => sum + maskedRewards, 0),
  };
}
