/**
 * A model that learns: its weights with their gradient, the optimizer, and the frozen reference.
 *
 * Weights are plain arrays, which the optimizer changes in place. Nothing here may run beside
 * anything else that uses them; the backend sees to that.
 */
import { ConfigError, EngineError } from '../../base/index.ts';
import { AdamW } from '../../engine/index.ts';
import type {
  AdamSettings,
  ForwardBackwardResult,
  ScoreOptions,
  TokenScores,
  TrainingDatum,
  TrainingLoss,
} from '../backend.ts';
import { checkSequences } from '../check-input.ts';
import { needsValues } from '../graphs/head-graphs.ts';
import { planBatches } from '../runners/batches.ts';
import { addRows } from '../runners/embedding.ts';
import type { ModelRunner, TrainedWeights } from '../runners/runner.ts';
import { isValueWeight } from '../weights/parameters.ts';
import type { PolicyWeights } from '../weights/policy-weights.ts';
import { loadBackendState, saveBackendState } from '../weights/state-files.ts';
import type { RunPlan } from './run-plan.ts';
import { feedRows, padBatch } from './training-rows.ts';

type Arrays = Record<string, Float32Array>;

export class Learner {
  readonly #weights: PolicyWeights;
  readonly #runner: ModelRunner;
  readonly #plan: Pick<RunPlan, 'maxTokens' | 'chunks'>;
  readonly #gradients: Arrays;
  /** Whether all that was asked for since the last update is in the gradients. */
  #isGradientWhole = true;
  #optimizer: AdamW;
  /** Trained weights as they were when the reference was frozen; null before that. */
  #reference: Arrays | null = null;

  /** Sequences are passed through the runner in batches as the plan has it. */
  constructor(
    weights: PolicyWeights,
    runner: ModelRunner,
    plan: Pick<RunPlan, 'maxTokens' | 'chunks'>,
  ) {
    this.#weights = weights;
    this.#runner = runner;
    this.#plan = plan;
    this.#optimizer = new AdamW(weights.trained);
    this.#gradients = Object.fromEntries(
      Object.entries(weights.trained).map(([name, { length }]) => [name, new Float32Array(length)]),
    );
  }

  /** Gradients gathered since the last update, by weight name. */
  get gradients(): Readonly<Arrays> {
    return this.#gradients;
  }

  async score(
    sequences: readonly Int32Array[],
    model: 'current' | 'reference',
    { weights, temperature = 1 }: ScoreOptions = {},
  ): Promise<readonly TokenScores[]> {
    const withValues = this.#weights.valueHead !== 'none' && model === 'current';
    const trained = this.#weightsOf(model);
    const isScored = (sequence: number, position: number): boolean =>
      weights === undefined || weights[sequence]![position] !== 0;
    const scores = sequences.map((ids): TokenScores => {
      const logprobs = new Float32Array(ids.length);
      return withValues ? { logprobs, values: new Float32Array(ids.length) } : { logprobs };
    });
    for (const batch of this.#split(sequences)) {
      const part = batch.map((index) => sequences[index]!);
      const padded = padBatch(
        part,
        (sequence, position) => isScored(batch[sequence]!, position),
        this.#plan.chunks,
      );
      if (padded.rows.targets.length === 0) continue;
      const found = await this.#runner.score(padded, trained, { withValues, temperature });
      padded.rows.origins.forEach(({ sequence, position }, row) => {
        const own = scores[batch[sequence]!]!;
        own.logprobs[position] = found.logprobs[row]!;
        if (own.values) own.values[position] = found.values![row]!;
      });
    }
    return scores;
  }

  /** Adds the gradient of a loss; one that fails leaves a gradient that no update may use. */
  async forwardBackward(
    batch: readonly TrainingDatum[],
    loss: TrainingLoss,
  ): Promise<ForwardBackwardResult> {
    try {
      return await this.#accumulate(batch, loss);
    } catch (error) {
      this.#isGradientWhole = false;
      throw error;
    }
  }

  /** Makes one update and clears the gradient, whatever comes of it. */
  optimStep({ valueLearningRate, ...settings }: AdamSettings): { readonly gradNorm: number } {
    const learningRates: Record<string, number> = {};
    if (valueLearningRate !== undefined) {
      for (const name of Object.keys(this.#weights.trained)) {
        if (isValueWeight(name)) learningRates[name] = valueLearningRate;
      }
    }
    try {
      if (!this.#isGradientWhole) throw describeBrokenGradient();
      return this.#optimizer.step(this.#gradients, { ...settings, learningRates });
    } finally {
      this.#clearGradients();
    }
  }

  freezeReference(): void {
    this.#reference = Object.fromEntries(
      Object.entries(this.#weights.trained)
        .filter(([name]) => !isValueWeight(name))
        .map(([name, array]) => [name, array.slice()]),
    );
  }

  saveState(folder: string): void {
    saveBackendState(folder, {
      weights: this.#weights,
      reference: this.#reference,
      optimizer: this.#optimizer.state(),
    });
  }

  loadState(folder: string): void {
    const state = loadBackendState(folder, this.#weights);
    for (const [name, array] of Object.entries(state.trained)) {
      this.#weights.trained[name]!.set(array);
    }
    this.#reference = state.reference;
    this.#optimizer = new AdamW(this.#weights.trained);
    this.#optimizer.restore(state.optimizer);
    this.#clearGradients();
  }

  async #accumulate(
    batch: readonly TrainingDatum[],
    loss: TrainingLoss,
  ): Promise<ForwardBackwardResult> {
    if (needsValues(loss) && this.#weights.valueHead === 'none') throw describeMissingHead();
    const weights = this.#weightsOf('current');
    let total = 0;
    const sums: Record<string, number> = {};
    for (const indices of this.#split(batch.map(({ ids }) => ids))) {
      const part = indices.map((index) => batch[index]!);
      const padded = padBatch(
        part.map(({ ids }) => ids),
        (sequence, position) => part[sequence]!.weights[position] !== 0,
        this.#plan.chunks,
      );
      if (padded.rows.targets.length === 0) continue;
      const found = await this.#runner.train({
        batch: padded,
        loss,
        rowFeeds: feedRows(part, padded.rows),
        weights,
        addGradient: (name, data) => addInto(this.#gradients[name]!, data),
        addGradientRows: (name, ids, rows) =>
          addRows(this.#gradients[name]!, ids, rows, this.#weights.config.hiddenSize),
      });
      total += found.loss;
      for (const [name, sum] of Object.entries(found.sums)) sums[name] = (sums[name] ?? 0) + sum;
    }
    if (!Number.isFinite(total)) throw describeBadLoss(total);
    return { loss: total, sums };
  }

  #clearGradients(): void {
    for (const array of Object.values(this.#gradients)) array.fill(0);
    this.#isGradientWhole = true;
  }

  #split(sequences: readonly Int32Array[]): number[][] {
    checkSequences(sequences, this.#weights.config);
    return planBatches(
      sequences.map(({ length }) => length),
      this.#plan.maxTokens,
    );
  }

  #weightsOf(model: 'current' | 'reference'): TrainedWeights {
    if (model === 'current') return this.#weights.trainedTensors();
    if (!this.#reference) {
      throw new EngineError('no_reference', 'The reference model was never frozen.', {
        hint: 'Call freezeReference() before scoring with it.',
      });
    }
    return this.#weights.tensorsOf(this.#reference);
  }
}

function addInto(total: Float32Array, part: Float32Array): void {
  for (let index = 0; index < total.length; index += 1) total[index]! += part[index]!;
}

function describeBadLoss(loss: number): EngineError {
  return new EngineError('loss_not_finite', `The loss is not finite (${loss}).`, {
    hint: 'Lower the learning rate, and continue from the last checkpoint where there is one.',
  });
}

function describeBrokenGradient(): EngineError {
  return new EngineError(
    'gradient_incomplete',
    'A gradient since the last update could not be computed; no update was made.',
    { hint: 'The error of that forwardBackward says why.' },
  );
}

function describeMissingHead(): ConfigError {
  return new ConfigError('no_value_head', 'A value loss needs a value head; the policy has none.', {
    hint: 'Open the policy with a value head, or set valueCoef to 0.',
  });
}
