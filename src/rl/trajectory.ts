/**
 * The token view of an episode: what the policy wrote, when it was rewarded, what time costs.
 *
 * The conversation is one token sequence, or one a turn where each request carries its own context.
 * User and note tokens are context. The profile reward of a turn sits on the token that completes
 * the end of the block, the response reward on the turn's last token, so words of a reply are never credited
 * for the profile block of their own turn. A malformed turn gets everything on its last token.
 *
 * A masked reward (null) is not 0. What it would have paid for is not learnt (its tokens have no
 * loss); where it is part of the return of something earlier, its expected value stands in: see
 * `trajectory-gae.ts` for a critic, `expected-rewards.ts` for comparisons.
 */
import { DataError, invariant } from '../base/index.ts';
import type { Episode, Turn } from '../env/index.ts';
import { blockEndTag } from '../protocol/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';
import { weighRewards, type RewardWeights } from './reward-weights.ts';
import type { PpoSettings } from './settings.ts';

/** Arrays other than the turn lists have one entry per token of the sequence. */
export type Trajectory = {
  readonly episodeId: string;
  /** Tries that are compared with each other share it: same persona, same situation. */
  readonly group: string;
  /** True where this goes on with the conversation of the trajectory before it, in a new sequence. */
  readonly continues: boolean;
  readonly ids: Int32Array;
  /** 1 where the policy wrote the token, 0 elsewhere. */
  readonly writtenMask: Float32Array;
  /** 1 where the token is learnt: written by the policy, and paid by a reward that is known. */
  readonly lossMask: Float32Array;
  /** Natural-log probabilities as sampled; 0 on context tokens. */
  readonly behaviorLogprobs: Float32Array;
  /** Weighted reward received on writing the token; 0 where it is masked. */
  readonly tokenRewards: Float64Array;
  /** Index of the first sampled token of each turn, and of the one after its last. */
  readonly turnStarts: readonly number[];
  readonly turnEnds: readonly number[];
  /** Index of the token that ends the profile block, per turn; -1 where no block and reply can be told apart. */
  readonly blockEnds: readonly number[];
  /** Per turn, whether the block is paid by itself; else the turn is paid as a whole, on its end. */
  readonly arePaidApart: readonly boolean[];
  readonly turnRewards: readonly PlacedRewards[];
  /** Per turn, whether its block and its reply are left out of learning. */
  readonly leftOut: readonly LeftOut[];
  /** Paid rewards without a verdict. */
  readonly maskedRewards: number;
};

/** Weighted rewards of a turn: what was placed on the block's end and on the turn's; null is masked. */
export type PlacedRewards = { readonly block: number | null; readonly end: number | null };

export type LeftOut = { readonly block: boolean; readonly reply: boolean };

export type TrajectorySettings = Pick<PpoSettings, 'rewardPlacement'> & {
  /** What is left out of learning together, where a reward is masked; `token` by default. */
  readonly advantageLevel?: PpoSettings['advantageLevel'];
  readonly rewardWeights: RewardWeights;
};

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
    group: nameGroup(episode),
    continues: false,
    ids: Int32Array.from(ids),
    writtenMask: new Float32Array(ids.length),
    lossMask: new Float32Array(ids.length),
    behaviorLogprobs: new Float32Array(ids.length),
    tokenRewards: new Float64Array(ids.length),
    turnStarts: learnt.map((span) => span.start),
    turnEnds: learnt.map((span) => span.end),
    blockEnds: [] as number[],
    arePaidApart: [] as boolean[],
    turnRewards: [] as PlacedRewards[],
    leftOut: [] as LeftOut[],
    maskedRewards: 0,
  };
  for (const { written, tokens, start, end } of learnt) {
    invariant(tokens.sampledIds.length === tokens.behaviorLogprobs.length, 'one log-prob per id');
    trajectory.writtenMask.fill(1, start, end);
    trajectory.behaviorLogprobs.set(tokens.behaviorLogprobs, start);
    const offset = written.formatProblem === null ? findBlockEnd(tokens.sampledIds, tokenizer) : -1;
    const blockEnd = offset >= 0 && start + offset < end - 1 ? start + offset : -1;
    const isPaidApart = blockEnd >= 0 && settings.rewardPlacement === 'earned';
    const { rewards, leftOut, masked } = placeRewards(written, isPaidApart, settings);
    trajectory.maskedRewards += masked;
    trajectory.blockEnds.push(blockEnd);
    trajectory.arePaidApart.push(isPaidApart);
    trajectory.turnRewards.push(rewards);
    trajectory.leftOut.push(leftOut);
    if (end === start) continue;
    const replyStart = blockEnd >= 0 ? blockEnd + 1 : start;
    if (!leftOut.block) trajectory.lossMask.fill(1, start, replyStart);
    if (!leftOut.reply) trajectory.lossMask.fill(1, replyStart, end);
    if (isPaidApart) trajectory.tokenRewards[blockEnd] = rewards.block ?? 0;
    trajectory.tokenRewards[end - 1] = rewards.end ?? 0;
  }
  return trajectory;
}

/** Names the group of a conversation: its tries are told apart by their seed and share their situation's. */
export function nameGroup({
  id,
  persona,
  situationSeed,
}: Pick<Episode, 'id' | 'persona' | 'situationSeed'>): string {
  return situationSeed === undefined ? id : `${persona.id}/${situationSeed}`;
}

/** Where a turn's rewards go, and which of its parts nobody can judge. */
function placeRewards(
  written: Written,
  isPaidApart: boolean,
  { rewardWeights, advantageLevel = 'token' }: TrajectorySettings,
): { readonly rewards: PlacedRewards; readonly leftOut: LeftOut; readonly masked: number } {
  const { profile, response, total } = weighRewards(written.rewards, rewardWeights);
  const sharesCredit = !isPaidApart || advantageLevel !== 'token';
  return {
    rewards: isPaidApart ? { block: profile, end: response } : { block: 0, end: total },
    leftOut: sharesCredit
      ? { block: total === null, reply: total === null }
      : { block: profile === null, reply: response === null },
    masked: Number(profile === null) + Number(response === null),
  };
}

/**
 * Finds the index of the token that ends the first profile block, or -1.
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

/** Lists the indices of the tokens that are learnt, in order. */
export function listLearntTokens(trajectory: Trajectory): number[] {
  return listPolicyTokens(trajectory).filter((index) => trajectory.lossMask[index] !== 0);
}
