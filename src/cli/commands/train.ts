/** `rlpa train`: one training run. */
import { defineRunner } from '../command.ts';
import { renderSettings, renderSettingsJson } from '../config/print.ts';
import type { ConfigFlags } from '../config/resolve.ts';
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
  const state = await trainInRun(training, context);
  const metrics = training.run.readMetrics().at(-1) ?? null;
  if (options.json === true) {
    context.print(
      JSON.stringify({ directory: out, model: training.run.modelFolder, state, metrics }),
    );
    return;
  }
  context.print(
    [
      `Trained ${state.iteration} iterations (${state.policyVersion} updates, ${state.generatedTokens} sampled tokens).`,
      `Model: ${training.run.modelFolder}`,
      `Talk to it: rlpa chat --policy ${out}`,
    ].join('\n'),
  );
});
