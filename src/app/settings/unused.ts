/** Settings that are given by name to a piece of work that has no use for them: refused, not ignored. */
import { ConfigError } from '../../base/index.ts';
import type { SettingsSource } from './resolve.ts';
import { flattenSettings } from './layers.ts';

/**
 * Throws `ConfigError` for a setting that begins as none of `used`. A configuration file may hold
 * settings of other commands; what is named one by one is meant.
 */
export function refuseUnused(
  { settings, flags }: SettingsSource,
  used: readonly string[],
  work: string,
): void {
  const given = [
    ...flattenSettings(settings ?? {}).map(([key]) => key),
    ...(flags?.set ?? []).map((text) => text.split('=', 1)[0]?.trim() ?? ''),
  ];
  const unused = given.filter((key) => key !== '' && !used.some((prefix) => key.startsWith(prefix)));
  if (unused.length === 0) return;
  throw new ConfigError('settings_unused', `${work} has no use for ${unused.join(', ')}.`, {
    details: { keys: unused },
    hint: `It takes ${used.map((prefix) => (prefix.endsWith('.') ? `${prefix}*` : prefix)).join(', ')}.`,
  });
}
