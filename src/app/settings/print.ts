/** The resolved configuration as text: every key, its value, and where the value came from. */
import type { ResolvedSettings } from './resolve.ts';

/** Renders a line a key, in columns. */
export function renderSettings({ sources }: ResolvedSettings): string {
  const rows = [...sources].map(([key, { value, origin }]) => ({
    key,
    value: JSON.stringify(value),
    origin,
  }));
  const width = (pick: (row: (typeof rows)[number]) => string): number =>
    Math.max(...rows.map((row) => pick(row).length));
  const [keyWidth, valueWidth] = [width((row) => row.key), width((row) => row.value)];
  return rows
    .map(
      ({ key, value, origin }) => `${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${origin}`,
    )
    .join('\n');
}

/** Renders the same as JSON: `{ key: { value, origin } }`. */
export function renderSettingsJson({ sources }: ResolvedSettings): string {
  return JSON.stringify(Object.fromEntries(sources), null, 2);
}
