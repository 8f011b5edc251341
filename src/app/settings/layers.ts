/**
 * Layers of settings laid over each other, remembering where each value came from.
 *
 * A layer is nested JSON; it is flattened to dotted keys, whose leaves are plain values and arrays.
 * A later layer wins key by key; `null` in the place of a section removes the section.
 */

export type Layer = {
  readonly origin: string;
  readonly values: unknown;
  /** Came with a folder, rather than from the person who opens it. */
  readonly isForeign?: boolean;
};

export type Sourced = {
  readonly value: unknown;
  readonly origin: string;
  readonly isForeign: boolean;
};

/** Dotted key to value and origin, in the order in which keys first appear. */
export type SourcedSettings = ReadonlyMap<string, Sourced>;

/** Lays the layers over each other, the last one on top. */
export function mergeLayers(layers: readonly Layer[]): SourcedSettings {
  const merged = new Map<string, Sourced>();
  for (const { origin, values, isForeign = false } of layers) {
    for (const [key, value] of flattenSettings(values)) {
      removeOverlaps(merged, key);
      merged.set(key, { value, origin, isForeign });
    }
  }
  return merged;
}

/** A value replaces the section below it, and a section's key the value above it. */
function removeOverlaps(merged: Map<string, Sourced>, key: string): void {
  const parts = key.split('.');
  for (let length = 1; length < parts.length; length += 1) {
    merged.delete(parts.slice(0, length).join('.'));
  }
  for (const other of [...merged.keys()]) {
    if (other.startsWith(`${key}.`)) merged.delete(other);
  }
}

/** Lists the leaves of nested settings under dotted keys. An empty section is a leaf. */
export function flattenSettings(values: unknown, prefix = ''): [string, unknown][] {
  if (!isSection(values) || (prefix !== '' && Object.keys(values).length === 0)) {
    return [[prefix, values]];
  }
  return Object.entries(values).flatMap(([key, value]) =>
    flattenSettings(value, prefix === '' ? key : `${prefix}.${key}`),
  );
}

/** Nests dotted keys again. */
export function nestSettings(flat: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, value] of flat) {
    const parts = key.split('.');
    const last = parts.pop() ?? key;
    let section = root;
    for (const part of parts) {
      if (!isSection(section[part])) section[part] = {};
      section = section[part] as Record<string, unknown>;
    }
    section[last] = value;
  }
  return root;
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
