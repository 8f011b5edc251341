/**
 * The training backend inside this process: our engine behind the interface the trainer sees.
 *
 * Blocks its thread while the runtime works, so it lives in a worker wherever a person waits.
 * Sampling runs beside sampling; everything else waits for what was asked for before it. Caches of
 * conversations are dropped when the weights change.
 */
import { throwIfAborted } from '../../base/index.ts';
import type { Device } from '../../engine/index.ts';
import type {
  AdamSettings,
  BackendInfo,
  ForwardBackwardResult,
  SampleOptions,
  SampleRequest,
  SampleResult,
  ScoreOptions,
  TokenScores,
  TrainingBackend,
  TrainingDatum,
  TrainingLoss,
} from '../backend.ts';
import { checkSampleRequest } from '../check-input.ts';
import { BlockRunner, type BlockLimits } from '../runners/block-runner.ts';
import type { ModelRunner } from '../runners/runner.ts';
import { WholeRunner } from '../runners/whole-runner.ts';
import { SamplerPool } from '../sampling/sampler-pool.ts';
import { RoundedSteps } from '../sampling/rounded-steps.ts';
import { Sampler, type SequenceSampler } from '../sampling/sampler.ts';
import { canHoldBlocks } from '../weights/block-weights.ts';
import { exportModel } from '../weights/export-model.ts';
import type { PolicyWeights } from '../weights/policy-weights.ts';
import { Learner } from './learner.ts';
import { countParameters, planRun, type GraphLayout } from './run-plan.ts';
import { WorkQueue } from './work-queue.ts';

/** Bits of the weights that decode, at most; `auto` is 32. */
export type DecodeBits = 'auto' | 32 | 8 | 4;

export type EmbeddedOptions = {
  readonly weights: PolicyWeights;
  readonly threads: number;
  /**
   * Threads that sample side by side, each with one core and a copy of the weights; default 1: this
   * thread, with all `threads`. More are for small models on the processor, and need built JavaScript.
   */
  readonly samplers?: number;
  /** Largest padded size of one pass over sequences, in tokens. */
  readonly maxTokensPerBatch: number;
  /** One graph for the whole model, or one for a layer; default `auto`: by the model's size and this machine's memory. */
  readonly layout?: GraphLayout;
  /** What computes; default `cpu`. */
  readonly device?: Device;
  /**
   * Bits of the weights by which a model above 64 million parameters is decoded, on the processor. 32 is as
   * `score` computes, 8 is faster and rounds what is drawn, 4 is faster still and rounds more. What came in
   * 4 bits (Q4_1) loses nothing by them, and is held so at 8, too.
   */
  readonly decodeBits?: DecodeBits;
  /** What a pass of the layer-by-layer mode may hold. */
  readonly blockLimits?: Partial<BlockLimits>;
};

export class EmbeddedBackend implements TrainingBackend {
  readonly #weights: PolicyWeights;
  readonly #runner: ModelRunner;
  /** Runs the cached steps of sampling. */
  readonly #stepper: ModelRunner;
  /** Runs those of one token a row, where they may be rounded. */
  readonly #rounded: RoundedSteps | null;
  readonly #learner: Learner;
  readonly #sampler: SequenceSampler;
  readonly #pool: SamplerPool | null;
  readonly #queue = new WorkQueue();

  constructor(options: EmbeddedOptions) {
    const { weights, samplers = 1 } = options;
    this.#weights = weights;
    const { maxTokensPerBatch: maxTokens, layout = 'auto' } = options;
    const plan = planRun(weights, { layout, maxTokens });
    const graphOptions = {
      config: weights.config,
      valueHead: weights.valueHead,
      ...(weights.lora ? { lora: weights.lora } : {}),
      shapes: weights.shapes,
      frozen: weights.frozen,
      threads: options.threads,
      device: options.device ?? 'cpu',
    };
    this.#runner =
      plan.layout === 'whole'
        ? new WholeRunner(graphOptions, plan.holdsWeights)
        : new BlockRunner(graphOptions, options.blockLimits);
    this.#stepper =
      plan.layout === 'whole' && !plan.holdsWeights ? new BlockRunner(graphOptions) : this.#runner;
    this.#learner = new Learner(weights, this.#runner, plan);
    this.#pool =
      samplers > 1 && plan.holdsWeights && graphOptions.device === 'cpu'
        ? new SamplerPool(graphOptions, samplers, () => weights.trainedTensors())
        : null;
    const { decodeBits: bits = 'auto', threads } = options;
    const canRound =
      !plan.holdsWeights && graphOptions.device === 'cpu' && canHoldBlocks(weights.config);
    this.#rounded =
      bits !== 'auto' && bits !== 32 && canRound
        ? new RoundedSteps(weights, { bits, threads })
        : null;
    if (this.#rounded !== null) this.#prepare(this.#rounded);
    this.#sampler =
      this.#pool ??
      new Sampler(weights.config, (call) => {
        if (this.#rounded?.suits(call)) return this.#rounded.step(call);
        return this.#stepper.step({ ...call, weights: weights.trainedTensors() });
      });
  }

  async describe(): Promise<BackendInfo> {
    const { config, trained, valueHead } = this.#weights;
    const trainableCount = Object.values(trained).reduce((sum, { length }) => sum + length, 0);
    return {
      name: 'embedded engine',
      vocabularySize: config.vocabularySize,
      contextTokens: config.contextTokens,
      parameterCount: countParameters(this.#weights),
      trainableCount,
      capabilities: { valueHead: valueHead !== 'none', reference: true },
    };
  }

  async sample(
    requests: readonly SampleRequest[],
    options: SampleOptions = {},
  ): Promise<readonly SampleResult[]> {
    for (const request of requests) checkSampleRequest(request, this.#weights.config);
    if (requests.length === 0) return [];
    return this.#queue.shared(async () => {
      throwIfAborted(options.signal);
      return this.#sampler.sample(requests, options);
    });
  }

  closeSequences(sequenceIds: readonly string[]): Promise<void> {
    return this.#queue.shared(async () => this.#sampler.close(sequenceIds));
  }

  score(
    sequences: readonly Int32Array[],
    model: 'current' | 'reference',
    options?: ScoreOptions,
  ): Promise<readonly TokenScores[]> {
    return this.#queue.exclusive(() => this.#learner.score(sequences, model, options));
  }

  forwardBackward(
    batch: readonly TrainingDatum[],
    loss: TrainingLoss,
  ): Promise<ForwardBackwardResult> {
    return this.#queue.exclusive(() => this.#learner.forwardBackward(batch, loss));
  }

  optimStep(settings: AdamSettings): Promise<{ readonly gradNorm: number }> {
    return this.#queue.exclusive(async () => {
      try {
        return this.#learner.optimStep(settings);
      } finally {
        await this.#forget();
      }
    });
  }

  freezeReference(): Promise<void> {
    return this.#queue.exclusive(async () => this.#learner.freezeReference());
  }

  saveState(folder: string): Promise<void> {
    return this.#queue.exclusive(async () => this.#learner.saveState(folder));
  }

  loadState(folder: string): Promise<void> {
    return this.#queue.exclusive(async () => {
      this.#learner.loadState(folder);
      await this.#forget();
    });
  }

  saveModel(folder: string): Promise<void> {
    return this.#queue.exclusive(async () => exportModel(folder, this.#weights));
  }

  close(): Promise<void> {
    return this.#queue.exclusive(async () => {
      await this.#forget();
      await this.#pool?.release();
      await this.#runner.release();
      if (this.#stepper !== this.#runner) await this.#stepper.release();
    });
  }

  /** Rounds the weights while nobody waits; what goes wrong is told by the first step. */
  #prepare(rounded: RoundedSteps): void {
    void this.#queue.shared(() => rounded.prepare()).catch(() => undefined);
  }

  /** Lets go of what was computed with weights that are no more. */
  async #forget(): Promise<void> {
    this.#sampler.closeAll();
    await this.#rounded?.release();
  }

  /** Gradients gathered since the last update, by weight name. For tests and custom optimizers. */
  gradients(): Readonly<Record<string, Float32Array>> {
    return this.#learner.gradients;
  }
}
