/**
 * Layers of settings laid over each other, remembering where each value came from.
 *
 * A layer is nested JSON; it is flattened to dotted keys, whose leaves are plain values and arrays.
 * A later layer wins key by key, so an empty section changes nothing; `null` in the place of a section
 * removes the section.
 */

export type Layer = {
  readonly origin: string;
  readonly values: unknown;
  /** Came with a folder, rather than from the person who opens it. */
  readonly isForeign?: true;
};

export type Sourced = {
  readonly value: unknown;
  readonly origin: string;
  /** Of a foreign layer. */
  readonly isForeign?: true;
};

/** Dotted key to value and origin, in the order in which keys first appear. */
export type SourcedSettings = ReadonlyMap<string, Sourced>;

/** Lays the layers over each other, the last one on top. */
export function mergeLayers(layers: readonly Layer[]): SourcedSettings {
  const merged = new Map<string, Sourced>();
  const sections = new Set<string>();
  for (const { origin, values, isForeign } of layers) {
    for (const [key, value] of flattenSettings(values)) {
      if (isSection(value) && sections.has(key) && hasKeysBelow(merged, key)) continue;
      removeOverlaps(merged, sections, key);
      merged.set(key, { value, origin, ...(isForeign && { isForeign }) });
    }
  }
  return merged;
}

/** A value replaces the section below it, and a section's key the value above it. */
function removeOverlaps(merged: Map<string, Sourced>, sections: Set<string>, key: string): void {
  const parts = key.split('.');
  for (let length = 1; length < parts.length; length += 1) {
    const section = parts.slice(0, length).join('.');
    merged.delete(section);
    sections.add(section);
  }
  if (!sections.has(key)) return;
  for (const other of [...merged.keys()]) {
    if (other.startsWith(`${key}.`)) merged.delete(other);
  }
}

function hasKeysBelow(merged: ReadonlyMap<string, Sourced>, key: string): boolean {
  return [...merged.keys()].some((other) => other.startsWith(`${key}.`));
}

/** Deeper than any setting; what lies below is no setting and is looked at no further. */
const deepestSection = 8;

/** Lists the leaves of nested settings under dotted keys. An empty section is a leaf. */
export function flattenSettings(
  values: unknown,
  path: readonly string[] = [],
): [string, unknown][] {
  const isRoot = path.length === 0;
  const isLeaf = !isSection(values) || path.length === deepestSection;
  if (isLeaf || (!isRoot && Object.keys(values).length === 0)) return [[path.join('.'), values]];
  return Object.entries(values).flatMap(([key, value]) => flattenSettings(value, [...path, key]));
}

/** Nests dotted keys again. */
export function nestSettings(flat: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const root = createSection();
  for (const [key, value] of flat) {
    const parts = key.split('.');
    const last = parts.pop() ?? key;
    let section = root;
    for (const part of parts) {
      if (!isSection(section[part])) section[part] = createSection();
      section = section[part] as Record<string, unknown>;
    }
    section[last] = value;
  }
  return root;
}

/** Without a prototype, so that a key named `__proto__` or `constructor` is a key like any other. */
function createSection(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
