/**
 * A policy small enough to check by hand: logits and values are tables over the last token.
 *
 * Plain float64 arithmetic, so that the engine has something independent to be compared with. It is
 * no language model.
 */
import { EngineError, type RandomSource } from '../../base/index.ts';
import type {
  AdamSettings,
  ForwardBackwardResult,
  SampledToken,
  TokenScores,
  TrainingDatum,
  TrainingLoss,
} from '../../policy/index.ts';
import {
  computeKlLoss,
  computePolicyLoss,
  computeTokenKl,
  computeValueLoss,
} from '../math/index.ts';

/** Everything that training changes: V * V logits (row per last token), then V values. */
export type TableState = {
  readonly parameters: Float64Array;
  readonly reference: Float64Array;
  readonly moments: readonly [Float64Array, Float64Array];
  readonly updates: number;
};

type Sums = Record<string, number>;

/** Tabular policy over a vocabulary of `size` tokens. */
export class TablePolicy {
  readonly size: number;
  state: TableState;
  gradient: Float64Array;

  constructor(size: number, random: RandomSource) {
    this.size = size;
    const count = size * size + size;
    const parameters = Float64Array.from({ length: count }, (_, index) =>
      index < size * size ? random.normal() * 0.1 : 0,
    );
    this.state = {
      parameters,
      reference: parameters.slice(),
      moments: [new Float64Array(count), new Float64Array(count)],
      updates: 0,
    };
    this.gradient = new Float64Array(count);
  }

  /** Draws the token after `last`; the likeliest at temperature 0. */
  draw(last: number, temperature: number, random: RandomSource): SampledToken {
    const row = this.#logprobs(this.state.parameters, last, temperature === 0 ? 1 : temperature);
    let id = 0;
    if (temperature === 0) id = row.indexOf(Math.max(...row));
    else {
      let remaining = random.next();
      while (id < this.size - 1 && (remaining -= Math.exp(row[id]!)) >= 0) id += 1;
    }
    return { id, logprob: row[id]! };
  }

  /** Scores the tokens whose weight is not 0. */
  score(
    ids: Int32Array,
    model: 'current' | 'reference',
    {
      weights,
      temperature,
    }: { readonly weights: Float32Array | undefined; readonly temperature: number },
  ): TokenScores {
    const parameters = model === 'current' ? this.state.parameters : this.state.reference;
    const logprobs = new Float32Array(ids.length);
    const values = new Float32Array(ids.length);
    for (let index = 1; index < ids.length; index += 1) {
      if (weights?.[index] === 0) continue;
      const last = ids[index - 1]!;
      logprobs[index] = this.#logprobs(parameters, last, temperature)[ids[index]!]!;
      values[index] = parameters[this.size ** 2 + last]!;
    }
    return model === 'current' ? { logprobs, values } : { logprobs };
  }

  /** Adds the gradient of a batch. Throws `EngineError` when the loss is not finite. */
  accumulate(batch: readonly TrainingDatum[], loss: TrainingLoss): ForwardBackwardResult {
    const sums: Sums = { weight: 0 };
    let total = 0;
    for (const datum of batch) total += loss.scale * this.#accumulateOne(datum, loss, sums);
    if (!Number.isFinite(total)) {
      throw new EngineError('loss_not_finite', `The loss is not finite (${total}).`);
    }
    return { loss: total, sums };
  }

  /** Makes one AdamW update. Throws `EngineError`, and changes nothing, on a non-finite gradient. */
  step(settings: AdamSettings): { readonly gradNorm: number } {
    const gradNorm = Math.sqrt(this.gradient.reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(gradNorm)) {
      throw new EngineError('gradient_not_finite', 'The gradient is not finite.');
    }
    const { beta1, beta2, gradClipNorm } = settings;
    const { parameters, moments, updates } = this.state;
    const shrink = gradClipNorm > 0 && gradNorm > gradClipNorm ? gradClipNorm / gradNorm : 1;
    const [first, second] = moments;
    for (let index = 0; index < parameters.length; index += 1) {
      const gradient = this.gradient[index]! * shrink;
      first[index] = beta1 * first[index]! + (1 - beta1) * gradient;
      second[index] = beta2 * second[index]! + (1 - beta2) * gradient * gradient;
      const mean = first[index]! / (1 - beta1 ** (updates + 1));
      const square = second[index]! / (1 - beta2 ** (updates + 1));
      const isValue = index >= this.size ** 2;
      const rate = isValue
        ? (settings.valueLearningRate ?? settings.learningRate)
        : settings.learningRate;
      parameters[index]! -=
        rate *
        (mean / (Math.sqrt(square) + settings.epsilon) + settings.weightDecay * parameters[index]!);
    }
    this.state = { ...this.state, updates: updates + 1 };
    return { gradNorm };
  }

  #logprobs(parameters: Float64Array, last: number, temperature: number): Float64Array {
    const logits = parameters.subarray(last * this.size, (last + 1) * this.size);
    return logSoftmax(logits.map((logit) => logit / temperature));
  }

  /** Adds the gradient of one sequence; returns its unscaled loss. */
  #accumulateOne(datum: TrainingDatum, loss: TrainingLoss, sums: Sums): number {
    let total = 0;
    const temperature = loss.kind === 'ppo' ? (loss.temperature ?? 1) : 1;
    for (let index = 1; index < datum.ids.length; index += 1) {
      const weight = datum.weights[index]!;
      if (weight === 0) continue;
      const [last, next] = [datum.ids[index - 1]!, datum.ids[index]!];
      const row = this.#logprobs(this.state.parameters, last, temperature);
      const entropy = -row.reduce((sum, each) => sum + Math.exp(each) * each, 0);
      // As the scores give it: a float32.
      const logprob = Math.fround(row[next]!);
      const term =
        loss.kind === 'cross_entropy'
          ? describeCrossEntropy(logprob)
          : describePpo(datum, index, loss, {
              logprob,
              value: this.state.parameters[this.size ** 2 + last]!,
              entropy,
            });
      sums['weight']! += weight;
      for (const [name, value] of Object.entries(term.sums)) {
        sums[name] = (sums[name] ?? 0) + weight * value;
      }
      total += weight * term.loss;
      const scale = loss.scale * weight;
      this.gradient[this.size ** 2 + last]! += scale * term.valueSlope;
      for (let token = 0; token < this.size; token += 1) {
        const probability = Math.exp(row[token]!);
        const difference = Number(token === next) - probability;
        const flatness = probability * (row[token]! + entropy);
        this.gradient[last * this.size + token]! +=
          (scale / temperature) * (term.slope * difference - term.entropySlope * flatness);
      }
    }
    return total;
  }
}

/** The loss of one token of weight 1, its derivatives, and what it adds to the sums. */
type TokenLoss = {
  readonly loss: number;
  /** By the log-probability, by the entropy, and by the value. */
  readonly slope: number;
  readonly entropySlope: number;
  readonly valueSlope: number;
  readonly sums: Readonly<Sums>;
};

function describeCrossEntropy(logprob: number): TokenLoss {
  const sums = { cross_entropy: -logprob };
  return { loss: -logprob, slope: -1, entropySlope: 0, valueSlope: 0, sums };
}

function describePpo(
  datum: TrainingDatum,
  index: number,
  loss: Extract<TrainingLoss, { kind: 'ppo' }>,
  {
    logprob,
    value,
    entropy,
  }: { readonly logprob: number; readonly value: number; readonly entropy: number },
): TokenLoss {
  const behavior = datum.behaviorLogprobs![index]!;
  const token = { currentLogprobs: [logprob], behaviorLogprobs: [behavior], weights: [1] };
  const policy = computePolicyLoss({
    ...token,
    advantages: [datum.advantages![index]!],
    clipEpsilon: loss.clipEpsilon,
  });
  const reference = datum.referenceLogprobs?.[index] ?? logprob;
  const kl = computeKlLoss({ ...token, referenceLogprobs: [reference] });
  const values = describeValue(value, datum, index, loss.valueClip);
  return {
    loss:
      policy.loss +
      loss.klCoef * kl.loss +
      loss.valueCoef * values.loss -
      loss.entropyCoef * entropy,
    slope: policy.gradient[0]! + loss.klCoef * kl.gradient[0]!,
    entropySlope: -loss.entropyCoef,
    valueSlope: loss.valueCoef * values.slope,
    sums: {
      policy_loss: policy.loss,
      clipped: policy.clipFraction,
      kl_to_reference: computeTokenKl(logprob, reference, 'k3'),
      approx_kl: computeTokenKl(behavior, logprob, 'k3'),
      value_loss: values.loss,
      entropy,
    },
  };
}

/** Value loss of one token and its derivative; 0 where the token has no target. */
function describeValue(
  value: number,
  { returns, oldValues }: TrainingDatum,
  index: number,
  valueClip: number,
): { readonly loss: number; readonly slope: number } {
  if (returns === undefined) return { loss: 0, slope: 0 };
  const { loss, gradient } = computeValueLoss({
    values: [value],
    oldValues: [oldValues?.[index] ?? value],
    returns: [returns[index]!],
    weights: [1],
    valueClip,
  });
  return { loss, slope: gradient[0]! };
}

function logSoftmax(logits: Float64Array): Float64Array {
  const max = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const total = logits.reduce((sum, value) => sum + Math.exp(value - max), 0);
  return logits.map((value) => value - max - Math.log(total));
}
