/** Files that say what `rlpa compare` compares: common settings, arms, families to measure on. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { ConfigError, DataError, findLikely, readJsonFile } from '../../base/index.ts';
import { presetsFolder } from '../package-files.ts';

const settings = z.record(z.string(), z.unknown());

const comparisonSchema = z.strictObject({
  title: z.string(),
  /** Preset all arms start from. */
  preset: z.string(),
  /** Laid over the preset, for all arms. */
  settings,
  /** Families of users every run is measured on; the first is the one tables are sorted out for. */
  families: z.array(z.string()).min(1),
  arms: z.record(
    z.string().regex(/^[a-z0-9+-]+$/u, 'expected small letters, digits, + and -'),
    z.strictObject({
      title: z.string(),
      /** Laid over the common settings. */
      settings,
      /** Not trained: what the others start from. */
      isBase: z.boolean().exactOptional(),
      /** A family of users it is trained without, and the arm that is otherwise the same. */
      leavesOut: z.strictObject({ family: z.string(), against: z.string() }).exactOptional(),
    }),
  ),
});

export type Comparison = z.infer<typeof comparisonSchema>;

const folder = path.join(presetsFolder, 'comparisons');

/** Names of the comparisons that come with the package. */
export function listComparisons(): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.basename(name, '.json'))
    .sort();
}

/** Loads a comparison by name, or from a file. Throws `ConfigError` naming what is wrong. */
export function loadComparison(name: string): Comparison {
  const known = listComparisons();
  const file = known.includes(name) ? path.join(folder, `${name}.json`) : name;
  if (!fs.existsSync(file)) {
    const nearest = findLikely(name, known);
    throw new ConfigError('unknown_comparison', `There is no comparison "${name}".`, {
      details: { comparison: name },
      hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}Known: ${known.join(', ')}, or a JSON file of that form.`,
    });
  }
  let content: unknown;
  try {
    content = readJsonFile(file, 'comparison');
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new ConfigError('comparison_unreadable', error.message, { cause: error });
  }
  const parsed = comparisonSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    (issue) => `  ${issue.path.map(String).join('.')}: ${issue.message}`,
  );
  throw new ConfigError('comparison_invalid', `${file} is no comparison:\n${lines.join('\n')}`, {
    details: { file },
  });
}

/** Picks the arms asked for, in the file's order. Throws `ConfigError` for an unknown one. */
export function pickArms(
  comparison: Comparison,
  wanted: readonly string[] | undefined,
): (readonly [name: string, arm: Comparison['arms'][string]])[] {
  const known = Object.keys(comparison.arms);
  const unknown = wanted?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const nearest = findLikely(unknown, known);
    throw new ConfigError('unknown_arm', `The comparison has no arm "${unknown}".`, {
      details: { arm: unknown },
      hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}Its arms: ${known.join(', ')}.`,
    });
  }
  return Object.entries(comparison.arms).filter(([name]) => wanted?.includes(name) ?? true);
}
