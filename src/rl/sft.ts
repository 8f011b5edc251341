/**
 * Supervised fine-tuning on the best of several outputs: an offline baseline.
 *
 * In every turn of conversations with the start model, `candidates` outputs were sampled and the
 * best rewarded one continued; those that earned something are imitated, the others are context.
 * Rejection sampling by another name (RAFT, Dong et al. 2023, arXiv 2304.06767, without its
 * iterations). No reward enters the loss.
 */
import type { Episode } from '../env/index.ts';
import type { TrainingDatum } from '../policy/index.ts';
import { makeUpdate } from './make-update.ts';
import { planMinibatches } from './minibatches.ts';
import { addRewards } from './reward-weights.ts';
import { createChain, type Trajectory } from './trajectory.ts';
import type { UpdateInput, UpdateResult } from './update-types.ts';

/** Makes one pass over all outputs that are imitated. Throws `EngineError` on non-finite numbers. */
export async function runSft(input: UpdateInput): Promise<UpdateResult> {
  const { settings } = input;
  const data = input.episodes.flatMap((episode) => listImitated(episode, input));
  const batches = planMinibatches(data, settings.offline.minibatchSize, 1, input.random);
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

/** Sequences of a conversation in which the outputs that earned something carry loss; none where no output did. */
export function listImitated(
  episode: Episode,
  { tokenizer, settings }: Pick<UpdateInput, 'tokenizer' | 'settings'>,
): TrainingDatum[] {
  const { rewardWeights, ppo } = settings;
  return createChain(episode, tokenizer, { ...ppo, rewardWeights })
    .map((trajectory) => ({ ids: trajectory.ids, weights: weighImitation(trajectory) }))
    .filter(({ weights }) => weights.some((weight) => weight > 0));
}

function weighImitation({ ids, turnStarts, turnEnds, turnRewards }: Trajectory): Float32Array {
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
