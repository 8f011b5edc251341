/** AdamW and learning-rate schedules. */
export { AdamW, computeGlobalNorm } from './adamw.ts';
export type { AdamWSettings, AdamWState, NamedArrays } from './adamw.ts';
export { learningRateAt } from './schedule.ts';
export type { LearningRateSchedule } from './schedule.ts';
