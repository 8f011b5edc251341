/** One optimizer update on a minibatch, guarded alike for every algorithm. */
import { EngineError } from '../base/index.ts';
import type {
  AdamSettings,
  ForwardBackwardResult,
  TrainingBackend,
  TrainingDatum,
  TrainingLoss,
} from '../policy/index.ts';

/** What an update needs beside its minibatch. */
export type UpdateTools = {
  readonly backend: TrainingBackend;
  /** Receives the data of a minibatch whose loss or gradient was not finite, before the error. */
  readonly onBadBatch?: (batch: readonly TrainingDatum[]) => void;
};

export type Minibatch = {
  readonly data: readonly TrainingDatum[];
  readonly loss: TrainingLoss;
  readonly adam: AdamSettings;
  /** Losses computed outside the engine, which must be finite as well. */
  readonly outerLosses?: Iterable<number>;
};

/**
 * Takes one gradient and applies it; both are sent at once, so that a distant backend is asked once.
 * Throws `EngineError` on non-finite numbers; nothing is applied then.
 */
export async function makeUpdate(
  { backend, onBadBatch }: UpdateTools,
  { data, loss, adam, outerLosses = [] }: Minibatch,
): Promise<ForwardBackwardResult & { readonly gradNorm: number }> {
  try {
    checkLosses(outerLosses);
    const [gradient, step] = await Promise.allSettled([
      backend.forwardBackward(data, loss),
      backend.optimStep(adam),
    ]);
    if (gradient.status === 'rejected') throw gradient.reason;
    if (step.status === 'rejected') throw step.reason;
    return { ...gradient.value, gradNorm: step.value.gradNorm };
  } catch (error) {
    if (error instanceof EngineError) onBadBatch?.(data);
    throw error;
  }
}

function checkLosses(losses: Iterable<number>): void {
  for (const loss of losses) {
    if (Number.isFinite(loss)) continue;
    throw new EngineError('loss_not_finite', `The loss is not finite (${loss}).`, {
      hint: 'Lower the learning rate, and continue from the last checkpoint where there is one.',
    });
  }
}
