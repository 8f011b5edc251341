/** The keys that settings may have, and the one that a mistyped key was probably meant to be. */
import { countEdits, findLikely, findNearest } from '../../base/index.ts';
import type { WorldDefinition } from '../../worlds/index.ts';
import { createDefaultSettings } from './defaults.ts';
import { flattenSettings } from './layers.ts';

/** Finds the nearest key, whole or, where only the section was left out, by its last part; null among none. */
export function suggestKey(key: string, known: readonly string[]): string | null {
  const whole = findNearest(key, known);
  const lasts = known.map((name) => name.split('.').at(-1) ?? name);
  const last = findLikely(key, lasts);
  if (last === null || key.includes('.')) return whole;
  if (whole !== null && countEdits(key, whole) <= countEdits(key, last)) return whole;
  return known[lasts.indexOf(last)] ?? whole;
}

const optionalKeys = [
  'sampling.topK',
  'sampling.topP',
  'sampling.minP',
  'policy.lora.rank',
  'policy.lora.alpha',
  'policy.lora.targets',
];

/** Lists the keys and the sections in one kind of world, those that have no default included. */
export function listKnownKeys(definition: WorldDefinition): string[] {
  const leaves = flattenSettings(createDefaultSettings(definition)).map(([key]) => key);
  const sections = leaves.flatMap((key) =>
    key.includes('.') ? [key.slice(0, key.lastIndexOf('.'))] : [],
  );
  return [...new Set([...leaves, ...sections, ...optionalKeys])];
}
