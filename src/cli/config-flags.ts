/** The flags of a command that are settings, and the parts of a world from a user's own file. */
import type { ConfigFlags } from '../app/index.ts';
import type { WorldParts } from '../worlds/index.ts';
import { loadPlugins } from './load-plugin.ts';

/** Flags that name settings, and files of one's own. */
export type SettingsFlags = ConfigFlags & { readonly plugin?: readonly string[] };

const names = [
  'config',
  'preset',
  'set',
  'iterations',
  'checkpointEvery',
  'seed',
  'threads',
  'device',
  'personas',
  'onBadRow',
  'users',
  'judge',
  'allowServer',
  'allowCache',
  'allowRead',
] as const satisfies readonly (keyof ConfigFlags)[];

/** Picks the settings out of a command's options, and adds assignments in the words of --set. */
function pickFlags(
  options: SettingsFlags,
  assignments: Readonly<Record<string, unknown>> = {},
  except: readonly (keyof ConfigFlags)[] = [],
): ConfigFlags {
  const given = names
    .filter((name) => options[name] !== undefined && !except.includes(name))
    .map((name) => [name, options[name]]);
  const flags = Object.fromEntries(given) as ConfigFlags;
  const more = Object.entries(assignments)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return more.length === 0 ? flags : { ...flags, set: [...(flags.set ?? []), ...more] };
}

/** Settings and parts of a command, as `app` takes them. */
export async function readSource(
  options: SettingsFlags,
  assignments: Readonly<Record<string, unknown>> = {},
  except: readonly (keyof ConfigFlags)[] = [],
): Promise<{ readonly flags: ConfigFlags } & WorldParts> {
  const parts = await loadPlugins(options.plugin ?? []);
  return { ...parts, flags: pickFlags(options, assignments, except) };
}
