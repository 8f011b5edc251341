/**
 * Direct preference optimisation over whole replies, as a plain function with its gradient.
 *
 *   margin = (chosen - referenceChosen) - (rejected - referenceRejected)
 *   loss = -log sigmoid(beta * margin)
 *
 * Source: Rafailov et al. 2023, arXiv 2305.18290, equation 7.
 */

export type DpoInput = {
  /** Summed log-probability of each reply, in nats. */
  readonly chosenLogprobs: ArrayLike<number>;
  readonly rejectedLogprobs: ArrayLike<number>;
  readonly referenceChosenLogprobs: ArrayLike<number>;
  readonly referenceRejectedLogprobs: ArrayLike<number>;
  /** Strength of the pull to the reference model. */
  readonly beta: number;
};

export type DpoResult = {
  /** Loss of every pair. */
  readonly losses: Float64Array;
  /** d(mean loss) / d(chosen log-probability); the rejected one's is its negative. */
  readonly chosenGradient: Float64Array;
  /** Share of pairs whose chosen reply has the larger implied reward. */
  readonly accuracy: number;
};

/** Computes the loss of every pair and the gradient of their mean. */
export function computeDpoLoss(input: DpoInput): DpoResult {
  const count = input.chosenLogprobs.length;
  const losses = new Float64Array(count);
  const chosenGradient = new Float64Array(count);
  let correct = 0;
  for (let index = 0; index < count; index += 1) {
    const margin =
      input.chosenLogprobs[index]! -
      input.referenceChosenLogprobs[index]! -
      (input.rejectedLogprobs[index]! - input.referenceRejectedLogprobs[index]!);
    const scaled = input.beta * margin;
    losses[index] = Math.max(-scaled, 0) + Math.log1p(Math.exp(-Math.abs(scaled)));
    chosenGradient[index] = -input.beta / (1 + Math.exp(scaled)) / count;
    if (margin > 0) correct += 1;
  }
  return { losses, chosenGradient, accuracy: count === 0 ? Number.NaN : correct / count };
}
