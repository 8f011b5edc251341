/** Learning-rate schedules as pure functions of the number of updates made. */

export type LearningRateSchedule = {
  readonly kind: 'constant' | 'linear' | 'cosine';
  /** The highest rate. */
  readonly learningRate: number;
  /** Updates of linear growth at the start; default 0. The first update is never at rate 0. */
  readonly warmupUpdates?: number;
  /** Updates after which the rate stays at its end; needed by linear and cosine. */
  readonly totalUpdates?: number;
  /** Update at which the decay begins; default: right after the warm-up. */
  readonly decayFrom?: number;
  /** Where the decay ends, as a share of the highest rate; default 0. */
  readonly finalShare?: number;
};

/** The learning rate of update number `update`, counted from 0. */
export function learningRateAt(schedule: LearningRateSchedule, update: number): number {
  const { kind, learningRate, warmupUpdates = 0, finalShare = 0 } = schedule;
  if (update < warmupUpdates) return (learningRate * (update + 1)) / warmupUpdates;
  if (kind === 'constant') return learningRate;
  const from = Math.max(schedule.decayFrom ?? warmupUpdates, warmupUpdates);
  const length = Math.max((schedule.totalUpdates ?? from) - from, 1);
  const progress = Math.min(Math.max((update - from) / length, 0), 1);
  const share = kind === 'linear' ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2;
  return learningRate * (finalShare + (1 - finalShare) * share);
}
