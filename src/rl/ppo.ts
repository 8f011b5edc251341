/**
 * One update phase of PPO and its kin: score the sampled tokens, assign credit, run clipped epochs.
 *
 * The behaviour log-probabilities are those recorded when the tokens were sampled; the trainer's
 * own are compared with them, because a gap means that sampling and training see different models.
 * Only a critic needs the trainer's own of all conversations; without one a share of them is checked.
 * KL to the reference is a term of the loss or of the reward (`klPlacement`). Every random draw comes
 * from the given source. Source: Schulman et al. 2017, arXiv 1707.06347.
 */
import { EngineError, type RandomSource } from '../base/index.ts';
import type { AdamSettings, TokenScores, TrainingDatum } from '../policy/index.ts';
import { computeTokenCredits } from './advantages.ts';
import { makeUpdate, type UpdateTools } from './make-update.ts';
import { computeExplainedVariance, computeTokenKl } from './math/index.ts';
import { planMinibatches } from './minibatches.ts';
import { usesCritic, type AlgorithmName } from './algorithms.ts';
import { checkCapabilities } from './capabilities.ts';
import { chargeKl } from './kl-reward.ts';
import type { PpoSettings } from './settings.ts';
import { listLearntTokens, listPolicyTokens, type Trajectory } from './trajectory.ts';
import type { UpdateInput, UpdateResult } from './update-types.ts';

export type PpoInput = UpdateTools & {
  readonly trajectories: readonly Trajectory[];
  readonly algorithm: AlgorithmName;
  readonly settings: PpoSettings;
  /** At which the conversations were sampled; the policy at this temperature is what learns. */
  readonly temperature: number;
  readonly random: RandomSource;
  readonly adamAt: UpdateInput['adamAt'];
  readonly onUpdate?: (done: number, planned: number) => void;
};

/** Runs one update phase on the backend. Throws `EngineError` on non-finite numbers. */
export async function runPpo(input: PpoInput): Promise<UpdateResult> {
  const { backend, trajectories, settings, temperature } = input;
  const sequences = trajectories.map(({ ids }) => ids);
  const masks = trajectories.map(({ writtenMask }) => writtenMask);
  const hasCritic = usesCritic(input.algorithm);
  const isScored = (_: unknown, row: number): boolean => hasCritic || row % checkedEvery === 0;
  const { name, capabilities } = await backend.describe();
  checkCapabilities({ name, capabilities }, { algorithm: input.algorithm, ppo: settings });
  const [current, reference] = await Promise.all([
    backend.score(sequences.filter(isScored), 'current', {
      weights: masks.filter(isScored),
      temperature,
    }),
    capabilities.reference
      ? backend.score(sequences, 'reference', { weights: masks, temperature })
      : null,
  ]);
  const gapMax = findGap(trajectories.filter(isScored), current);
  const scores = summarizeScores(trajectories, reference);
  checkScores({ ...scores, gapMax }, input);
  const values = trajectories.map((_, row) => (hasCritic ? current[row]!.values : undefined));
  const creditSettings = { ...settings, algorithm: input.algorithm };
  const paid =
    settings.klPlacement === 'reward' && reference !== null
      ? chargeKl(trajectories, reference, settings.klCoef)
      : trajectories;
  const credits = computeTokenCredits(paid, values, creditSettings);
  const data = trajectories.map((trajectory, row): TrainingDatum => {
    const { returns } = credits[row]!;
    const oldValues = values[row];
    return {
      ids: trajectory.ids,
      weights: trajectory.lossMask,
      behaviorLogprobs: trajectory.behaviorLogprobs,
      ...(reference === null ? {} : { referenceLogprobs: reference[row]!.logprobs }),
      advantages: credits[row]!.advantages,
      ...(returns === undefined ? {} : { returns }),
      ...(oldValues === undefined ? {} : { oldValues }),
    };
  });
  const isLearnt = ({ weights }: TrainingDatum): boolean => weights.some((weight) => weight > 0);
  const outcome = await runEpochs(input, data.filter(isLearnt));
  return {
    updates: outcome.updates,
    metrics: {
      'train/logprob_gap_max': gapMax,
      ...(reference === null ? {} : { 'train/kl_to_reference': scores.klToReference }),
      'train/entropy_sampled': scores.entropySampled,
      ...(hasCritic ? describeCritic(trajectories, data) : {}),
      ...outcome.metrics,
    },
  };
}

/** Without a critic, every so many conversations are scored again by the trainer. */
const checkedEvery = 8;

/** The largest difference of a log-probability as sampled and as scored; not a number where one is none. */
function findGap(trajectories: readonly Trajectory[], current: readonly TokenScores[]): number {
  let gapMax = 0;
  trajectories.forEach((trajectory, row) => {
    for (const index of listPolicyTokens(trajectory)) {
      const gap = Math.abs(current[row]!.logprobs[index]! - trajectory.behaviorLogprobs[index]!);
      gapMax = Number.isNaN(gap) || Number.isNaN(gapMax) ? Number.NaN : Math.max(gapMax, gap);
    }
  });
  return gapMax;
}

type ScoreSummary = {
  /** 0 where there is no reference. */
  readonly klToReference: number;
  /** Entropy of the policy in nats per token, estimated from the sampled tokens. */
  readonly entropySampled: number;
};

/** Estimates over the sampled tokens, with the log-probabilities they were sampled with. */
function summarizeScores(
  trajectories: readonly Trajectory[],
  reference: readonly TokenScores[] | null,
): ScoreSummary {
  let klSum = 0;
  let nllSum = 0;
  let count = 0;
  trajectories.forEach((trajectory, row) => {
    for (const index of listPolicyTokens(trajectory)) {
      const logprob = trajectory.behaviorLogprobs[index]!;
      klSum += computeTokenKl(logprob, reference?.[row]!.logprobs[index] ?? logprob, 'k3');
      nllSum -= logprob;
      count += 1;
    }
  });
  const total = Math.max(count, 1);
  return { klToReference: klSum / total, entropySampled: nllSum / total };
}

function checkScores(
  { gapMax, klToReference }: ScoreSummary & { readonly gapMax: number },
  input: PpoInput,
): void {
  const { settings, trajectories } = input;
  if (!Number.isFinite(gapMax) || !Number.isFinite(klToReference)) {
    input.onBadBatch?.(
      trajectories.map(({ ids, writtenMask, behaviorLogprobs }) => ({
        ids,
        weights: writtenMask,
        behaviorLogprobs,
      })),
    );
    throw new EngineError(
      'scores_not_finite',
      'The policy gave log-probabilities that are not finite.',
      {
        hint: 'The weights are damaged: continue from an earlier checkpoint, with a lower learning rate.',
      },
    );
  }
  if (gapMax > settings.logprobTolerance) {
    throw new EngineError(
      'logprob_gap',
      `Log-probabilities as sampled and as scored differ by ${gapMax.toExponential(2)}, ` +
        `more than ppo.logprobTolerance (${settings.logprobTolerance}).`,
      { hint: 'Sampler and trainer do not see the same model or the same tokens.' },
    );
  }
}

function describeCritic(
  trajectories: readonly Trajectory[],
  data: readonly TrainingDatum[],
): Record<string, number> {
  const predictions: number[] = [];
  const targets: number[] = [];
  trajectories.forEach((trajectory, row) => {
    for (const index of listLearntTokens(trajectory)) {
      predictions.push(data[row]!.oldValues![index]!);
      targets.push(data[row]!.returns![index]!);
    }
  });
  return { 'train/explained_variance': computeExplainedVariance(predictions, targets) };
}

type Totals = { weight: number; sums: Map<string, number>; gradNorm: number; gradNormMax: number };

async function runEpochs(input: PpoInput, data: readonly TrainingDatum[]): Promise<UpdateResult> {
  const { settings, random } = input;
  const batches = planMinibatches(data, settings.minibatchEpisodes, settings.epochs, random);
  const totals: Totals = { weight: 0, sums: new Map(), gradNorm: 0, gradNormMax: 0 };
  let updates = 0;
  let drift = 0;
  for (const batch of batches) {
    drift = await runUpdate(input, batch, input.adamAt(updates), totals);
    updates += 1;
    input.onUpdate?.(updates, batches.length);
    if (settings.maxApproxKl > 0 && drift > settings.maxApproxKl) break;
  }
  return { updates, metrics: describeUpdates(totals, updates, batches.length, drift) };
}

/** Makes one optimizer update; returns the minibatch's drift before it. */
async function runUpdate(
  input: PpoInput,
  batch: readonly TrainingDatum[],
  adam: AdamSettings,
  totals: Totals,
): Promise<number> {
  const { settings } = input;
  const weight = batch.reduce((sum, { weights }) => sum + weights.reduce((a, b) => a + b, 0), 0);
  if (weight === 0) return 0;
  const loss = {
    kind: 'ppo',
    scale: 1 / weight,
    temperature: input.temperature,
    clipEpsilon: settings.clipEpsilon,
    klCoef: settings.klPlacement === 'loss' ? settings.klCoef : 0,
    entropyCoef: settings.entropyCoef,
    valueCoef: usesCritic(input.algorithm) ? settings.valueCoef : 0,
    valueClip: settings.valueClip,
  } as const;
  const { sums, gradNorm } = await makeUpdate(input, {
    data: batch,
    loss,
    adam,
  });
  for (const [name, sum] of Object.entries(sums)) {
    totals.sums.set(name, (totals.sums.get(name) ?? 0) + sum);
  }
  totals.weight += weight;
  totals.gradNorm += gradNorm;
  totals.gradNormMax = Math.max(totals.gradNormMax, gradNorm);
  return (sums['approx_kl'] ?? 0) / weight;
}

const metricOfSum: Readonly<Record<string, string>> = {
  policy_loss: 'train/policy_loss',
  value_loss: 'train/value_loss',
  approx_kl: 'train/approx_kl',
  clipped: 'train/clip_fraction',
  entropy: 'train/entropy',
};

function describeUpdates(
  totals: Totals,
  updates: number,
  planned: number,
  drift: number,
): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const [sum, metric] of Object.entries(metricOfSum)) {
    const total = totals.sums.get(sum);
    if (total !== undefined && totals.weight > 0) metrics[metric] = total / totals.weight;
  }
  metrics['train/approx_kl_last'] = drift;
  metrics['train/grad_norm'] = updates === 0 ? 0 : totals.gradNorm / updates;
  metrics['train/grad_norm_max'] = totals.gradNormMax;
  metrics['train/updates'] = updates;
  metrics['train/stopped_early'] = updates < planned ? 1 : 0;
  return metrics;
}
