/**
 * Direct preference optimisation on pairs made by the simulator: an offline baseline.
 *
 * In every turn of conversations with the start model, `candidates` outputs were sampled for the
 * same message. The best rewarded one, which was continued, is preferred to the worst; or of whole
 * conversations of a group, the one with the highest return to the one with the lowest. Where all
 * earned the same there is no pair. The derivative of the loss is taken by hand
 * (`math/dpo.ts`) and reaches the engine as token weights of a cross entropy, which is exact because
 * log-probabilities are scored at the weights the update starts from.
 * Source: Rafailov et al. 2023, arXiv 2305.18290, equation 7.
 */
import type { Episode } from '../env/index.ts';
import type { AdamSettings, TrainingBackend, TrainingDatum } from '../policy/index.ts';
import { makeUpdate } from './make-update.ts';
import { computeDpoLoss, type DpoResult } from './math/index.ts';
import { planMinibatches } from './minibatches.ts';
import { rankConversations } from './rank-conversations.ts';
import { rankRewards } from './reward-weights.ts';
import type { Trajectory } from './trajectory.ts';
import { createAlternativeTrajectory, createChain } from './trajectory.ts';
import type { UpdateInput, UpdateResult } from './update-types.ts';

/** Two outputs for one message, or two conversations; what is compared is what the sequences learn. */
export type PreferencePair = {
  readonly chosen: readonly Trajectory[];
  readonly rejected: readonly Trajectory[];
};

/** A pair with the start model's log-probabilities of both sides. */
type ReferredPair = PreferencePair & {
  readonly referenceChosen: number;
  readonly referenceRejected: number;
};

/** Makes one pass over all pairs. Throws `EngineError` on non-finite numbers. */
export async function runDpo(input: UpdateInput): Promise<UpdateResult> {
  const { settings, random } = input;
  const pairs = await referPairs(listPairs(input.episodes, input), input);
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

/** Pairs best with worst, in each turn or each group, where they differ; what was not judged pairs with nothing. */
export function listPairs(
  episodes: readonly Episode[],
  input: Pick<UpdateInput, 'tokenizer' | 'settings'>,
): PreferencePair[] {
  return input.settings.offline.selection === 'conversation'
    ? pairConversations(episodes, input)
    : episodes.flatMap((episode) => pairOutputs(episode, input));
}

function pairConversations(
  episodes: readonly Episode[],
  { tokenizer, settings }: Pick<UpdateInput, 'tokenizer' | 'settings'>,
): PreferencePair[] {
  const { rewardWeights, ppo } = settings;
  const build = (episode: Episode): Trajectory[] =>
    createChain(episode, tokenizer, { rewardWeights, ...ppo });
  return rankConversations(episodes, rewardWeights).flatMap(([best, ...others]) => {
    const worst = others.at(-1);
    if (worst === undefined || worst.total >= best.total) return [];
    return [{ chosen: build(best.episode), rejected: build(worst.episode) }];
  });
}

function pairOutputs(
  episode: Episode,
  { tokenizer, settings }: Pick<UpdateInput, 'tokenizer' | 'settings'>,
): PreferencePair[] {
  const { rewardWeights, ppo } = settings;
  const build = (turnIndex: number, place: number): Trajectory[] => [
    createAlternativeTrajectory(episode, turnIndex, place, tokenizer, { rewardWeights, ...ppo }),
  ];
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
  const scores = await scoreSides(listSides(pairs), backend, 'reference');
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
  const sides = listSides(pairs);
  const { backend, settings } = input;
  const current = await scoreSides(sides, backend, 'current');
  const result = computeDpoLoss({
    chosenLogprobs: current.slice(0, pairs.length),
    rejectedLogprobs: current.slice(pairs.length),
    referenceChosenLogprobs: pairs.map(({ referenceChosen }) => referenceChosen),
    referenceRejectedLogprobs: pairs.map(({ referenceRejected }) => referenceRejected),
    beta: settings.dpo.beta,
  });
  const data = sides.flatMap((side, index): TrainingDatum[] => {
    const gradient = result.chosenGradient[index % pairs.length]!;
    const weight = index < pairs.length ? -gradient : gradient;
    return side.map(({ ids, lossMask }) => ({
      ids,
      weights: lossMask.map((mask) => mask * weight),
    }));
  });
  const { gradNorm } = await makeUpdate(input, {
    data,
    loss: { kind: 'cross_entropy', scale: 1 },
    adam,
    outerLosses: result.losses,
  });
  return { result, gradNorm };
}

/** All chosen sides, then all rejected ones. */
function listSides(pairs: readonly PreferencePair[]): (readonly Trajectory[])[] {
  return [...pairs.map(({ chosen }) => chosen), ...pairs.map(({ rejected }) => rejected)];
}

/** Summed log-probability of what each side learns. */
async function scoreSides(
  sides: readonly (readonly Trajectory[])[],
  backend: TrainingBackend,
  model: 'current' | 'reference',
): Promise<number[]> {
  const rows = sides.flat();
  const masks = rows.map(({ lossMask }) => lossMask);
  const ids = rows.map((row) => row.ids);
  const scores = await backend.score(ids, model, { weights: masks });
  const sums = masks.map((mask, row) =>
    mask.reduce((sum, weight, index) => sum + weight * scores[row]!.logprobs[index]!, 0),
  );
  let end = 0;
  return sides.map(({ length }) =>
    sums.slice(end, (end += length)).reduce((total, sum) => total + sum, 0),
  );
}
