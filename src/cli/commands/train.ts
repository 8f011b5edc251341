/**
 * `rlpa train`: one training run.
 *
 * With people from a file, held-out ones are measured before and after; the small world has the demo
 * for that.
 */
import { defineRunner } from '../command.ts';
import { renderSettings, renderSettingsJson } from '../config/print.ts';
import type { ConfigFlags } from '../config/resolve.ts';
import { measureBase, measureTrained } from '../wiring/measure-run.ts';
import { composeSummary, renderSummary, writeSummary } from '../wiring/training-summary.ts';
import {
  openTrainingRun,
  requireOut,
  resolveRunSettings,
  trainInRun,
} from '../wiring/training-run.ts';

type TrainOptions = ConfigFlags & {
  readonly out?: string;
  readonly resume?: boolean;
  readonly printConfig?: boolean;
  readonly json?: boolean;
};

export const runTrain = defineRunner<TrainOptions>(async (options, context) => {
  const preset = options.personas === undefined ? 'small-world' : 'free-text';
  const resolved = resolveRunSettings(options, preset);
  if (options.printConfig === true) {
    context.print(options.json === true ? renderSettingsJson(resolved) : renderSettings(resolved));
    return;
  }
  const out = requireOut(options.out, 'train');
  const training = await openTrainingRun(
    resolved,
    { out, resume: options.resume === true },
    context,
  );
  const isMeasured = training.opened.kind === 'free-text';
  const before = isMeasured ? await measureBase(training, context) : null;
  const state = await trainInRun(training, context);
  const summary =
    before === null
      ? null
      : {
          training,
          before,
          after: await measureTrained(training, context),
          command: ['rlpa', ...context.args].join(' '),
        };
  const summaryFile = summary === null ? null : writeSummary(summary);
  const metrics = training.run.readMetrics().at(-1) ?? null;
  if (options.json === true) {
    context.print(
      JSON.stringify({
        directory: out,
        model: training.run.modelFolder,
        state,
        metrics,
        ...(summary === null ? {} : { summary: composeSummary(summary) }),
      }),
    );
    return;
  }
  context.print(
    [
      ...(summary === null ? [] : [renderSummary(summary), '']),
      `Trained ${state.iteration} iterations (${state.policyVersion} updates, ${state.generatedTokens} sampled tokens).`,
      `Model: ${training.run.modelFolder}`,
      ...(summaryFile === null ? [] : [`Before and after: ${summaryFile}`]),
      `Talk to it: rlpa chat --policy ${out}`,
    ].join('\n'),
  );
});
