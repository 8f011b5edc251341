/** Which world a configuration means, and what of its `world` section belongs to that world. */
import {
  defaultWorld,
  findWorld,
  listWorldsWithSetting,
  worldDefinitions,
  type WorldDefinition,
} from '../../worlds/index.ts';
import type { Layer } from './layers.ts';

/** The preset to start from where none is named: that of the world that the settings mean. */
export function choosePreset(layers: readonly Layer[], own?: WorldDefinition): string {
  return presetOf(findMeantWorld(layers, own) ?? defaultWorld);
}

/** The world that settings mean: the one they name, or the one that alone has them; null for any. */
export function findMeantWorld(
  layers: readonly Layer[],
  own?: WorldDefinition,
): WorldDefinition | null {
  if (layers.some(({ values }) => readKind(values) !== undefined)) return findWorldOf(layers, own);
  const owners = layers.flatMap(({ values }) => listWorldKeys(values)).map(listWorldsWithSetting);
  return owners.find(({ length }) => length === 1)?.[0] ?? null;
}

/** The keys of a layer's `world` section. */
function listWorldKeys(values: unknown): string[] {
  const world = isRecord(values) ? values['world'] : undefined;
  return isRecord(world) ? Object.keys(world) : [];
}

/** The preset of a world, or of the default one where it has none. */
function presetOf({ preset }: WorldDefinition): string {
  return preset ?? defaultWorld.preset;
}

/** More than any name has; what a file says may be of any length. */
const longestKind = 100;

/** Finds the world that the last layer to name one names. Throws `ConfigError` for an unknown one. */
export function findWorldOf(layers: readonly Layer[], own?: WorldDefinition): WorldDefinition {
  const kinds = layers.map(({ values }) => readKind(values)).filter((kind) => kind !== undefined);
  const kind = kinds.at(-1) ?? own?.kind ?? defaultWorld.kind;
  // A list or an object names no world, and not every object can be written as text.
  const name = typeof kind === 'object' ? 'an object' : String(kind);
  return findWorld(name.slice(0, longestKind), own);
}

/** What a layer says under `world.kind`, nested or by the dotted key. */
function readKind(values: unknown): unknown {
  if (!isRecord(values)) return undefined;
  const { world } = values;
  return isRecord(world) ? (world['kind'] ?? values['world.kind']) : values['world.kind'];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own settings of other worlds, by key: earlier versions wrote them for every world. */
export function listForeignKeys({ settings = {} }: WorldDefinition): string[] {
  return worldDefinitions
    .flatMap((other) => Object.keys(other.settings ?? {}))
    .filter((key) => !Object.hasOwn(settings, key));
}

/** Leaves out of a saved `world` section what belongs to other worlds. */
export function dropForeignKeys(
  definition: WorldDefinition,
  world: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const foreign = listForeignKeys(definition);
  return Object.fromEntries(Object.entries(world).filter(([key]) => !foreign.includes(key)));
}

/** Settings of a world that name what it reads, by dotted key. */
export function listWorldFiles({ files = [] }: WorldDefinition): string[] {
  return files.map((key) => `world.${key}`);
}

/** Says whose setting it is that a world does not have; null where no world has it. */
export function describeForeignKey(definition: WorldDefinition, key: string): string | null {
  const [owner] = listWorldsWithSetting(key);
  if (owner === undefined) return null;
  return `the world ${definition.kind} has no such setting, it is one of ${owner.kind} (--preset ${presetOf(owner)})`;
}
