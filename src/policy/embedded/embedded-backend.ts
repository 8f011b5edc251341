/**
 * The training backend inside this process: our engine behind the interface the trainer sees.
 *
 * Blocks its thread while the runtime works, so it lives in a worker wherever a person waits.
 * Weights are plain arrays owned here; the optimizer changes them in place, and caches of running
 * sequences are dropped when they change.
 */
import { ConfigError, EngineError } from '../../base/index.ts';
import { AdamW, type ExecutionProvider, type Tensor } from '../../engine/index.ts';
import type {
  AdamSettings,
  BackendInfo,
  ForwardBackwardResult,
  SampleRequest,
  SampleResult,
  TokenScores,
  TrainingBackend,
  TrainingDatum,
  TrainingLoss,
} from '../backend.ts';
import { listScoredRows, padIds, planBatches, type ScoredRows } from '../runners/batches.ts';
import { addRows } from '../runners/embedding.ts';
import { BlockRunner, type BlockLimits } from '../runners/block-runner.ts';
import { isValueWeight } from '../weights/parameters.ts';
import type { PolicyWeights } from '../weights/policy-weights.ts';
import type { ModelRunner, SequenceBatch, TrainedWeights } from '../runners/runner.ts';
import { SamplerPool } from '../sampling/sampler-pool.ts';
import { Sampler, type SequenceSampler } from '../sampling/sampler.ts';
import { WholeRunner } from '../runners/whole-runner.ts';
import { exportModel } from '../weights/export-model.ts';
import { loadBackendState, saveBackendState } from '../weights/state-files.ts';

export type EmbeddedOptions = {
  readonly weights: PolicyWeights;
  readonly threads: number;
  /**
   * Threads that sample side by side, each with one core and a copy of the weights; default 1: this
   * thread, with all `threads`. More need the whole layout on the processor, and built JavaScript.
   */
  readonly samplers?: number;
  /** Largest padded size of one pass over sequences, in tokens. */
  readonly maxTokensPerBatch: number;
  /** One graph for the whole model, or one for a layer; default `auto`: by the model's size. */
  readonly layout?: GraphLayout;
  /** What computes; default `cpu`, the only one that is tested. */
  readonly provider?: ExecutionProvider;
  /** What a pass of the layer-by-layer mode may hold. */
  readonly blockLimits?: Partial<BlockLimits>;
};

/** `whole` is fastest for small models; `blocks` bounds memory for large ones. */
export type GraphLayout = 'auto' | 'whole' | 'blocks';

/** Models with more parameters are run layer by layer unless told otherwise. */
const largestWhole = 64_000_000;

/** Largest padded pass in tokens where memory is to be bounded. */
const blockTokens = 1024;

type Arrays = Record<string, Float32Array>;

export class EmbeddedBackend implements TrainingBackend {
  readonly #weights: PolicyWeights;
  readonly #maxTokens: number;
  readonly #runner: ModelRunner;
  readonly #sampler: SequenceSampler;
  readonly #pool: SamplerPool | null;
  readonly #gradients: Arrays = {};
  #optimizer: AdamW;
  /** Trained weights as they were when the reference was frozen; null before that. */
  #reference: Arrays | null = null;

  constructor(options: EmbeddedOptions) {
    const { weights } = options;
    this.#weights = weights;
    const isWhole = chooseLayout(options) === 'whole';
    this.#maxTokens = isWhole
      ? options.maxTokensPerBatch
      : Math.min(options.maxTokensPerBatch, blockTokens);
    const runnerOptions = {
      config: weights.config,
      valueHead: weights.valueHead,
      ...(weights.lora ? { lora: weights.lora } : {}),
      shapes: weights.shapes,
      frozen: weights.frozen,
      threads: options.threads,
      provider: options.provider ?? 'cpu',
    };
    this.#runner = isWhole
      ? new WholeRunner(runnerOptions)
      : new BlockRunner(runnerOptions, options.blockLimits);
    const { samplers = 1 } = options;
    this.#pool =
      samplers > 1 && isWhole && runnerOptions.provider === 'cpu'
        ? new SamplerPool(runnerOptions, samplers, () => weights.trainedTensors())
        : null;
    this.#sampler =
      this.#pool ??
      new Sampler(weights.config, (cache, ids, size, counts) =>
        this.#runner.step({ cache, ids, size, counts, weights: weights.trainedTensors() }),
      );
    this.#optimizer = new AdamW(weights.trained);
    for (const [name, array] of Object.entries(weights.trained)) {
      this.#gradients[name] = new Float32Array(array.length);
    }
  }

  async describe(): Promise<BackendInfo> {
    const { config, trained, valueHead } = this.#weights;
    const trainableCount = Object.values(trained).reduce((sum, { length }) => sum + length, 0);
    return {
      vocabularySize: config.vocabularySize,
      contextTokens: config.contextTokens,
      parameterCount: countParameters(this.#weights),
      trainableCount,
      hasValueHead: valueHead !== 'none',
    };
  }

  sample(
    requests: readonly SampleRequest[],
    signal?: AbortSignal,
  ): Promise<readonly SampleResult[]> {
    return requests.length === 0 ? Promise.resolve([]) : this.#sampler.sample(requests, signal);
  }

  async closeSequences(sequenceIds: readonly string[]): Promise<void> {
    await this.#sampler.close(sequenceIds);
  }

  async score(
    sequences: readonly Int32Array[],
    model: 'current' | 'reference',
    weights?: readonly Float32Array[],
  ): Promise<readonly TokenScores[]> {
    const withValues = this.#weights.valueHead !== 'none' && model === 'current';
    const trained = this.#weightsOf(model);
    const isScored = (sequence: number, position: number): boolean =>
      weights === undefined || weights[sequence]![position] !== 0;
    const scores = sequences.map((ids): TokenScores => {
      const logprobs = new Float32Array(ids.length);
      return withValues ? { logprobs, values: new Float32Array(ids.length) } : { logprobs };
    });
    for (const batch of this.#plan(sequences)) {
      const part = batch.map((index) => sequences[index]!);
      const padded = padBatch(part, (sequence, position) => isScored(batch[sequence]!, position));
      if (padded.rows.targets.length === 0) continue;
      const found = await this.#runner.score(padded, trained, withValues);
      padded.rows.origins.forEach(({ sequence, position }, row) => {
        const own = scores[batch[sequence]!]!;
        own.logprobs[position] = found.logprobs[row]!;
        if (own.values) own.values[position] = found.values![row]!;
      });
    }
    return scores;
  }

  async forwardBackward(
    batch: readonly TrainingDatum[],
    loss: TrainingLoss,
  ): Promise<ForwardBackwardResult> {
    const weights = this.#weightsOf('current');
    let lossTotal = 0;
    const sums: Record<string, number> = {};
    for (const indices of this.#plan(batch.map(({ ids }) => ids))) {
      const part = indices.map((index) => batch[index]!);
      const padded = padBatch(
        part.map(({ ids }) => ids),
        (sequence, position) => part[sequence]!.weights[position] !== 0,
      );
      if (padded.rows.targets.length === 0) continue;
      const found = await this.#runner.train({
        batch: padded,
        loss,
        rowFeeds: rowFeeds(part, padded.rows),
        weights,
        addGradient: (name, data) => addInto(this.#gradients[name]!, data),
        addGradientRows: (name, ids, rows) =>
          addRows(this.#gradients[name]!, ids, rows, this.#weights.config.hiddenSize),
      });
      lossTotal += found.loss;
      for (const [name, sum] of Object.entries(found.sums)) sums[name] = (sums[name] ?? 0) + sum;
    }
    return { loss: lossTotal, sums };
  }

  async optimStep(settings: AdamSettings): Promise<{ readonly gradNorm: number }> {
    const { valueLearningRate, ...rest } = settings;
    const learningRates: Record<string, number> = {};
    if (valueLearningRate !== undefined) {
      for (const name of Object.keys(this.#weights.trained)) {
        if (isValueWeight(name)) learningRates[name] = valueLearningRate;
      }
    }
    try {
      return this.#optimizer.step(this.#gradients, { ...rest, learningRates });
    } finally {
      for (const array of Object.values(this.#gradients)) array.fill(0);
      this.#sampler.closeAll();
    }
  }

  async freezeReference(): Promise<void> {
    this.#reference = Object.fromEntries(
      Object.entries(this.#weights.trained)
        .filter(([name]) => !isValueWeight(name))
        .map(([name, array]) => [name, array.slice()]),
    );
  }

  async saveState(folder: string): Promise<void> {
    saveBackendState(folder, {
      weights: this.#weights,
      reference: this.#reference,
      optimizer: this.#optimizer.state(),
    });
  }

  async loadState(folder: string): Promise<void> {
    const state = loadBackendState(folder, this.#weights);
    for (const [name, array] of Object.entries(state.trained)) {
      this.#weights.trained[name]!.set(array);
    }
    this.#reference = state.reference;
    this.#optimizer = new AdamW(this.#weights.trained);
    this.#optimizer.restore(state.optimizer);
    for (const array of Object.values(this.#gradients)) array.fill(0);
    this.#sampler.closeAll();
  }

  async saveModel(folder: string): Promise<void> {
    exportModel(folder, this.#weights);
  }

  /** Gradients gathered since the last update, by weight name. For tests and custom optimizers. */
  gradients(): Readonly<Record<string, Float32Array>> {
    return this.#gradients;
  }

  async close(): Promise<void> {
    this.#sampler.closeAll();
    await this.#pool?.release();
    await this.#runner.release();
  }

  #plan(sequences: readonly Int32Array[]): number[][] {
    const longest = sequences.reduce((most, { length }) => Math.max(most, length), 0);
    if (longest > this.#weights.config.contextTokens) {
      throw new ConfigError(
        'context_overflow',
        `A sequence of ${longest} tokens exceeds the model's context of ${this.#weights.config.contextTokens}.`,
        { hint: 'Hold fewer or shorter turns, or use a model with a longer context.' },
      );
    }
    return planBatches(
      sequences.map(({ length }) => length),
      this.#maxTokens,
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

/** Which way a model is run: as asked for, or by its size. */
function chooseLayout({ layout = 'auto', weights }: EmbeddedOptions): 'whole' | 'blocks' {
  if (layout !== 'auto') return layout;
  return countParameters(weights) <= largestWhole ? 'whole' : 'blocks';
}

function countParameters({ trained, frozen }: PolicyWeights): number {
  let count = 0;
  for (const { length } of Object.values(trained)) count += length;
  for (const { data } of Object.values(frozen)) count += data.length;
  return count;
}

function padBatch(
  sequences: readonly Int32Array[],
  isScored: (sequence: number, position: number) => boolean,
): SequenceBatch {
  const { ids, length, chunks } = padIds(sequences);
  return { ids, chunks, rows: listScoredRows(sequences, length, isScored) };
}

function addInto(total: Float32Array, part: Float32Array): void {
  for (let index = 0; index < total.length; index += 1) total[index]! += part[index]!;
}

const rowInputs = {
  weights: 'weights',
  behaviorLogprobs: 'behaviorLogprobs',
  referenceLogprobs: 'referenceLogprobs',
  advantages: 'advantages',
  returns: 'returns',
  oldValues: 'oldValues',
} as const satisfies Record<string, keyof TrainingDatum>;

/** Per-token arrays of the batch, taken at the scored rows. Shape: `[R]` each. */
function rowFeeds(batch: readonly TrainingDatum[], rows: ScoredRows): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const [input, field] of Object.entries(rowInputs)) {
    if (batch.some((datum) => datum[field] === undefined)) continue;
    const data = Float32Array.from(
      rows.origins,
      ({ sequence, position }) => batch[sequence]![field]![position]!,
    );
    feeds[input] = { type: 'float32', shape: [data.length], data };
  }
  return feeds;
}
