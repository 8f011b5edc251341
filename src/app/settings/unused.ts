/** Settings that are given by name to a piece of work that has no use for them: refused, not ignored. */
import { ConfigError, findLikely } from '../../base/index.ts';
import { worldDefinitions } from '../../worlds/index.ts';
import { listKnownKeys } from './known-keys.ts';
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
  const hint = 'only' in used ? describeUsed(unused, used.only) : 'Leave it away.';
  throw new ConfigError('settings_unused', `${work} has no use for ${unused.join(', ')}.`, {
    details: { keys: unused },
    hint,
  });
}

/** What is taken, and before it the keys that mistyped ones were probably meant to be. */
function describeUsed(unused: readonly string[], prefixes: readonly string[]): string {
  const known = [...new Set(worldDefinitions.flatMap(listKnownKeys))];
  const usable = known.filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
  const meant = unused
    .filter((key) => !known.includes(key))
    .flatMap((key) => {
      const likely = findLikely(key, usable);
      return likely === null ? [] : [`The nearest key to ${key} is ${likely}. `];
    });
  const taken = prefixes.map((prefix) => (prefix.endsWith('.') ? `${prefix}*` : prefix));
  return `${meant.join('')}It takes ${taken.join(', ')}.`;
}
