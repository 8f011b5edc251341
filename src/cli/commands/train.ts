/**
 * `rlpa train`: one training run.
 *
 * With people from a file, held-out ones are measured before and after; the small world has the demo
 * for that.
 */
import type { TrainerState } from '../../rl/index.ts';
import { defineRunner } from '../command.ts';
import type { CommandContext } from '../context.ts';
import type { ConfigFlags } from '../../app/index.ts';
import {
  renderSettings,
  renderSettingsJson,
  estimateRun,
  renderEstimate,
  measureBase,
  measureTrained,
  composeSummary,
  renderSummary,
  writeSummary,
  type TrainingSummary,
  openTrainingRun,
  requireOut,
  resolveRunSettings,
  trainInRun,
  withLedger,
  type TrainingRun,
  renderLedger,
} from '../../app/index.ts';
type TrainOptions = ConfigFlags & {
  readonly out?: string;
  readonly resume?: boolean;
  readonly printConfig?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

export const runTrain = defineRunner<TrainOptions>(async (options, context) => {
  const preset = options.personas === undefined ? 'small-world' : 'free-text';
  const resolved = resolveRunSettings(options, preset);
  if (options.printConfig === true) {
    context.print(options.json === true ? renderSettingsJson(resolved) : renderSettings(resolved));
    return;
  }
  if (options.dryRun === true) {
    const estimate = estimateRun(resolved.settings);
    context.print(options.json === true ? JSON.stringify(estimate) : renderEstimate(estimate));
    return;
  }
  const out = requireOut(options.out, 'train');
  const training = await openTrainingRun(
    resolved,
    { out, resume: options.resume === true },
    context,
  );
  const { outcome, ledger } = await withLedger(training, context, () =>
    trainAndMeasure(training, context),
  );
  const { state, summary } = outcome;
  const summaryFile = summary === null ? null : writeSummary({ ...summary, ledger });
  const metrics = training.run.readMetrics().at(-1) ?? null;
  if (options.json === true) {
    context.print(
      JSON.stringify({
        directory: out,
        model: training.run.modelFolder,
        state,
        metrics,
        ...(ledger === null ? {} : { ledger }),
        ...(summary === null ? {} : { summary: composeSummary({ ...summary, ledger }) }),
      }),
    );
    return;
  }
  context.print(
    [
      ...(summary === null ? [] : [renderSummary(summary), '']),
      ...(ledger === null ? [] : [renderLedger(ledger), '']),
      `Trained ${state.iteration} iterations (${state.policyVersion} updates, ${state.generatedTokens} sampled tokens).`,
      `Model: ${training.run.modelFolder}`,
      ...(summaryFile === null ? [] : [`Before and after: ${summaryFile}`]),
      `Talk to it: rlpa chat --policy ${out}`,
    ].join('\n'),
  );
});

type TrainOutcome = {
  readonly state: TrainerState;
  readonly summary: Omit<TrainingSummary, 'ledger'> | null;
};

async function trainAndMeasure(
  training: TrainingRun,
  context: CommandContext,
): Promise<TrainOutcome> {
  const isMeasured = training.opened.kind === 'free-text';
  const before = isMeasured ? await measureBase(training, context) : null;
  const state = await trainInRun(training, context);
  if (before === null) return { state, summary: null };
  const after = await measureTrained(training, context);
  const command = context.command;
  return { state, summary: { training, before, after, command } };
}
