/** What an algorithm is given in an update phase, and what it reports. */
import type { RandomSource } from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';
import type { AdamSettings } from '../policy/index.ts';
import type { UpdateTools } from './make-update.ts';
import type { TrainingSettings } from './settings.ts';

export type UpdateInput = UpdateTools & {
  readonly tokenizer: Tokenizer;
  readonly settings: TrainingSettings;
  /** Episodes of the iteration, or offline all there are; each with at least one turn. */
  readonly episodes: readonly Episode[];
  readonly random: RandomSource;
  /** Settings of the phase's update number `update`, counted from 0. */
  readonly adamAt: (update: number) => AdamSettings;
  readonly onUpdate?: (done: number, planned: number) => void;
};

export type UpdateResult = {
  readonly metrics: Readonly<Record<string, number>>;
  /** Optimizer updates made. */
  readonly updates: number;
};
