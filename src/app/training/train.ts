/** Trains a policy: everything from settings to a model folder, in one call. */
import type { LedgerRecord } from '../../chat/index.ts';
import type { TrainerState } from '../../rl/index.ts';
import type { IterationRecord } from '../../runlog/index.ts';
import type { WorldParts } from '../../worlds/index.ts';
import { createContext, type AppContext } from '../context.ts';
import type { ResolvedSettings, SettingsSource } from '../settings/resolve.ts';
import { refuseUnused } from '../settings/unused.ts';
import { measureBase, measureFloorsOf, measureTrained, type RunMeasures } from './measure-run.ts';
import {
  finishRun,
  openTrainingRun,
  resolveRunSettings,
  trainInRun,
  type TrainingRun,
} from './training-run.ts';
import { writeSummary, type TrainingSummary } from './training-summary.ts';

export type TrainOptions = Partial<AppContext> &
  SettingsSource &
  WorldParts & {
    /** Run directory: new or empty, or with `resume` the one to go on in. */
    readonly out: string;
    /** Goes on from the newest checkpoint in `out`, with the settings it was started with. */
    readonly resume?: boolean;
  };

export type TrainResult = {
  readonly directory: string;
  /** Hugging Face folder of the trained model, or of its adapter. */
  readonly modelFolder: string;
  readonly settings: ResolvedSettings['settings'];
  readonly state: TrainerState;
  /** Of every iteration. */
  readonly metrics: readonly IterationRecord[];
  /** The same held-out people before and after; null where the settings do not ask for it. */
  readonly measured: RunMeasures | null;
  /** What `summary.json` says; null where nothing was measured. */
  readonly summary: TrainingSummary | null;
  /** Calls of remote models; null where everything works by program. */
  readonly ledger: LedgerRecord | null;
};

/**
 * Trains a policy in conversations with simulated users and leaves a run directory that `openChat`,
 * `evaluate` and the command line open.
 *
 * Throws `ConfigError` listing every wrong setting, `DataError` or `CheckpointError` for files,
 * `AbortedError` once the signal has fired and everything is saved, `BudgetError` likewise, `RolloutError`
 * where too many conversations failed, `EngineError` where scores are not finite or stray from what was
 * sampled, `ProviderError` for a hub or a remote model.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const context = createContext(options);
  refuseUnused(
    options,
    { allBut: ['models.policy.', 'evaluation.decoding', 'evaluation.bestOf', 'engine.decodeBits'] },
    'Training',
  );
  const resolved = resolveRunSettings(options);
  const { out, resume = false } = options;
  const training = await openTrainingRun(resolved, { out, resume }, context);
  const { outcome, ledger } = await finishRun(training, context, () =>
    trainAndMeasure(training, context),
  );
  const { state, measured } = outcome;
  const summary =
    measured === null ? null : { training, ...measured, command: context.command, ledger };
  if (summary !== null) writeSummary(summary);
  const { run, settings } = training;
  const metrics = run.readMetrics();
  const { directory, modelFolder } = run;
  return { directory, modelFolder, settings, state, metrics, measured, summary, ledger };
}

async function trainAndMeasure(
  training: TrainingRun,
  context: AppContext,
): Promise<Pick<TrainResult, 'state' | 'measured'>> {
  const { iterations, episodesPerIteration, evaluation } = training.settings;
  const { beforeAndAfter, users } = evaluation;
  if (beforeAndAfter) {
    context.log(`Measuring the base on ${users} held-out people of each family`);
  }
  const floors = beforeAndAfter ? await measureFloorsOf(training, context) : null;
  const before = beforeAndAfter ? await measureBase(training, context) : null;
  context.log(`Training: ${iterations} iterations of ${episodesPerIteration} conversations`);
  const state = await trainInRun(training, context);
  if (before === null) return { state, measured: null };
  context.log('Measuring the trained policy on the same people');
  const after = await measureTrained(training, context);
  return { state, measured: { before, after, floors } };
}
