/** The worlds that come with the package. A new one adds its folder and its line here. */
import { ConfigError, findLikely } from '../base/index.ts';
import type { WorldDefinition } from './definition.ts';
import { everydayDefinition } from './everyday/index.ts';
import { freeTextDefinition } from './free-text/index.ts';
import { smallWorldDefinition } from './small-world/index.ts';

/** Every world of the package. */
export const worldDefinitions: readonly WorldDefinition[] = [
  smallWorldDefinition,
  freeTextDefinition,
  everydayDefinition,
];

/** The world where nothing names one. */
export const defaultWorld: WorldDefinition & { readonly preset: string } = smallWorldDefinition;

/** Finds a world by its kind; `own` is one that a program or a user's file defines. Throws `ConfigError`. */
export function findWorld(kind: string, own?: WorldDefinition): WorldDefinition {
  const known = own === undefined ? worldDefinitions : [own, ...worldDefinitions];
  const found = known.find((each) => each.kind === kind);
  if (found !== undefined) return found;
  const kinds = known.map((each) => each.kind);
  const nearest = findLikely(kind, kinds);
  throw new ConfigError('unknown_world', `There is no world "${kind}".`, {
    details: { kind },
    hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}Known: ${kinds.join(', ')}; a file that defines another is given with --plugin.`,
  });
}

/** The worlds that have a setting of their own by this name. */
export function listWorldsWithSetting(key: string): readonly WorldDefinition[] {
  return worldDefinitions.filter(({ settings = {} }) => Object.hasOwn(settings, key));
}
