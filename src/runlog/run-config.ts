/**
 * config.json of a run: what it was started with, and whether a resume means the same run.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { CheckpointError, ConfigError, readJsonFile } from '../base/index.ts';

export const runFormat = 1;

/** Full path of the settings of a run. */
export function configFileOf(directory: string): string {
  return path.join(directory, 'config.json');
}

/** Plain JSON, nested at will. */
export type RunSettings = Readonly<Record<string, unknown>>;

/** What config.json of a run folder holds. */
export type RunConfig = { readonly format: number; readonly settings: RunSettings };

const settingsSchema = z.record(z.string(), z.unknown());

/** Reads config.json. Throws `CheckpointError` where it cannot be read, or is of another format. */
export function readRunConfig(file: string): RunConfig {
  let content: unknown;
  try {
    content = readJsonFile(file, 'run configuration');
  } catch (cause) {
    throw describeMalformed(file, (cause as Error).message, cause);
  }
  const found = z.object({ format: z.unknown(), settings: z.unknown() }).safeParse(content);
  if (!found.success) throw describeMalformed(file, `${file} holds no object.`);
  const { format, settings } = found.data;
  if (format !== runFormat) throw describeFormat(file, format);
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) throw describeMalformed(file, `${file} holds no settings.`);
  return { format: runFormat, settings: parsed.data };
}

/**
 * True where config.json is that of a run, if perhaps of another version or damaged. Other programs
 * call their files config.json as well.
 */
export function isRunConfig(file: string): boolean {
  if (!fs.existsSync(file)) return false;
  try {
    const content = readJsonFile(file, 'run configuration');
    return runKeys.safeParse(content).success;
  } catch {
    return true;
  }
}

const runKeys = z.union([
  z.object({ settings: z.unknown() }).refine((content) => 'settings' in content),
  z.object({ format: z.number() }),
  z.null(),
]);

function describeFormat(file: string, format: unknown): CheckpointError {
  return new CheckpointError(
    'run_format',
    `${file} is of run format ${String(format)}; this version reads format ${runFormat}.`,
    {
      details: { file, found: format ?? null, expected: runFormat },
      hint: 'Continue the run with the version of rlpa that started it, or start a new directory.',
    },
  );
}

function describeMalformed(file: string, message: string, cause?: unknown): CheckpointError {
  return new CheckpointError('run_config_malformed', message, {
    details: { file },
    hint: 'Put back a copy of the file, or start a new directory.',
    cause,
  });
}

export type SettingDifference = {
  readonly key: string;
  readonly saved: unknown;
  readonly given: unknown;
};

/** Lists the dotted keys whose values differ. */
export function compareSettings(saved: unknown, given: unknown, prefix = ''): SettingDifference[] {
  if (isRecord(saved) && isRecord(given)) {
    const keys = [...new Set([...Object.keys(saved), ...Object.keys(given)])].sort();
    return keys.flatMap((key) =>
      compareSettings(saved[key], given[key], prefix === '' ? key : `${prefix}.${key}`),
    );
  }
  return JSON.stringify(saved) === JSON.stringify(given) ? [] : [{ key: prefix, saved, given }];
}

/**
 * Throws `ConfigError` naming every setting that differs from the saved ones; keys in `mayGrow` may
 * be raised, never lowered, or given up as a bound (null); keys that begin as one of `mayChange` may
 * be anything.
 */
export function checkResumedSettings(
  saved: RunSettings,
  given: RunSettings,
  mayGrow: readonly string[],
  mayChange: readonly string[] = [],
): void {
  const differences = compareSettings(saved, given).filter(
    (difference) =>
      !mayChange.some((prefix) => difference.key.startsWith(prefix)) &&
      !(mayGrow.includes(difference.key) && isRaised(difference)),
  );
  if (differences.length === 0) return;
  const list = differences
    .map(({ key, saved: was, given: is }) => `${key} (saved ${show(was)}, given ${show(is)})`)
    .join(', ');
  throw new ConfigError(
    'resume_settings_differ',
    `The run was started with other settings: ${list}.`,
    {
      details: { keys: differences.map(({ key }) => key) },
      hint: `Leave them as saved, or start a new directory. Only ${mayGrow.join(', ')} may be raised.`,
    },
  );
}

/** A bound of null is none, so it is above every number. */
function isRaised({ saved, given }: SettingDifference): boolean {
  return (
    typeof saved === 'number' && (given === null || (typeof given === 'number' && given > saved))
  );
}

const show = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
