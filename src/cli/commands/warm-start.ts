/** `rlpa warm-start`: a base checkpoint from demonstrations. */
import { checkFolderKind, OwnedFolder } from '../../runlog/index.ts';
import { defineRunner } from '../command.ts';
import {
  renderSettings,
  renderSettingsJson,
  resolveSettings,
  type ConfigFlags,
  openWorld,
  requireOut,
  buildBase,
} from '../../app/index.ts';
type WarmStartOptions = ConfigFlags & {
  readonly out?: string;
  readonly printConfig?: boolean;
  readonly json?: boolean;
};

export const runWarmStartCommand = defineRunner<WarmStartOptions>(async (options, context) => {
  const { seed, ...flags } = options;
  const preset = options.personas === undefined ? 'small-world' : 'free-text';
  const seeded = seed === undefined ? [] : [`warmStart.seed=${seed}`];
  const resolved = resolveSettings(
    { ...flags, set: [...(flags.set ?? []), ...seeded] },
    { preset },
  );
  if (options.printConfig === true) {
    context.print(options.json === true ? renderSettingsJson(resolved) : renderSettings(resolved));
    return;
  }
  const out = requireOut(options.out, 'warm-start');
  checkFolderKind(out, 'base');
  const opened = openWorld(resolved.settings.world, context.log);
  // A base that was cut off is begun anew in its folder.
  const folder = OwnedFolder.open(out, 'base');
  checkFolderKind(out, 'base');
  const provenance = await buildBase(out, opened, resolved.settings, context);
  folder.dissolve();
  context.print(
    options.json === true
      ? JSON.stringify(provenance)
      : `Built ${out}: ${provenance.trainedTokens} tokens, loss ${provenance.finalLoss.toFixed(3)}.\nMeasure it: rlpa eval world --policy ${out} --decoding better`,
  );
});
