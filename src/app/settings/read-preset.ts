/**
 * Presets that come with the package.
 *
 * A preset is a file of settings. One that follows a published recipe also says where each value is
 * from: `$recipe` names the publication, `$sources` holds a text for every dotted key. The texts become
 * the origins that `--print-config` shows.
 */
import * as path from 'node:path';
import { z } from 'zod';
import { ConfigError, findLikely, readJsonFile } from '../../base/index.ts';
import { listPresets, presetsFolder } from '../package-files.ts';
import { flattenSettings, nestSettings, type Layer } from './layers.ts';

const presetSchema = z.looseObject({
  $recipe: z.string().exactOptional(),
  $sources: z.record(z.string(), z.string()).exactOptional(),
});

export type Preset = {
  readonly values: unknown;
  /** What the recipe follows; null for a preset of our own. */
  readonly recipe: string | null;
  /** Where each value is from, by dotted key. */
  readonly sources: Readonly<Record<string, string>>;
};

/** Reads a preset. Throws `ConfigError` for an unknown one, naming the nearest. */
export function readPreset(name: string): Preset {
  const known = listPresets();
  if (!known.includes(name)) {
    const nearest = findLikely(name, known);
    throw new ConfigError('unknown_preset', `There is no preset "${name}".`, {
      details: { preset: name },
      hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}Known presets: ${known.join(', ')}.`,
    });
  }
  const content = presetSchema.parse(
    readJsonFile(path.join(presetsFolder, `${name}.json`), 'preset'),
  );
  const { $recipe = null, $sources = {}, ...values } = content;
  return { values, recipe: $recipe, sources: $sources };
}

/** The layers of a preset: one, or one for each value that has a source. */
export function listPresetLayers(name: string): Layer[] {
  const { values, sources } = readPreset(name);
  const origin = `preset ${name}`;
  return [
    { origin, values },
    ...flattenSettings(values).flatMap(([key, value]) =>
      sources[key] === undefined
        ? []
        : [{ origin: `${origin} (${sources[key]})`, values: nestSettings([[key, value]]) }],
    ),
  ];
}
