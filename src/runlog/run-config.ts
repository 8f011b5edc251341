/**
 * config.json of a run: what it was started with, and whether a resume means the same run.
 */
import { CheckpointError, ConfigError } from '../base/index.ts';

export const runFormat = 1;

/** Plain JSON, nested at will. */
export type RunSettings = Readonly<Record<string, unknown>>;

export type RunConfig = { readonly format: number; readonly settings: RunSettings };

/** Reads the content of config.json. Throws `CheckpointError` for another format version. */
export function parseRunConfig(content: unknown, file: string): RunConfig {
  const config = content as Partial<RunConfig> | null;
  if (typeof config !== 'object' || config === null || config.format !== runFormat) {
    throw new CheckpointError(
      'run_format',
      `${file} is of run format ${String(config?.format)}; this version reads format ${runFormat}.`,
      {
        details: { file, found: config?.format ?? null, expected: runFormat },
        hint: 'Continue the run with the version of rlpa that started it, or start a new directory.',
      },
    );
  }
  if (typeof config.settings !== 'object' || config.settings === null) {
    throw new CheckpointError('run_config_malformed', `${file} holds no settings.`, {
      details: { file },
    });
  }
  return { format: runFormat, settings: config.settings };
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
