/** `rlpa train`: one training run. */
import {
  composeSummary,
  estimateRun,
  renderEstimate,
  renderLedger,
  renderSettings,
  renderSettingsJson,
  renderSummary,
  resolveRunSettings,
  train,
} from '../../app/index.ts';
import { defineRunner } from '../command.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';
import { requireOut } from '../require-out.ts';

type TrainFlags = SettingsFlags & {
  readonly out?: string;
  readonly resume?: boolean;
  readonly printConfig?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

export const runTrain = defineRunner<TrainFlags>(async (options, context) => {
  const source = await readSource(options);
  const { resume = false, json = false } = options;
  if (options.printConfig === true || options.dryRun === true) {
    const out = options.out === undefined ? {} : { out: options.out };
    const resolved = resolveRunSettings({ ...source, ...out, resume });
    if (options.printConfig === true) {
      context.print(json ? renderSettingsJson(resolved) : renderSettings(resolved));
      return;
    }
    const estimate = estimateRun(resolved);
    context.print(json ? JSON.stringify(estimate) : renderEstimate(estimate));
    return;
  }
  const out = requireOut(options.out, 'train');
  const result = await train({ ...context, ...source, out, resume });
  const { state, summary, ledger, modelFolder: model, metrics } = result;
  if (json) {
    const record = {
      directory: out,
      model,
      state,
      metrics: metrics.at(-1) ?? null,
      ...(ledger === null ? {} : { ledger }),
      ...(summary === null ? {} : { summary: composeSummary(summary) }),
    };
    context.print(JSON.stringify(record));
    return;
  }
  context.print(
    [
      ...(summary === null ? [] : [renderSummary(summary), '']),
      ...(ledger === null ? [] : [renderLedger(ledger), '']),
      `Trained ${state.iteration} iterations (${state.policyVersion} updates, ${state.generatedTokens} sampled tokens).`,
      `Model: ${model}`,
      ...(summary === null
        ? []
        : [`Before and after: ${summary.training.run.file('summary.json')}`]),
      `Talk to it: ${context.rlpa} chat --policy ${out}`,
    ].join('\n'),
  );
});
