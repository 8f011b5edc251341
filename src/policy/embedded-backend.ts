/**
 * The training backend inside this process: our engine behind the interface the trainer sees.
 *
 * Blocks its thread while the runtime works, so it lives in a worker wherever a person waits.
 * Weights are plain arrays owned here; the optimiser changes them in place, and caches of running
 * sequences are dropped when they change.
 */
import { ConfigError, EngineError, invariant } from '../base/index.ts';
import { AdamW, type Tensor } from '../engine/index.ts';
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
} from './backend.ts';
import {
  createCausalMask,
  int32Tensor,
  listScoredRows,
  padIds,
  planBatches,
  RotaryTable,
  type ScoredRows,
} from './batches.ts';
import type { CacheBlock } from './cache-block.ts';
import { ModelGraphs } from './model-graphs.ts';
import type { PolicyWeights } from './policy-weights.ts';
import { Sampler } from './sampler.ts';
import { exportModel } from './export-model.ts';
import { loadBackendState, saveBackendState } from './state-files.ts';

export type EmbeddedOptions = {
  readonly weights: PolicyWeights;
  readonly threads: number;
  /** Largest padded size of one pass over sequences, in tokens. */
  readonly maxTokensPerBatch: number;
};

type Arrays = Record<string, Float32Array>;

export class EmbeddedBackend implements TrainingBackend {
  readonly #weights: PolicyWeights;
  readonly #maxTokens: number;
  readonly #graphs: ModelGraphs;
  readonly #rotary: RotaryTable;
  readonly #sampler: Sampler;
  readonly #masks = new Map<number, Tensor>();
  readonly #gradients: Arrays = {};
  #optimizer: AdamW;
  /** Trained weights as they were when the reference was frozen; null before that. */
  #reference: Arrays | null = null;

  constructor(options: EmbeddedOptions) {
    const { weights } = options;
    this.#weights = weights;
    this.#maxTokens = options.maxTokensPerBatch;
    this.#graphs = new ModelGraphs({
      config: weights.config,
      valueHead: weights.valueHead,
      ...(weights.lora ? { lora: weights.lora } : {}),
      shapes: weights.shapes,
      frozen: weights.frozenTensors(),
      threads: options.threads,
    });
    this.#rotary = new RotaryTable(weights.config);
    this.#sampler = new Sampler(weights.config, (...step) => this.#runStep(...step));
    this.#optimizer = new AdamW(weights.trained);
    for (const [name, array] of Object.entries(weights.trained)) {
      this.#gradients[name] = new Float32Array(array.length);
    }
  }

  async describe(): Promise<BackendInfo> {
    const { config, trained, valueHead } = this.#weights;
    const count = (arrays: Iterable<ArrayLike<number>>): number =>
      [...arrays].reduce((sum, { length }) => sum + length, 0);
    const trainableCount = count(Object.values(trained));
    return {
      vocabularySize: config.vocabularySize,
      contextTokens: config.contextTokens,
      parameterCount: trainableCount + count(Object.values(this.#weights.frozen)),
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
    this.#sampler.close(sequenceIds);
  }

  async score(
    sequences: readonly Int32Array[],
    model: 'current' | 'reference',
  ): Promise<readonly TokenScores[]> {
    const withValues = this.#weights.valueHead !== 'none' && model === 'current';
    const session = await this.#graphs.score(withValues);
    const scores = sequences.map((ids): TokenScores => {
      const logprobs = new Float32Array(ids.length);
      return withValues ? { logprobs, values: new Float32Array(ids.length) } : { logprobs };
    });
    for (const batch of this.#plan(sequences)) {
      const part = batch.map((index) => sequences[index]!);
      const { feeds, rows } = this.#sequenceFeeds(part, () => true);
      if (rows.targets.length === 0) continue;
      const outputs = await session.run({ ...feeds, ...this.#weightFeeds(model) });
      const scatter = (name: 'logprobs' | 'values'): void => {
        const data = outputs[name]?.data;
        if (!data) return;
        rows.origins.forEach(({ sequence, position }, row) => {
          scores[batch[sequence]!]![name]![position] = Number(data[row]);
        });
      };
      scatter('logprobs');
      scatter('values');
    }
    return scores;
  }

  async forwardBackward(
    batch: readonly TrainingDatum[],
    loss: TrainingLoss,
  ): Promise<ForwardBackwardResult> {
    const session = await this.#graphs.train(loss);
    let lossTotal = 0;
    const sums: Record<string, number> = {};
    for (const indices of this.#plan(batch.map(({ ids }) => ids))) {
      const part = indices.map((index) => batch[index]!);
      const { feeds, rows } = this.#sequenceFeeds(
        part.map(({ ids }) => ids),
        (sequence, position) => part[sequence]!.weights[position] !== 0,
      );
      if (rows.targets.length === 0) continue;
      const outputs = await session.run({
        ...feeds,
        ...rowFeeds(part, rows),
        ...this.#weightFeeds('current'),
        scale: { type: 'float32', shape: [], data: Float32Array.of(loss.scale) },
      });
      for (const [name, { data }] of Object.entries(outputs)) {
        if (name.startsWith('grad.'))
          addInto(this.#gradients[name.slice(5)]!, data as Float32Array);
        else if (name === 'loss') lossTotal += Number(data[0]);
        else sums[name.slice(4)] = (sums[name.slice(4)] ?? 0) + Number(data[0]);
      }
    }
    return { loss: lossTotal, sums };
  }

  async optimStep(settings: AdamSettings): Promise<{ readonly gradNorm: number }> {
    const { valueLearningRate, ...rest } = settings;
    const learningRates: Record<string, number> = {};
    if (valueLearningRate !== undefined) {
      for (const name of Object.keys(this.#weights.trained)) {
        if (/^(value_head|critic)\./.test(name)) learningRates[name] = valueLearningRate;
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
        .filter(([name]) => !/^(value_head|critic)\./.test(name))
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

  /** Gradients gathered since the last update, by weight name. For tests and custom optimisers. */
  gradients(): Readonly<Record<string, Float32Array>> {
    return this.#gradients;
  }

  async close(): Promise<void> {
    this.#sampler.closeAll();
    await this.#graphs.release();
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

  #sequenceFeeds(
    sequences: readonly Int32Array[],
    isScored: (sequence: number, position: number) => boolean,
  ): { readonly feeds: Record<string, Tensor>; readonly rows: ScoredRows } {
    const { ids, length } = padIds(sequences);
    const rows = listScoredRows(sequences, length, isScored);
    const count = [rows.targets.length];
    const feeds = {
      ids,
      ...this.#rotary.range(length),
      mask: this.#mask(length),
      positions: int32Tensor(rows.positions, count),
      targets: int32Tensor(rows.targets, count),
    };
    return { feeds, rows };
  }

  #mask(length: number): Tensor {
    let mask = this.#masks.get(length);
    if (!mask) {
      const { headCount, kvHeadCount } = this.#weights.config;
      mask = createCausalMask(length, headCount / kvHeadCount);
      if (this.#masks.size >= 16) this.#masks.clear();
      this.#masks.set(length, mask);
    }
    return mask;
  }

  #weightFeeds(model: 'current' | 'reference'): Record<string, Tensor> {
    if (model === 'current') return this.#weights.trainedTensors();
    if (!this.#reference) {
      throw new EngineError('no_reference', 'The reference model was never frozen.', {
        hint: 'Call freezeReference() before scoring with it.',
      });
    }
    return this.#weights.tensorsOf(this.#reference);
  }

  async #runStep(
    block: CacheBlock,
    ids: Int32Array,
    size: number,
    counts: Int32Array,
  ): ReturnType<ConstructorParameters<typeof Sampler>[1]> {
    const { config } = this.#weights;
    const session = await this.#graphs.step(size);
    const last = Int32Array.from(counts, (count, row) => row * size + Math.max(count, 1) - 1);
    const outputs = await session.run({
      ids: int32Tensor(ids, [block.rows, size]),
      ...this.#rotary.from(Array.from(block.lengths), size),
      mask: this.#mask(size),
      positions: int32Tensor(last, [block.rows]),
      ...block.feeds(),
      ...this.#weights.trainedTensors(),
    });
    const take = (name: string): Float32Array => {
      const tensor = outputs[name];
      invariant(tensor, `the step graph has no output ${name}`);
      return tensor.data as Float32Array;
    };
    return {
      logits: take('logits'),
      layers: Array.from({ length: config.layerCount }, (_, layer) => ({
        key: take(`key.${layer}`),
        value: take(`value.${layer}`),
      })),
    };
  }
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
