/**
 * A user's own file of parts: `export const world`, `users`, `judge` or `reward`.
 *
 * The file may be TypeScript: Node 20 cannot load that by itself, jiti can. What the file imports from
 * `rlpa` is this very package, so that its classes are the same. The file runs with all rights of this
 * process; it is loaded when the command line names it, and never because a run folder does.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../app/index.ts';
import { ConfigError, lookBehind } from '../base/index.ts';
import type { WorldParts } from '../worlds/index.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';
const method = z.custom<(...values: never[]) => unknown>(isFunction, 'expected a function');
const name = z.string().min(1).max(200);

const partsSchema = z.object({
  world: z
    .looseObject({
      kind: z.string().regex(/^[a-z0-9][a-z0-9-]*$/u, 'expected small letters, digits and -'),
      summary: z.string(),
      maxTokens: z.int().min(1),
      createDialect: method,
      open: method,
    })
    .exactOptional(),
  users: z.looseObject({ name, createUser: method }).exactOptional(),
  judge: z.looseObject({ name, judge: method }).exactOptional(),
  reward: z.looseObject({ name, score: method }).exactOptional(),
});

const partNames = Object.keys(partsSchema.shape);

/** Loads the files; a part that two of them define is taken from the later. Throws `ConfigError`. */
export async function loadPlugins(files: readonly string[]): Promise<WorldParts> {
  let parts: WorldParts = {};
  for (const file of files) parts = { ...parts, ...(await loadPlugin(file)) };
  return parts;
}

async function loadPlugin(file: string): Promise<WorldParts> {
  const resolved = path.resolve(file);
  if (lookBehind(resolved)?.isFile() !== true) {
    throw new ConfigError('plugin_missing', `There is no file ${file}.`, {
      details: { file },
      hint: 'Check --plugin.',
    });
  }
  const exported = await importFile(resolved, file);
  const given = Object.fromEntries(
    Object.entries(exported).filter(([part]) => partNames.includes(part)),
  );
  if (Object.keys(given).length === 0) {
    const found = Object.keys(exported);
    throw new ConfigError(
      'plugin_empty',
      `${file}: expected an export named ${partNames.join(', ')}, found ${found.length === 0 ? 'none' : found.join(', ')}.`,
      { details: { file, found }, hint: 'For example: export const reward = { name, score };' },
    );
  }
  const parsed = partsSchema.safeParse(given);
  if (parsed.success) return given as WorldParts;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.map(String).join('.')}: ${issue.message}`,
  );
  throw new ConfigError('plugin_malformed', `${file}:\n${problems.join('\n')}`, {
    details: { file },
    hint: 'Its types are WorldDefinition, UsersDefinition and RewardDefinition of rlpa/worlds, and Judge of rlpa/rewards.',
  });
}

async function importFile(
  resolved: string,
  file: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(resolved, {
    alias: listOwnEntries(),
    interopDefault: false,
    moduleCache: true,
    fsCache: false,
  });
  try {
    return await jiti.import<Record<string, unknown>>(resolved);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('plugin_unreadable', `${file} could not be loaded: ${reason}`, {
      details: { file },
      hint: 'Mend the file; --debug shows where it fails.',
      cause,
    });
  }
}

/** The package's own entries by the names under which a file imports them. */
function listOwnEntries(): Record<string, string> {
  const { exports } = JSON.parse(
    fs.readFileSync(path.join(packageRoot, 'package.json'), 'utf8'),
  ) as { readonly exports: Readonly<Record<string, string | { readonly default: string }>> };
  return Object.fromEntries(
    Object.entries(exports).map(([entry, target]) => [
      `rlpa${entry.slice(1)}`,
      path.join(packageRoot, typeof target === 'string' ? target : target.default),
    ]),
  );
}
