/**
 * The table policy behind the backend interface: the same contract as the engine's (accumulated
 * gradients, AdamW, reference, saved state), so that the trainer can be tested without the engine.
 *
 * It does one thing after the other, in the order of the calls.
 */
import * as path from 'node:path';
import {
  CheckpointError,
  ConfigError,
  createRandom,
  EngineError,
  readJsonFile,
  throwIfAborted,
  writeFileAtomic,
} from '../../base/index.ts';
import {
  checkSampleRequest,
  checkSequences,
  type AdamSettings,
  type BackendInfo,
  type ForwardBackwardResult,
  type SampledToken,
  type SampleOptions,
  type SampleRequest,
  type SampleResult,
  type ScoreOptions,
  type TokenScores,
  type TrainingBackend,
  type TrainingDatum,
  type TrainingLoss,
} from '../../policy/index.ts';
import { TablePolicy } from './table-policy.ts';

type SavedState = {
  readonly parameters: readonly number[];
  readonly reference: readonly number[];
  readonly moments: readonly [readonly number[], readonly number[]];
  readonly updates: number;
};

/** Backend over a vocabulary of `size` tokens. */
export class TableBackend implements TrainingBackend {
  readonly #policy: TablePolicy;
  readonly #limits: { readonly vocabularySize: number; readonly contextTokens: number };
  /** Whether all that was asked for since the last update is in the gradient. */
  #isGradientWhole = true;
  /** Settles with the last call. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(size: number, seed = 1) {
    this.#policy = new TablePolicy(size, createRandom(seed));
    this.#limits = { vocabularySize: size, contextTokens: 4096 };
  }

  /** The parameters, for comparison in tests. */
  get parameters(): Float64Array {
    return this.#policy.state.parameters.slice();
  }

  /** The gradient accumulated since the last update, for comparison in tests. */
  get gradient(): Float64Array {
    return this.#policy.gradient.slice();
  }

  /** Overwrites one parameter, to plant a fault. */
  setParameter(index: number, value: number): void {
    this.#policy.state.parameters[index] = value;
  }

  async describe(): Promise<BackendInfo> {
    const parameterCount = this.#policy.state.parameters.length;
    return {
      name: 'table',
      ...this.#limits,
      parameterCount,
      trainableCount: parameterCount,
      capabilities: { valueHead: true, reference: true },
    };
  }

  sample(
    requests: readonly SampleRequest[],
    { signal, onToken }: SampleOptions = {},
  ): Promise<readonly SampleResult[]> {
    return this.#inOrder(async () => {
      for (const request of requests) this.#check(request);
      const results: SampleResult[] = [];
      for (const [index, request] of requests.entries()) {
        const report = (token: SampledToken): void => onToken?.(index, token);
        results.push(await this.#sampleOne(request, signal, report));
      }
      return results;
    });
  }

  closeSequences(): Promise<void> {
    return Promise.resolve();
  }

  score(
    sequences: readonly Int32Array[],
    model: 'current' | 'reference',
    { weights, temperature = 1 }: ScoreOptions = {},
  ): Promise<readonly TokenScores[]> {
    return this.#inOrder(() => {
      checkSequences(sequences, this.#limits);
      return sequences.map((ids, row) =>
        this.#policy.score(ids, model, { weights: weights?.[row], temperature }),
      );
    });
  }

  forwardBackward(
    batch: readonly TrainingDatum[],
    loss: TrainingLoss,
  ): Promise<ForwardBackwardResult> {
    return this.#inOrder(() => {
      const isWhole = this.#isGradientWhole;
      this.#isGradientWhole = false;
      checkSequences(
        batch.map(({ ids }) => ids),
        this.#limits,
      );
      const result = this.#policy.accumulate(batch, loss);
      this.#isGradientWhole = isWhole;
      return result;
    });
  }

  optimStep(settings: AdamSettings): Promise<{ readonly gradNorm: number }> {
    return this.#inOrder(() => {
      try {
        if (this.#isGradientWhole) return this.#policy.step(settings);
        throw new EngineError('gradient_incomplete', 'A gradient could not be computed.');
      } finally {
        this.#clearGradient();
      }
    });
  }

  freezeReference(): Promise<void> {
    return this.#inOrder(() => {
      const { state } = this.#policy;
      this.#policy.state = { ...state, reference: state.parameters.slice() };
    });
  }

  saveState(folder: string): Promise<void> {
    return this.#inOrder(() => {
      const { parameters, reference, moments, updates } = this.#policy.state;
      const state: SavedState = {
        parameters: [...parameters],
        reference: [...reference],
        moments: [[...moments[0]], [...moments[1]]],
        updates,
      };
      writeFileAtomic(path.join(folder, 'tables.json'), JSON.stringify(state));
    });
  }

  loadState(folder: string): Promise<void> {
    return this.#inOrder(() => {
      const state = readJsonFile(path.join(folder, 'tables.json'), 'saved tables') as SavedState;
      if (state.parameters.length !== this.#policy.state.parameters.length) {
        throw new CheckpointError('size', 'The saved tables have another size.');
      }
      this.#policy.state = {
        parameters: Float64Array.from(state.parameters),
        reference: Float64Array.from(state.reference),
        moments: [Float64Array.from(state.moments[0]), Float64Array.from(state.moments[1])],
        updates: state.updates,
      };
      this.#clearGradient();
    });
  }

  saveModel(folder: string): Promise<void> {
    return this.#inOrder(() => {
      writeFileAtomic(path.join(folder, 'model.json'), JSON.stringify([...this.parameters]));
    });
  }

  close(): Promise<void> {
    return this.#inOrder(() => undefined);
  }

  async #sampleOne(
    { promptIds, sampling, stopIds, seed }: SampleRequest,
    signal: AbortSignal | undefined,
    onToken: (token: SampledToken) => void,
  ): Promise<SampleResult> {
    const random = createRandom(seed);
    const limit = Math.min(sampling.maxTokens, this.#limits.contextTokens - promptIds.length);
    const ids: number[] = [];
    const logprobs: number[] = [];
    for (let last = promptIds.at(-1)!; ids.length < limit; last = ids.at(-1)!) {
      await Promise.resolve();
      throwIfAborted(signal);
      const token = this.#policy.draw(last, sampling.temperature, random);
      ids.push(token.id);
      logprobs.push(token.logprob);
      onToken(token);
      if (stopIds.includes(token.id)) return { ids, logprobs, finishReason: 'stop' };
    }
    return { ids, logprobs, finishReason: 'length' };
  }

  #check(request: SampleRequest): void {
    checkSampleRequest(request, this.#limits);
    const { topK = 0, topP = 1, minP = 0 } = request.sampling;
    if (topK === 0 && topP === 1 && minP === 0) return;
    throw new ConfigError('sampling_options', 'The table draws from the whole vocabulary only.');
  }

  #clearGradient(): void {
    this.#policy.gradient.fill(0);
    this.#isGradientWhole = true;
  }

  #inOrder<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const run = this.#last.then(work, work);
    this.#last = run.catch(() => undefined);
    return run;
  }
}
