/** Settings that are given by name to a piece of work that has no use for them: refused, not ignored. */
import { ConfigError } from '../../base/index.ts';
import { flattenSettings } from './layers.ts';
import type { SettingsSource } from './resolve.ts';

export type UsedSettings =
  /** Beginnings of all keys that are used. */
  | { readonly only: readonly string[] }
  /** Beginnings of keys that are not used. */
  | { readonly allBut: readonly string[] };

/** Settings of a world, of any kind, that decide how a policy is spoken to. */
export const dialectSettings: readonly string[] = [
  'world.profileMode',
  'world.contextTurns',
  'world.explainsProtocol',
  'world.namesOpenSlots',
  'world.showsNotes',
];

/**
 * Throws `ConfigError` for settings without use. A configuration file may hold settings of other
 * commands; what is named one by one is meant.
 */
export function refuseUnused(
  { settings, flags }: Pick<SettingsSource, 'settings' | 'flags'>,
  used: UsedSettings,
  work: string,
): void {
  const given = [
    ...flattenSettings(settings ?? {}).map(([key]) => key),
    ...(flags?.set ?? []).map((text) => text.split('=', 1)[0]?.trim() ?? ''),
  ].filter((key) => key !== '');
  const startsWith = (key: string, list: readonly string[]): boolean =>
    list.some((prefix) => key.startsWith(prefix));
  const unused = given.filter((key) =>
    'only' in used ? !startsWith(key, used.only) : startsWith(key, used.allBut),
  );
  if (unused.length === 0) return;
  const hint =
    'only' in used
      ? `It takes ${used.only.map((prefix) => (prefix.endsWith('.') ? `${prefix}*` : prefix)).join(', ')}.`
      : 'Leave it away.';
  throw new ConfigError('settings_unused', `${work} has no use for ${unused.join(', ')}.`, {
    details: { keys: unused },
    hint,
  });
}
