import { EngineError } from '../base/index.ts';

/** Throws `EngineError` for a loss that is not a finite number. */
export function requireFiniteLoss(name: string, loss: number): void {
  if (Number.isFinite(loss)) return;
  throw new EngineError('loss_not_finite', `The ${name} loss is not finite (${loss}).`, {
    hint: 'Lower optimizer.learningRate, and continue from the last checkpoint.',
  });
}
