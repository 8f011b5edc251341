/**
 * A training backend small enough to check by hand: logits and values are tables over the last token.
 *
 * It follows the same contract as the engine (accumulated gradients, AdamW, reference, saved state)
 * in plain float64 arithmetic, so that the trainer can be tested without the engine, and so that
 * the engine has something independent to be compared with. It is no language model.
 */
import * as path from 'node:path';
import {
  CheckpointError,
  createRandom,
  EngineError,
  readJsonFile,
  writeFileAtomic,
} from '../../base/index.ts';
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
} from '../../policy/index.ts';
import {
  computeKlLoss,
  computePolicyLoss,
  computeTokenKl,
  computeValueLoss,
} from '../math/index.ts';

type Tables = {
  /** Row per last token, column per next token. */
  readonly logits: Float64Array;
  readonly values: Float64Array;
};

type SavedState = {
  readonly parameters: readonly number[];
  readonly reference: readonly number[];
  readonly moments: readonly [readonly number[], readonly number[]];
  readonly updates: number;
};

/** Tabular policy over a vocabulary of `size` tokens. */
export class TableBackend implements TrainingBackend {
  readonly #size: number;
  readonly #sequences = new Map<string, number>();
  /** V * V logits, then V values. */
  #parameters: Float64Array;
  #reference: Float64Array;
  #gradient: Float64Array;
  #moments: [Float64Array, Float64Array];
  #updates = 0;

  constructor(size: number, seed = 1) {
    this.#size = size;
    const count = size * size + size;
    const random = createRandom(seed);
    this.#parameters = Float64Array.from({ length: count }, (_, index) =>
      index < size * size ? random.normal() * 0.1 : 0,
    );
    this.#reference = this.#parameters.slice();
    this.#gradient = new Float64Array(count);
    this.#moments = [new Float64Array(count), new Float64Array(count)];
  }

  /** The parameters, for comparison in tests. */
  get parameters(): Float64Array {
    return this.#parameters.slice();
  }

  /** The gradient accumulated since the last update, for comparison in tests. */
  get gradient(): Float64Array {
    return this.#gradient.slice();
  }

  /** Overwrites one parameter, to plant a fault. */
  setParameter(index: number, value: number): void {
    this.#parameters[index] = value;
  }

  describe(): Promise<BackendInfo> {
    const parameterCount = this.#parameters.length;
    return Promise.resolve({
      vocabularySize: this.#size,
      contextTokens: 4096,
      parameterCount,
      trainableCount: parameterCount,
      hasValueHead: true,
    });
  }

  sample(requests: readonly SampleRequest[]): Promise<readonly SampleResult[]> {
    return Promise.resolve(requests.map((request) => this.#sampleOne(request)));
  }

  #sampleOne(request: SampleRequest): SampleResult {
    const random = createRandom(request.seed);
    let last = request.appendIds.at(-1) ?? this.#sequences.get(request.sequenceId) ?? 0;
    const ids: number[] = [];
    const logprobs: number[] = [];
    let stopped = false;
    while (ids.length < request.sampling.maxTokens && !stopped) {
      const row = logSoftmaxRow(this.#tables(this.#parameters).logits, last, this.#size);
      const next = drawToken(row, request.sampling.temperature, random.next());
      ids.push(next);
      logprobs.push(row[next]!);
      last = next;
      stopped = request.stopIds.includes(next);
    }
    this.#sequences.set(request.sequenceId, last);
    return { ids, logprobs, finishReason: stopped ? 'stop' : 'length' };
  }

  closeSequences(sequenceIds: readonly string[]): Promise<void> {
    for (const id of sequenceIds) this.#sequences.delete(id);
    return Promise.resolve();
  }

  score(
    sequences: readonly Int32Array[],
    model: 'current' | 'reference',
  ): Promise<readonly TokenScores[]> {
    const tables = this.#tables(model === 'current' ? this.#parameters : this.#reference);
    return Promise.resolve(sequences.map((ids) => scoreSequence(ids, tables, this.#size)));
  }

  forwardBackward(
    batch: readonly TrainingDatum[],
    loss: TrainingLoss,
  ): Promise<ForwardBackwardResult> {
    const sums: Record<string, number> = { weight: 0 };
    let total = 0;
    for (const datum of batch) total += this.#accumulate(datum, loss, sums);
    return Promise.resolve({ loss: total * loss.scale, sums });
  }

  /** Adds the gradient of one sequence; returns its unscaled loss. */
  #accumulate(datum: TrainingDatum, loss: TrainingLoss, sums: Record<string, number>): number {
    const tables = this.#tables(this.#parameters);
    const scores = scoreSequence(datum.ids, tables, this.#size);
    const add = (name: string, value: number): void => {
      sums[name] = (sums[name] ?? 0) + value;
    };
    let total = 0;
    for (let index = 1; index < datum.ids.length; index += 1) {
      const weight = datum.weights[index]!;
      if (weight === 0) continue;
      const last = datum.ids[index - 1]!;
      const next = datum.ids[index]!;
      const logprob = scores.logprobs[index]!;
      add('weight', weight);
      let slope = -1;
      if (loss.kind === 'cross_entropy') {
        add('cross_entropy', -weight * logprob);
        total -= weight * logprob;
      } else {
        const behavior = datum.behaviorLogprobs![index]!;
        const reference = datum.referenceLogprobs![index]!;
        const token = { currentLogprobs: [logprob], behaviorLogprobs: [behavior], weights: [1] };
        const policy = computePolicyLoss({
          ...token,
          advantages: [datum.advantages![index]!],
          clipEpsilon: loss.clipEpsilon,
        });
        const kl = computeKlLoss({ ...token, referenceLogprobs: [reference] });
        slope = policy.gradient[0]! + loss.klCoef * kl.gradient[0]!;
        const value = scoreValue(tables.values[last]!, datum, index, loss.valueClip);
        const row = logSoftmaxRow(tables.logits, last, this.#size);
        const entropy = -row.reduce((sum, each) => sum + Math.exp(each) * each, 0);
        add('policy_loss', weight * policy.loss);
        add('clipped', weight * policy.clipFraction);
        add('kl_to_reference', weight * computeTokenKl(logprob, reference, 'k3'));
        add('approx_kl', weight * computeTokenKl(behavior, logprob, 'k3'));
        add('value_loss', weight * value.loss);
        add('entropy', weight * entropy);
        total +=
          weight *
          (policy.loss +
            loss.klCoef * kl.loss +
            loss.valueCoef * value.loss -
            loss.entropyCoef * entropy);
        this.#gradient[this.#size ** 2 + last]! +=
          loss.scale * weight * loss.valueCoef * value.gradient;
        row.forEach((each, token) => {
          const share = Math.exp(each) * (each + entropy);
          this.#gradient[last * this.#size + token]! +=
            loss.scale * weight * loss.entropyCoef * share;
        });
      }
      const row = logSoftmaxRow(tables.logits, last, this.#size);
      for (let token = 0; token < this.#size; token += 1) {
        const share = Number(token === next) - Math.exp(row[token]!);
        this.#gradient[last * this.#size + token]! += loss.scale * weight * slope * share;
      }
    }
    return total;
  }

  optimStep(settings: AdamSettings): Promise<{ readonly gradNorm: number }> {
    const gradNorm = Math.sqrt(this.#gradient.reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(gradNorm)) {
      this.#gradient.fill(0);
      return Promise.reject(new EngineError('gradient_not_finite', 'The gradient is not finite.'));
    }
    const { beta1, beta2, gradClipNorm } = settings;
    const shrink = gradClipNorm > 0 && gradNorm > gradClipNorm ? gradClipNorm / gradNorm : 1;
    this.#updates += 1;
    const [first, second] = this.#moments;
    for (let index = 0; index < this.#parameters.length; index += 1) {
      const gradient = this.#gradient[index]! * shrink;
      first[index] = beta1 * first[index]! + (1 - beta1) * gradient;
      second[index] = beta2 * second[index]! + (1 - beta2) * gradient * gradient;
      const mean = first[index]! / (1 - beta1 ** this.#updates);
      const square = second[index]! / (1 - beta2 ** this.#updates);
      const isValue = index >= this.#size ** 2;
      const rate = isValue
        ? (settings.valueLearningRate ?? settings.learningRate)
        : settings.learningRate;
      this.#parameters[index]! -=
        rate *
        (mean / (Math.sqrt(square) + settings.epsilon) +
          settings.weightDecay * this.#parameters[index]!);
    }
    this.#gradient.fill(0);
    return Promise.resolve({ gradNorm });
  }

  freezeReference(): Promise<void> {
    this.#reference = this.#parameters.slice();
    return Promise.resolve();
  }

  saveState(folder: string): Promise<void> {
    const state: SavedState = {
      parameters: [...this.#parameters],
      reference: [...this.#reference],
      moments: [[...this.#moments[0]], [...this.#moments[1]]],
      updates: this.#updates,
    };
    writeFileAtomic(path.join(folder, 'tables.json'), JSON.stringify(state));
    return Promise.resolve();
  }

  loadState(folder: string): Promise<void> {
    const state = readJsonFile(path.join(folder, 'tables.json'), 'saved tables') as SavedState;
    if (state.parameters.length !== this.#parameters.length) {
      return Promise.reject(new CheckpointError('size', 'The saved tables have another size.'));
    }
    this.#parameters = Float64Array.from(state.parameters);
    this.#reference = Float64Array.from(state.reference);
    this.#moments = [Float64Array.from(state.moments[0]), Float64Array.from(state.moments[1])];
    this.#gradient.fill(0);
    this.#updates = state.updates;
    return Promise.resolve();
  }

  saveModel(folder: string): Promise<void> {
    writeFileAtomic(path.join(folder, 'model.json'), JSON.stringify([...this.#parameters]));
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#sequences.clear();
    return Promise.resolve();
  }

  #tables(parameters: Float64Array): Tables {
    return {
      logits: parameters.subarray(0, this.#size ** 2),
      values: parameters.subarray(this.#size ** 2),
    };
  }
}

/** Draws a token at a temperature; 0 takes the likeliest. */
function drawToken(logprobs: Float64Array, temperature: number, drawn: number): number {
  if (temperature === 0) return logprobs.indexOf(Math.max(...logprobs));
  const row =
    temperature === 1
      ? logprobs
      : logSoftmaxRow(
          logprobs.map((each) => each / temperature),
          0,
          logprobs.length,
        );
  let remaining = drawn;
  let next = 0;
  while (next < row.length - 1 && (remaining -= Math.exp(row[next]!)) >= 0) next += 1;
  return next;
}

/** Value loss of one token and its derivative; 0 where the token has no target. */
function scoreValue(
  value: number,
  { returns, oldValues }: TrainingDatum,
  index: number,
  valueClip: number,
): { readonly loss: number; readonly gradient: number } {
  if (returns === undefined) return { loss: 0, gradient: 0 };
  const { loss, gradient } = computeValueLoss({
    values: [value],
    oldValues: [oldValues?.[index] ?? value],
    returns: [returns[index]!],
    weights: [1],
    valueClip,
  });
  return { loss, gradient: gradient[0]! };
}

function logSoftmaxRow(logits: Float64Array, row: number, size: number): Float64Array {
  const values = logits.slice(row * size, (row + 1) * size);
  const max = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const total = values.reduce((sum, value) => sum + Math.exp(value - max), 0);
  return values.map((value) => value - max - Math.log(total));
}

function scoreSequence(ids: Int32Array, tables: Tables, size: number): TokenScores {
  const logprobs = new Float32Array(ids.length);
  const values = new Float32Array(ids.length);
  for (let index = 1; index < ids.length; index += 1) {
    const last = ids[index - 1]!;
    logprobs[index] = logSoftmaxRow(tables.logits, last, size)[ids[index]!]!;
    values[index] = tables.values[last]!;
  }
  return { logprobs, values };
}
