/**
 * From defaults, preset, saved run, program, file and flags to one checked configuration.
 *
 * Later layers win: defaults of the world, preset, what the run to resume was started with, what a
 * program says, then the flags. Every problem is reported at once, with its key, where the value came
 * from, and for an unknown key the nearest known one.
 */
import { ConfigError } from '../../base/index.ts';
import type { WorldDefinition, WorldParts } from '../../worlds/index.ts';
import { parseConsent, type Consent } from './consent.ts';
import { createDefaultSettings } from './defaults.ts';
import { listFlagLayers, type ConfigFlags } from './flag-layers.ts';
import { mergeLayers, type Layer, type SourcedSettings } from './layers.ts';
import { checkSettings } from './problems.ts';
import { listPresetLayers } from './read-preset.ts';
import type { Settings } from './schema.ts';
import { findStrayKeys } from './stray-keys.ts';
import { choosePreset, dropForeignKeys, findWorldOf } from './world-kind.ts';

/** Settings of which any may be left out, at any depth. */
export type PartialSettings = PartialDeep<Settings>;

/** A value of which any part may be left out; lists stay whole. */
export type PartialDeep<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]?: PartialDeep<Value[Key]> }
    : Value;

/** Where the settings of a piece of work come from; later ones win. */
export type SettingsSource = {
  /** Settings of the package to start from; by default the world's own. */
  readonly preset?: string | undefined;
  readonly settings?: PartialSettings | undefined;
  /** Settings as the command line gives them. */
  readonly flags?: ConfigFlags | undefined;
};

export type ResolvedSettings = {
  readonly preset: string;
  /** The world that `settings.world` is of. */
  readonly definition: WorldDefinition;
  /** What is put in the place of the world's own parts. */
  readonly parts: WorldParts;
  readonly settings: Settings;
  /** Every dotted key with its value and origin. */
  readonly sources: SourcedSettings;
  /** The run folder that settings came from; null where none did. */
  readonly folder: string | null;
  readonly consent: Consent;
};

/** What a run was started with. */
export type SavedSettings = {
  readonly directory: string;
  readonly preset?: string;
  readonly values: unknown;
};

export type ResolveOptions = {
  /** Parts of one's own that are given. */
  readonly parts?: WorldParts;
  /** Settings of the run to resume, or to talk as. */
  readonly saved?: SavedSettings | null;
  /** Settings over these and the preset's, and under all that is given. */
  readonly between?: readonly Layer[];
  /** Settings over all others. */
  readonly above?: readonly Layer[];
  /** Nobody is simulated, judged or paid: users, judge and reward of one's own may be missing. */
  readonly isSpokenOnly?: boolean;
};

/** Resolves the configuration of a piece of work. Throws `ConfigError` listing every problem. */
export function resolveSettings(
  source: SettingsSource,
  options: ResolveOptions = {},
): ResolvedSettings {
  const { parts = {}, saved = null, between = [], above = [], isSpokenOnly = false } = options;
  const { settings: program, flags = {} } = source;
  // What a folder says, and the preset it names, is its word and not the person's.
  const foreign = { isForeign: true } as const;
  const given = [...listFlagLayers(flags), ...listPartLayers(parts), ...above];
  const layers: Layer[] = [
    ...(saved === null
      ? []
      : [{ origin: `run ${saved.directory}`, values: readSaved(saved, parts.world), ...foreign }]),
    ...between,
    ...(program === undefined ? [] : [{ origin: 'program', values: program }]),
    ...given,
  ];
  const named = flags.preset ?? source.preset;
  const preset = named ?? saved?.preset ?? choosePreset(layers, parts.world);
  const isPresetForeign = named === undefined && saved?.preset !== undefined;
  const presetLayers = listPresetLayers(preset).map((layer) => ({
    ...layer,
    ...(isPresetForeign && foreign),
  }));
  const definition = findWorldOf([...presetLayers, ...layers], parts.world);
  const defaults = { origin: 'default', values: createDefaultSettings(definition) };
  const all = [defaults, ...presetLayers, ...layers];
  const sources = mergeLayers(all);
  // A file stands for itself; what follows it was given in one breath.
  const together = all.length - given.length + (flags.config === undefined ? 0 : 1);
  const settings = checkSettings(sources, definition, () => findStrayKeys(all, together));
  if (!isSpokenOnly) checkParts(settings, parts);
  const folder = saved?.directory ?? null;
  return { preset, definition, parts, settings, sources, folder, consent: parseConsent(flags) };
}

/** What a run of an earlier version wrote of other worlds, or of settings that are gone, is left out. */
function readSaved(saved: SavedSettings, own: WorldDefinition | undefined): unknown {
  const values = dropGoneKeys(saved.values);
  const world = (values as { readonly world?: unknown } | null)?.world;
  if (typeof world !== 'object' || world === null) return values;
  const definition = findWorldOf([{ origin: '', values: { world } }], own);
  const kept = dropForeignKeys(definition, world as Readonly<Record<string, unknown>>);
  return { ...(values as object), world: kept };
}

/**
 * Settings of earlier versions. A run that has them can be opened and measured; one with another
 * credit is not gone on with, which the run folder sees to.
 */
const goneKeys: Readonly<Record<string, readonly string[]>> = {
  ppo: ['gaeLambda'],
  engine: ['provider'],
};

function dropGoneKeys(values: unknown): unknown {
  if (!isSection(values)) return values;
  const entries = Object.entries(values).map(([name, section]) => {
    const gone = goneKeys[name];
    if (gone === undefined || !isSection(section)) return [name, section] as const;
    const kept = Object.entries(section).filter(([key]) => !gone.includes(key));
    return [name, Object.fromEntries(kept)] as const;
  });
  return Object.fromEntries(entries);
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const partNames = ['users', 'judge', 'reward'] as const;

/** The parts by name, so that a run's record says what it was made with. */
function listPartLayers(parts: WorldParts): Layer[] {
  const origin = "parts of one's own";
  const named = partNames.flatMap((part) =>
    parts[part] === undefined ? [] : [[part, parts[part].name] as const],
  );
  return [
    ...(parts.world === undefined
      ? []
      : [{ origin, values: { world: { kind: parts.world.kind } } }]),
    ...(named.length === 0
      ? []
      : [{ origin, values: { world: { parts: Object.fromEntries(named) } } }]),
  ];
}

/** A run is gone on with, or talked as, with the parts it was made with. */
function checkParts({ world }: Settings, parts: WorldParts): void {
  for (const part of partNames) {
    const needed = world.parts[part];
    if (needed === null || parts[part]?.name === needed) continue;
    throw new ConfigError(
      'part_missing',
      `The settings name the ${part} ${JSON.stringify(needed)}, which does not come with the package.`,
      {
        details: { part, name: needed },
        hint: `Give the file that defines it (--plugin FILE), or do without: --set world.parts.${part}=null`,
      },
    );
  }
}
