/** `rlpa warm-start`: a base checkpoint from demonstrations. */
import {
  renderSettings,
  renderSettingsJson,
  resolveWarmStart,
  warmStart,
} from '../../app/index.ts';
import { defineRunner } from '../command.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';
import { requireOut } from '../require-out.ts';

type WarmStartFlags = SettingsFlags & {
  readonly out?: string;
  readonly resume?: boolean;
  readonly printConfig?: boolean;
  readonly json?: boolean;
};

export const runWarmStartCommand = defineRunner<WarmStartFlags>(async (options, context) => {
  const { seed, resume = false, json = false } = options;
  const source = await readSource(options, { 'warmStart.seed': seed }, ['seed']);
  if (options.printConfig === true) {
    const resolved = resolveWarmStart(source);
    context.print(json ? renderSettingsJson(resolved) : renderSettings(resolved));
    return;
  }
  const out = requireOut(options.out, 'warm-start');
  const provenance = await warmStart({ ...context, ...source, out, resume });
  const { trainedTokens, finalLoss } = provenance;
  context.print(
    json
      ? JSON.stringify(provenance)
      : `Built ${out}: ${trainedTokens} tokens, loss ${finalLoss?.toFixed(3) ?? 'none'}.\nMeasure it: ${context.rlpa} eval world --policy ${out} --decoding better`,
  );
});
