/**
 * Supervised fine-tuning on the best of several outputs: an offline baseline.
 *
 * In every turn of conversations with the start model, `candidates` outputs were sampled and the
 * best rewarded one continued; those are imitated. Rejection sampling by another name (RAFT, Dong
 * et al. 2023, arXiv 2304.06767, without its iterations). No reward enters the loss.
 */
import type { TrainingDatum } from '../policy/index.ts';
import { makeUpdate } from './make-update.ts';
import { planMinibatches } from './minibatches.ts';
import { createChain } from './trajectory.ts';
import type { UpdateInput, UpdateResult } from './update-types.ts';

/** Runs one update phase. Throws `EngineError` on non-finite numbers. */
export async function runSft(input: UpdateInput): Promise<UpdateResult> {
  const { settings, tokenizer } = input;
  const { rewardWeights, ppo } = settings;
  const data = input.episodes
    .flatMap((episode) => createChain(episode, tokenizer, { rewardWeights, ...ppo }))
    .map(({ ids, lossMask }): TrainingDatum => ({ ids, weights: lossMask }));
  const batches = planMinibatches(data, ppo.minibatchEpisodes, ppo.epochs, input.random);
  let loss = 0;
  let gradNorm = 0;
  for (const [index, batch] of batches.entries()) {
    const weight = batch.reduce((sum, { weights }) => sum + totalOf(weights), 0);
    const result = await makeUpdate(input, {
      data: batch,
      loss: { kind: 'cross_entropy', scale: 1 / Math.max(weight, 1) },
      lossName: 'cross entropy',
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
      'train/grad_norm': gradNorm / count,
      'train/updates': batches.length,
    },
  };
}

function totalOf(weights: Float32Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
