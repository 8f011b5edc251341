/** Opens the directory of a run: a new one, or one to continue. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CheckpointError, ConfigError, temporaryPattern, writeFileAtomic } from '../base/index.ts';
import { findLatestIteration } from './checkpoints.ts';
import { inspectFolder, OwnedFolder } from './owned-folder.ts';
import {
  checkResumedSettings,
  configFileOf,
  isRunConfig,
  readRunConfig,
  runFormat,
  type RunSettings,
} from './run-config.ts';
import { RunDirectory, runNames } from './run-directory.ts';

export type OpenRunOptions = {
  readonly directory: string;
  readonly settings: RunSettings;
  /** Continue the run found there instead of refusing the directory. */
  readonly resume?: boolean;
  /** Dotted keys that a resume may raise. */
  readonly mayGrow?: readonly string[];
  /** Beginnings of dotted keys that a resume may change: they do not decide what is computed. */
  readonly mayChange?: readonly string[];
  /** Throws where a resume cannot go on after so many iterations: before the new settings are saved. */
  readonly checkDone?: (iterations: number) => void;
  /** Machine and versions, for the record. */
  readonly environment?: Readonly<Record<string, unknown>>;
};

/**
 * Opens the directory of a new run, or of a run to continue, and holds it until it is closed or the
 * process ends. Throws `ConfigError` (empty name, directory not empty or in use, nothing to resume,
 * settings that differ), `CheckpointError` (written by another version) or `DataError` (cannot be
 * written). A directory that is refused is left as it was.
 */
export function openRun(options: OpenRunOptions): RunDirectory {
  const { directory, resume = false } = options;
  checkDirectory(directory, resume);
  const folder = OwnedFolder.open(directory, 'run');
  try {
    // Another process may have begun, or ended, a run here in between.
    checkDirectory(directory, resume);
    if (resume) {
      checkSaved(options);
      options.checkDone?.(findLatestIteration(directory));
    }
    for (const name of runNames) folder.claim(name);
    writeSettings(options);
    return new RunDirectory(folder);
  } catch (error) {
    folder.close();
    throw error;
  }
}

function checkDirectory(directory: string, resume: boolean): void {
  const { names, kind } = inspectFolder(directory);
  const isRun = isRunConfig(configFileOf(directory));
  if (resume && !isRun) throw describeNothing(directory, names, kind);
  if (!resume && (isRun || !isUnused(names, kind))) throw describeUsed(directory, isRun);
  checkLinks(directory, names);
}

/** True where there is nothing yet but what a run writes before its settings are saved. */
function isUnused(names: readonly string[], kind: string | null): boolean {
  const early = (name: string): boolean => {
    const target = temporaryPattern.exec(name)?.groups?.['name'] ?? name;
    return target === 'config.json' || (kind === 'run' && target === 'environment.json');
  };
  return (kind === null || kind === 'run') && names.every(early);
}

/** Nothing is written to where a link in a directory of others may lead. */
function checkLinks(directory: string, names: readonly string[]): void {
  const link = names.find((name) => fs.lstatSync(path.join(directory, name)).isSymbolicLink());
  if (link === undefined) return;
  throw new CheckpointError(
    'symbolic_link',
    `${path.join(directory, link)} is a symbolic link; a run writes only inside of its directory.`,
    { details: { directory, link }, hint: 'Put the file or folder itself there.' },
  );
}

function describeNothing(
  directory: string,
  names: readonly string[],
  kind: string | null,
): ConfigError {
  const isStarted = names.length > 0 && isUnused(names, kind);
  return new ConfigError(
    'nothing_to_resume',
    isStarted
      ? `The run in ${directory} was stopped before it had saved its settings.`
      : `There is no run to resume in ${directory}.`,
    {
      details: { directory },
      hint: isStarted
        ? 'Run the same command without --resume: it begins there.'
        : 'Check --out, or leave --resume away to start a run there.',
    },
  );
}

function describeUsed(directory: string, isRun: boolean): ConfigError {
  return new ConfigError(
    'directory_not_empty',
    `The directory ${directory} is not empty: it holds ${isRun ? 'a run' : 'files that are not of a run'}.`,
    {
      details: { directory },
      hint: isRun
        ? 'Choose another --out, or continue the run in it with --resume.'
        : 'Choose another --out; --resume goes on with a run only.',
    },
  );
}

function checkSaved({ directory, settings, mayGrow, mayChange }: OpenRunOptions): void {
  const saved = readRunConfig(configFileOf(directory));
  checkResumedSettings(
    saved.settings,
    JSON.parse(JSON.stringify(settings)) as RunSettings,
    mayGrow ?? ['iterations'],
    mayChange,
  );
}

/** The settings come last: a directory that has them has everything that belongs to a new run. */
function writeSettings({ directory, settings, environment, resume }: OpenRunOptions): void {
  const write = (file: string, content: unknown): void =>
    writeFileAtomic(file, `${JSON.stringify(content, null, 2)}\n`);
  if (resume !== true) write(path.join(directory, 'environment.json'), environment ?? {});
  write(configFileOf(directory), { format: runFormat, settings });
}
