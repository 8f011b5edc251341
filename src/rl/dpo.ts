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
import type { Episode } from '../env/index.ts';
import type { AdamSettings, TrainingBackend, TrainingDatum } from '../policy/index.ts';
import { makeUpdate } from './make-update.ts';
import { computeDpoLoss, type DpoResult } from './math/index.ts';
import { planMinibatches } from './minibatches.ts';
import { rankRewards } from './reward-weights.ts';
import type { Trajectory } from './trajectory.ts';
import { createAlternativeTrajectory } from './trajectory.ts';
import type { UpdateInput, UpdateResult } from './update-types.ts';

/** Two outputs for one message; each trajectory learns its last turn only. */
export type PreferencePair = { readonly chosen: Trajectory; readonly rejected: Trajectory };

/** A pair with the start model's log-probabilities of both outputs. */
type ReferredPair = PreferencePair & {
  readonly referenceChosen: number;
  readonly referenceRejected: number;
};

/** Makes one pass over all pairs. Throws `EngineError` on non-finite numbers. */
export async function runDpo(input: UpdateInput): Promise<UpdateResult> {
  const { settings, random } = input;
  const pairs = await referPairs(
    input.episodes.flatMap((episode) => listPairs(episode, input)),
    input,
  );
  const batches = planMinibatches(pairs, settings.offline.minibatchSize, 1, random);
  const sums = { loss: 0, accuracy: 0, gradNorm: 0 };
  for (const [index, batch] of batches.entries()) {
    const { result, gradNorm } = await runUpdate(batch, input.adamAt(index), input);
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

/** Pairs the continued output of each turn with the worst rewarded alternative, where they differ; what was not judged pairs with nothing. */
export function listPairs(
  episode: Episode,
  { tokenizer, settings }: Pick<UpdateInput, 'tokenizer' | 'settings'>,
): PreferencePair[] {
  const { rewardWeights, ppo } = settings;
  const build = (turnIndex: number, place: number): Trajectory =>
    createAlternativeTrajectory(episode, turnIndex, place, tokenizer, { rewardWeights, ...ppo });
  return episode.turns.flatMap((turn, turnIndex) => {
    const ranks = (turn.alternatives ?? []).map(({ rewards }) =>
      rankRewards(rewards, rewardWeights),
    );
    const worst = Math.min(...ranks.filter(Number.isFinite));
    if (worst >= rankRewards(turn.rewards, rewardWeights)) return [];
    return [{ chosen: build(turnIndex, -1), rejected: build(turnIndex, ranks.indexOf(worst)) }];
  });
}

async function referPairs(
  pairs: readonly PreferencePair[],
  { backend }: UpdateInput,
): Promise<ReferredPair[]> {
  const scores = await scoreRows(listRows(pairs), backend, 'reference');
  return pairs.map((pair, index) => ({
    ...pair,
    referenceChosen: scores[index]!,
    referenceRejected: scores[pairs.length + index]!,
  }));
}

async function runUpdate(
  pairs: readonly ReferredPair[],
  adam: AdamSettings,
  input: UpdateInput,
): Promise<{ readonly result: DpoResult; readonly gradNorm: number }> {
  const rows = listRows(pairs);
  const { backend, settings } = input;
  const current = await scoreRows(rows, backend, 'current');
  const result = computeDpoLoss({
    chosenLogprobs: current.slice(0, pairs.length),
    rejectedLogprobs: current.slice(pairs.length),
    referenceChosenLogprobs: pairs.map(({ referenceChosen }) => referenceChosen),
    referenceRejectedLogprobs: pairs.map(({ referenceRejected }) => referenceRejected),
    beta: settings.dpo.beta,
  });
  const data = rows.map((row, index): TrainingDatum => {
    const gradient = result.chosenGradient[index % pairs.length]!;
    const weight = index < pairs.length ? -gradient : gradient;
    return { ids: row.ids, weights: row.lossMask.map((mask) => mask * weight) };
  });
  const { gradNorm } = await makeUpdate(input, {
    data,
    loss: { kind: 'cross_entropy', scale: 1 },
    adam,
    outerLosses: result.losses,
  });
  return { result, gradNorm };
}

/** All chosen outputs, then all rejected ones. */
function listRows(pairs: readonly PreferencePair[]): Trajectory[] {
  return [...pairs.map(({ chosen }) => chosen), ...pairs.map(({ rejected }) => rejected)];
}

/** Summed log-probability of what each row learns. */
async function scoreRows(
  rows: readonly Trajectory[],
  backend: TrainingBackend,
  model: 'current' | 'reference',
): Promise<number[]> {
  const masks = rows.map(({ lossMask }) => lossMask);
  const ids = rows.map((row) => row.ids);
  const scores = await backend.score(ids, model, masks);
  return masks.map((mask, row) =>
    mask.reduce((sum, weight, index) => sum + weight * scores[row]!.logprobs[index]!, 0),
  );
}
