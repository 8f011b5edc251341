/**
 * Direct preference optimisation on pairs made by the simulator: an offline baseline.
 *
 * In every turn of conversations with the start model, `candidates` outputs were sampled for the
 * same message. The best rewarded one, which was continued, is preferred to the worst; turns in
 * which all earned the same give no pair. The derivative of the loss is taken by hand
 * (`math/dpo.ts`) and reaches the engine as token weights of a cross entropy, which is exact because
 * log-probabilities are scored at the weights the update starts from.
 * Source: Rafailov et al. 2023, arXiv 2305.18290, equation 7.
 */
import { EngineError } from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import type { TokenScores, TrainingDatum } from '../policy/index.ts';
import { computeDpoLoss, type DpoResult } from './math/index.ts';
import { planMinibatches } from './minibatches.ts';
import type { RewardWeights, Trajectory } from './trajectory.ts';
import { createAlternativeTrajectory } from './trajectory.ts';
import type { UpdateInput, UpdateResult } from './update-types.ts';

/** Two outputs for one message; each trajectory learns its last turn only. */
export type PreferencePair = { readonly chosen: Trajectory; readonly rejected: Trajectory };

/** Runs one update phase. Throws `EngineError` on non-finite numbers. */
export async function runDpo(input: UpdateInput): Promise<UpdateResult> {
  const { settings, random } = input;
  const pairs = input.episodes.flatMap((episode) => listPairs(episode, input));
  const { minibatchPairs } = settings.dpo;
  const batches = planMinibatches(pairs, minibatchPairs, settings.ppo.epochs, random);
  const sums = { loss: 0, accuracy: 0, gradNorm: 0 };
  for (const [index, batch] of batches.entries()) {
    const { result, gradNorm } = await runUpdate(batch, input);
    sums.loss += result.losses.reduce((sum, loss) => sum + loss, 0) / batch.length;
    sums.accuracy += result.accuracy;
    sums.gradNorm += gradNorm;
    input.onUpdate?.(index + 1, batches.length);
  }
  const count = Math.max(batches.length, 1);
  return {
    updates: batches.length,
    metrics: {
      'train/dpo_loss': sums.loss / count,
      'train/dpo_accuracy': sums.accuracy / count,
      'train/dpo_pairs': pairs.length,
      'train/grad_norm': sums.gradNorm / count,
      'train/updates': batches.length,
    },
  };
}

/** Pairs the continued output of each turn with the worst rewarded alternative, where they differ. */
export function listPairs(
  episode: Episode,
  { tokenizer, settings }: Pick<UpdateInput, 'tokenizer' | 'settings'>,
): PreferencePair[] {
  const { rewardWeights, ppo } = settings;
  const build = (turnIndex: number, place: number): Trajectory =>
    createAlternativeTrajectory(episode, turnIndex, place, tokenizer, { rewardWeights, ...ppo });
  return episode.turns.flatMap((turn, turnIndex) => {
    const totals = (turn.alternatives ?? []).map(({ rewards }) => total(rewards, rewardWeights));
    const worst = Math.min(...totals);
    if (totals.length === 0 || worst >= total(turn.rewards, rewardWeights)) return [];
    return [{ chosen: build(turnIndex, -1), rejected: build(turnIndex, totals.indexOf(worst)) }];
  });
}

function total(
  rewards: { readonly profile: number | null; readonly response: number | null },
  weights: RewardWeights,
): number {
  return (rewards.profile ?? 0) * weights.profile + (rewards.response ?? 0) * weights.response;
}

async function runUpdate(
  pairs: readonly PreferencePair[],
  { backend, settings, adam, onBadBatch }: UpdateInput,
): Promise<{ readonly result: DpoResult; readonly gradNorm: number }> {
  const rows = [...pairs.map(({ chosen }) => chosen), ...pairs.map(({ rejected }) => rejected)];
  const ids = rows.map((row) => row.ids);
  const current = sumRows(rows, await backend.score(ids, 'current'));
  const reference = sumRows(rows, await backend.score(ids, 'reference'));
  const result = computeDpoLoss({
    chosenLogprobs: current.slice(0, pairs.length),
    rejectedLogprobs: current.slice(pairs.length),
    referenceChosenLogprobs: reference.slice(0, pairs.length),
    referenceRejectedLogprobs: reference.slice(pairs.length),
    beta: settings.dpo.beta,
  });
  const data = rows.map((row, index): TrainingDatum => {
    const gradient = result.chosenGradient[index % pairs.length]!;
    const weight = index < pairs.length ? -gradient : gradient;
    return { ids: row.ids, weights: row.lossMask.map((mask) => mask * weight) };
  });
  const { loss } = await backend.forwardBackward(data, { kind: 'cross_entropy', scale: 1 });
  if (!Number.isFinite(loss) || result.losses.some((each) => !Number.isFinite(each))) {
    onBadBatch?.(data);
    throw new EngineError('loss_not_finite', 'The DPO loss is not finite.', {
      hint: 'Lower optimizer.learningRate, and continue from the last checkpoint.',
    });
  }
  return { result, gradNorm: (await backend.optimStep(adam)).gradNorm };
}

/** Summed log-probability of what each row learns. */
function sumRows(rows: readonly Trajectory[], scores: readonly TokenScores[]): number[] {
  return rows.map(({ lossMask }, row) =>
    lossMask.reduce((sum, mask, index) => sum + mask * scores[row]!.logprobs[index]!, 0),
  );
}
