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
  /** As the error calls it. */
  readonly lossName: string;
  /** Losses computed outside the engine, which must be finite as well. */
  readonly outerLosses?: Float64Array;
};

/** Takes one gradient and applies it. Throws `EngineError` on non-finite numbers, before applying. */
export async function makeUpdate(
  { backend, onBadBatch }: UpdateTools,
  { data, loss, adam, lossName, outerLosses }: Minibatch,
): Promise<ForwardBackwardResult & { readonly gradNorm: number }> {
  try {
    const result = await backend.forwardBackward(data, loss);
    const bad = [result.loss, ...(outerLosses ?? [])].find((each) => !Number.isFinite(each));
    if (bad !== undefined) {
      throw new EngineError('loss_not_finite', `The ${lossName} loss is not finite (${bad}).`, {
        hint: 'Lower the learning rate, and continue from the last checkpoint where there is one.',
      });
    }
    const { gradNorm } = await backend.optimStep(adam);
    return { ...result, gradNorm };
  } catch (error) {
    if (error instanceof EngineError) onBadBatch?.(data);
    throw error;
  }
}
