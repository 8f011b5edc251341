/**
 * Imitation of what earned most: rejection sampling, offline in one round (`sft`) or iterated (`raft`).
 *
 * `sft` learns from conversations of the start model; `raft` holds new ones with the current policy in
 * every iteration. Chosen is the best rewarded of the `candidates` outputs of each turn, or the
 * conversation with the highest return of each group, if it earned more than 0. Nothing else is
 * imitated, and no reward enters the loss.
 * Source: RAFT, Dong et al. 2023, arXiv 2304.06767, algorithm 1: the best of K, with no further
 * comparison. The threshold of 0 is ours: no reason to imitate what harmed.
 */
import type { Episode } from '../env/index.ts';
import type { TrainingDatum } from '../policy/index.ts';
import { makeUpdate } from './make-update.ts';
import { planMinibatches } from './minibatches.ts';
import { addRewards } from './reward-weights.ts';
import { rankConversations } from './rank-conversations.ts';
import { createChain, type Trajectory } from './trajectory.ts';
import type { UpdateInput, UpdateResult } from './update-types.ts';

/** Makes one pass over all that is imitated, `raft` all its passes. Throws `EngineError` on non-finite numbers. */
export async function runSft(input: UpdateInput): Promise<UpdateResult> {
  const { settings } = input;
  const data = listImitated(input.episodes, input);
  const { minibatchSize, epochs } = settings.offline;
  const passes = settings.algorithm === 'raft' ? epochs : 1;
  const batches = planMinibatches(data, minibatchSize, passes, input.random);
  let loss = 0;
  let gradNorm = 0;
  for (const [index, batch] of batches.entries()) {
    const weight = batch.reduce((sum, { weights }) => sum + totalOf(weights), 0);
    const result = await makeUpdate(input, {
      data: batch,
      loss: { kind: 'cross_entropy', scale: 1 / Math.max(weight, 1) },
      adam: input.adamAt(index),
    });
    loss += result.loss;
    gradNorm += result.gradNorm;
    input.onUpdate?.(index + 1, batches.length);
  }
  const count = Math.max(batches.length, 1);
  return {
    updates: batches.length,
    metrics: {
      'train/cross_entropy': loss / count,
      'train/imitated_tokens': data.reduce((sum, { weights }) => sum + totalOf(weights), 0),
      'train/grad_norm': gradNorm / count,
      'train/updates': batches.length,
    },
  };
}

/** Sequences in which what was chosen carries loss; none where nothing earned anything. */
export function listImitated(
  episodes: readonly Episode[],
  { tokenizer, settings }: Pick<UpdateInput, 'tokenizer' | 'settings'>,
): TrainingDatum[] {
  const { rewardWeights, ppo, offline } = settings;
  const build = (episode: Episode): Trajectory[] =>
    createChain(episode, tokenizer, { ...ppo, rewardWeights });
  if (offline.selection === 'conversation') {
    return rankConversations(episodes, rewardWeights)
      .filter(([best]) => best.total > 0)
      .flatMap(([{ episode }]) => build(episode))
      .map(({ ids, writtenMask }) => ({ ids, weights: writtenMask }));
  }
  return episodes
    .flatMap(build)
    .map((trajectory) => ({ ids: trajectory.ids, weights: weighOutputs(trajectory) }))
    .filter(({ weights }) => weights.some((weight) => weight > 0));
}

function weighOutputs({ ids, turnStarts, turnEnds, turnRewards }: Trajectory): Float32Array {
  const weights = new Float32Array(ids.length);
  turnRewards.forEach(({ block, end }, turn) => {
    const earned = addRewards(block, end);
    if (earned !== null && earned > 0) weights.fill(1, turnStarts[turn], turnEnds[turn]);
  });
  return weights;
}

function totalOf(weights: Float32Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
