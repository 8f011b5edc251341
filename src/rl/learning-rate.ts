/**
 * The learning rate of every update, from the settings and how far the run has come.
 *
 * It does not depend on how many iterations are planned, so a run that is continued beyond its plan is
 * the run that was planned longer.
 */
import { learningRateAt } from '../engine/index.ts';
import type { AdamSettings } from '../policy/index.ts';
import type { OptimizerSettings } from './settings.ts';

/** How far a run has come. */
export type RunPosition = {
  /** Counted from 1. */
  readonly iteration: number;
  /** Updates made before this one. */
  readonly update: number;
};

/** The settings that make up the rate. */
export type RateSettings = Pick<
  OptimizerSettings,
  'learningRate' | 'halvingIterations' | 'warmUpUpdates' | 'cosineUpdates' | 'finalShare'
>;

/** Computes the rate: halved by iterations, or risen and fallen along a cosine by updates. */
export function computeLearningRate(
  settings: RateSettings,
  { iteration, update }: RunPosition,
): number {
  const { learningRate, halvingIterations, warmUpUpdates, cosineUpdates, finalShare } = settings;
  const halved =
    halvingIterations === 0
      ? learningRate
      : learningRate / (1 + (iteration - 1) / halvingIterations);
  return learningRateAt(
    {
      kind: cosineUpdates > 0 ? 'cosine' : 'constant',
      learningRate: halved,
      warmupUpdates: warmUpUpdates,
      totalUpdates: cosineUpdates,
      finalShare,
    },
    update,
  );
}

/** Settings of one optimizer update; the rate of the value head keeps its proportion. */
export function createAdamSettings(
  optimizer: OptimizerSettings,
  position: RunPosition,
): AdamSettings {
  const learningRate = computeLearningRate(optimizer, position);
  return {
    learningRate,
    valueLearningRate: (optimizer.valueLearningRate * learningRate) / optimizer.learningRate,
    beta1: optimizer.beta1,
    beta2: optimizer.beta2,
    epsilon: optimizer.epsilon,
    weightDecay: optimizer.weightDecay,
    gradClipNorm: optimizer.gradClipNorm,
  };
}
