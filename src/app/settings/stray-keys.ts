/**
 * Keys that were given for another server.
 *
 * A preset or a file names a server and the variable that holds its key. Whoever then names another
 * server says nothing of a key, and the old one must not go there.
 */
import { isPlainUrl } from '../../chat/index.ts';
import { modelSections, type ModelSection } from './consent.ts';
import { flattenSettings, type Layer } from './layers.ts';

/** A key that would go to another server than the one it was given for. */
export type StrayKey = {
  readonly section: ModelSection;
  /** Scheme, host and port. */
  readonly givenFor: string;
  readonly goesTo: string;
};

/** Finds them. Layers from number `together` on were given in one breath. */
export function findStrayKeys(layers: readonly Layer[], together: number): readonly StrayKey[] {
  const flat = layers.map(({ values }) => new Map(flattenSettings(values)));
  return modelSections.flatMap((section) => {
    const name = `models.${section}.apiKeyEnv`;
    const at = flat.findLastIndex((layer) => layer.has(name));
    const end = at >= together ? flat.length : at + 1;
    const givenFor = readOrigin(section, flat.slice(0, end));
    const goesTo = readOrigin(section, flat);
    const isKeyless = (flat[at]?.get(name) ?? null) === null;
    if (isKeyless || givenFor === null || goesTo === null || givenFor === goesTo) return [];
    return [{ section, givenFor, goesTo }];
  });
}

function readOrigin(
  section: ModelSection,
  layers: readonly ReadonlyMap<string, unknown>[],
): string | null {
  const name = `models.${section}.baseUrl`;
  const baseUrl = layers.findLast((layer) => layer.has(name))?.get(name);
  return typeof baseUrl === 'string' && isPlainUrl(baseUrl) ? new URL(baseUrl).origin : null;
}
