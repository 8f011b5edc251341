/**
 * AdamW with decoupled weight decay and clipping of the global gradient norm, in plain JavaScript.
 *
 * Source: Loshchilov and Hutter 2019, arXiv 1711.05101; operation order of torch.optim.AdamW:
 *   p *= 1 - lr wd
 *   m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
 *   p -= lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + eps)
 * with g scaled by min(1, clip / (norm + 1e-6)) beforehand, as torch.nn.utils.clip_grad_norm_ does.
 * Arithmetic is float64, stored as float32. The parameters are changed in place.
 */
import { CheckpointError, EngineError, ShapeError } from '../../base/index.ts';

export type NamedArrays = Readonly<Record<string, Float32Array>>;

export type AdamWSettings = {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Limit of the global gradient norm; 0 switches clipping off. */
  readonly gradClipNorm: number;
  /** Learning rates of single parameters, in place of the common one. */
  readonly learningRates?: Readonly<Record<string, number>>;
};

export type AdamWState = {
  /** Updates made so far. */
  readonly updates: number;
  readonly firstMoments: NamedArrays;
  readonly secondMoments: NamedArrays;
};

/** Root of the sum of squares over all arrays. */
export function computeGlobalNorm(arrays: NamedArrays): number {
  let sum = 0;
  for (const array of Object.values(arrays)) sum += sumOfSquares(array);
  return Math.sqrt(sum);
}

function sumOfSquares(array: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < array.length; index += 1) {
    const value = array[index]!;
    sum += value * value;
  }
  return sum;
}

type Kernel = {
  readonly scale: number;
  readonly decay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly stepSize: number;
  readonly rootCorrection: number;
};

/** One update of one parameter array. Numeric kernel: indices are in range by construction. */
function updateArray(
  [parameter, gradient, first, second]: readonly [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ],
  kernel: Kernel,
): void {
  const { scale, decay, beta1, beta2, epsilon, stepSize, rootCorrection } = kernel;
  const [rest1, rest2] = [1 - beta1, 1 - beta2];
  for (let index = 0; index < parameter.length; index += 1) {
    const g = gradient[index]! * scale;
    const m = beta1 * first[index]! + rest1 * g;
    const v = beta2 * second[index]! + rest2 * g * g;
    first[index] = m;
    second[index] = v;
    parameter[index] =
      parameter[index]! * decay - (stepSize * m) / (Math.sqrt(v) * rootCorrection + epsilon);
  }
}

/** The optimizer: owns the moments, changes the parameters it was given. */
export class AdamW {
  readonly #parameters: NamedArrays;
  readonly #first: Record<string, Float32Array> = {};
  readonly #second: Record<string, Float32Array> = {};
  #updates = 0;

  constructor(parameters: NamedArrays) {
    this.#parameters = parameters;
    for (const [name, parameter] of Object.entries(parameters)) {
      this.#first[name] = new Float32Array(parameter.length);
      this.#second[name] = new Float32Array(parameter.length);
    }
  }

  /** Updates made so far. */
  get updates(): number {
    return this.#updates;
  }

  /**
   * Makes one update; returns the gradient norm before clipping. Throws `EngineError` when it is
   * not finite (nothing is changed then), `ShapeError` when a gradient is missing or does not fit.
   */
  step(gradients: NamedArrays, settings: AdamWSettings): { readonly gradNorm: number } {
    this.#requireGradients(gradients);
    const gradNorm = computeGlobalNorm(gradients);
    if (!Number.isFinite(gradNorm)) throw describeNonFinite(gradients);
    this.#updates += 1;
    const { gradClipNorm, beta1, beta2, epsilon, weightDecay } = settings;
    const scale = gradClipNorm > 0 ? Math.min(1, gradClipNorm / (gradNorm + 1e-6)) : 1;
    for (const [name, parameter] of Object.entries(this.#parameters)) {
      const learningRate = settings.learningRates?.[name] ?? settings.learningRate;
      const arrays = [
        parameter,
        gradients[name]!,
        this.#first[name]!,
        this.#second[name]!,
      ] as const;
      updateArray(arrays, {
        scale,
        decay: 1 - learningRate * weightDecay,
        beta1,
        beta2,
        epsilon,
        stepSize: learningRate / (1 - beta1 ** this.#updates),
        rootCorrection: 1 / Math.sqrt(1 - beta2 ** this.#updates),
      });
    }
    return { gradNorm };
  }

  /** The moments and the number of updates, as copies. */
  state(): AdamWState {
    return {
      updates: this.#updates,
      firstMoments: copyArrays(this.#first),
      secondMoments: copyArrays(this.#second),
    };
  }

  /** Takes over a saved state. Throws `CheckpointError` when it belongs to other parameters. */
  restore(state: AdamWState): void {
    for (const [saved, own] of [
      [state.firstMoments, this.#first],
      [state.secondMoments, this.#second],
    ] as const) {
      requireSameArrays(saved, own);
    }
    for (const name of Object.keys(this.#first)) {
      this.#first[name]!.set(state.firstMoments[name]!);
      this.#second[name]!.set(state.secondMoments[name]!);
    }
    this.#updates = state.updates;
  }

  #requireGradients(gradients: NamedArrays): void {
    for (const [name, parameter] of Object.entries(this.#parameters)) {
      const size = gradients[name]?.length;
      if (size === parameter.length) continue;
      throw new ShapeError(
        'gradient_mismatch',
        `optimizer: expected a gradient of ${parameter.length} numbers for '${name}'; got ${size ?? 'none'}.`,
        { details: { op: 'adamw', name, expected: parameter.length, actual: size ?? null } },
      );
    }
  }
}

function copyArrays(arrays: NamedArrays): NamedArrays {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [name, Float32Array.from(array)]),
  );
}

function requireSameArrays(saved: NamedArrays, own: NamedArrays): void {
  const describe = (arrays: NamedArrays): string =>
    Object.entries(arrays)
      .map(([name, array]) => `${name}:${array.length}`)
      .sort()
      .join();
  if (describe(saved) === describe(own)) return;
  throw new CheckpointError(
    'optimizer_mismatch',
    'The saved optimizer state belongs to other parameters than those of this model.',
    { details: { expected: Object.keys(own), actual: Object.keys(saved) } },
  );
}

function describeNonFinite(gradients: NamedArrays): EngineError {
  const names = Object.keys(gradients).filter(
    (name) => !Number.isFinite(sumOfSquares(gradients[name]!)),
  );
  return new EngineError(
    'gradient_not_finite',
    `The gradient is not finite, first in '${names[0] ?? 'the total'}'; no update was made.`,
    { details: { names }, hint: 'Lower the learning rate, or look at the batch that was saved.' },
  );
}
