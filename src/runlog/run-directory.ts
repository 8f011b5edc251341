/**
 * One directory per run, and the order in which it is written.
 *
 *   config.json            format version and the settings the run was started with
 *   environment.json       machine and versions, as the caller describes them
 *   metrics.jsonl          one object per iteration, nothing that depends on the clock
 *   timings.jsonl          one object per iteration, everything that does; where conversations
 *                          are collected beforehand, one for collecting and one for learning
 *   events.out.tfevents.rlpa  the metrics again, for TensorBoard
 *   episodes/              iteration-00001.jsonl: the conversations the iteration learnt from
 *   checkpoints/           iteration-00010/, and `latest` naming the newest
 *   model/                 the trained model, once the run is done
 *
 * An iteration's episodes are written first, then its timings, its metrics, and last its
 * checkpoint. A resumed run therefore always finds logs at least as long as its checkpoint and cuts
 * them back to it, so the result is that of an unbroken run.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CheckpointError, ConfigError, readJsonFile, writeFileAtomic } from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import {
  loadLatestCheckpoint,
  removeLaterCheckpoints,
  saveCheckpoint,
  type Checkpoint,
} from './checkpoints.ts';
import { appendEvent, writeEventFile } from './event-file.ts';
import { appendJsonLine, readJsonLines, trimJsonLines } from './json-lines.ts';
import { checkResumedSettings, parseRunConfig, runFormat, type RunSettings } from './run-config.ts';

const eventFileName = 'events.out.tfevents.rlpa';

/** One flat record per iteration; NaN is written as null. */
export type IterationRecord = Readonly<Record<string, number | null>> & {
  readonly iteration: number;
};

export type OpenRunOptions = {
  readonly directory: string;
  readonly settings: RunSettings;
  /** Continue the run found there instead of refusing the directory. */
  readonly resume?: boolean;
  /** Dotted keys that a resume may raise. */
  readonly mayGrow?: readonly string[];
  /** Beginnings of dotted keys that a resume may change: they do not decide what is computed. */
  readonly mayChange?: readonly string[];
  /** Machine and versions, for the record. */
  readonly environment?: Readonly<Record<string, unknown>>;
};

/** Sums what collecting and learning took, in seconds. */
export function sumTrainingSeconds(timings: readonly IterationRecord[]): number {
  return timings.reduce(
    (sum, record) => sum + (record['seconds/collect'] ?? 0) + (record['seconds/update'] ?? 0),
    0,
  );
}

/** The open directory of one run. */
export class RunDirectory {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  get modelFolder(): string {
    return path.join(this.directory, 'model');
  }

  get checkpointsFolder(): string {
    return path.join(this.directory, 'checkpoints');
  }

  /** Full path of a file of the run. */
  file(...names: readonly string[]): string {
    return path.join(this.directory, ...names);
  }

  appendMetrics(record: IterationRecord): void {
    appendJsonLine(this.file('metrics.jsonl'), record);
  }

  /** Appends to the TensorBoard file; one that is missing is made from all metrics so far. */
  appendEvent(record: IterationRecord, wallSeconds: number): void {
    const file = this.file(eventFileName);
    if (fs.existsSync(file)) appendEvent(file, record, wallSeconds);
    else writeEventFile(file, this.readMetrics(), wallSeconds);
  }

  appendTimings(record: IterationRecord): void {
    appendJsonLine(this.file('timings.jsonl'), record);
  }

  /** Reads all metrics written so far; empty before the first iteration. */
  readMetrics(): IterationRecord[] {
    return this.#readRecords('metrics.jsonl', 'metrics');
  }

  readTimings(): IterationRecord[] {
    return this.#readRecords('timings.jsonl', 'timings');
  }

  #readRecords(name: string, purpose: string): IterationRecord[] {
    const file = this.file(name);
    return fs.existsSync(file) ? (readJsonLines(file, purpose) as IterationRecord[]) : [];
  }

  /** Writes the conversations of one iteration, one JSON object a line. */
  writeEpisodes(iteration: number, episodes: readonly Episode[]): void {
    const lines = episodes.map((episode) => `${JSON.stringify(episode)}\n`);
    writeFileAtomic(this.file('episodes', episodesName(iteration)), lines.join(''));
  }

  /** Reads the conversations of one iteration. */
  readEpisodes(iteration: number): Episode[] {
    return readJsonLines(this.file('episodes', episodesName(iteration)), 'episodes') as Episode[];
  }

  hasEpisodes(iteration: number): boolean {
    return fs.existsSync(this.file('episodes', episodesName(iteration)));
  }

  /** Keeps data that broke the run; returns the file. */
  writeDiagnostic(name: string, content: unknown): string {
    const file = this.file('diagnostics', `${name}.json`);
    writeFileAtomic(file, `${JSON.stringify(content)}\n`);
    return file;
  }

  async saveCheckpoint(
    iteration: number,
    state: unknown,
    keep: number,
    write: (folder: string) => Promise<void>,
  ): Promise<string> {
    const { checkpointsFolder } = this;
    return saveCheckpoint({ checkpointsFolder, iteration, state, keep, write });
  }

  /** Finds the checkpoint to continue from, verified; null when the run has none yet. */
  loadLatestCheckpoint<State>(): Checkpoint<State> | null {
    return loadLatestCheckpoint<State>(this.checkpointsFolder);
  }

  /** Removes everything written after the given iteration; kept episodes keep their time of collecting. */
  cutBackTo(iteration: number, options: { readonly keepEpisodes?: boolean } = {}): void {
    trimJsonLines(this.file('metrics.jsonl'), iteration);
    trimJsonLines(
      this.file('timings.jsonl'),
      iteration,
      (record) => options.keepEpisodes === true && !('seconds/update' in record),
    );
    fs.rmSync(this.file(eventFileName), { force: true });
    const episodes = this.file('episodes');
    for (const name of fs.existsSync(episodes) ? fs.readdirSync(episodes) : []) {
      const number = /^iteration-(\d+)\.jsonl$/.exec(name)?.[1];
      if (number !== undefined && (options.keepEpisodes || Number(number) <= iteration)) continue;
      fs.rmSync(path.join(episodes, name));
    }
    removeLaterCheckpoints(this.checkpointsFolder, iteration);
  }
}

/**
 * Opens the directory of a new run, or of a run to continue.
 * Throws `ConfigError` (directory not empty, nothing to resume, settings that differ) or
 * `CheckpointError` (written by another version).
 */
export function openRun(options: OpenRunOptions): RunDirectory {
  const { directory, settings, resume = false, mayGrow = ['iterations'], mayChange } = options;
  const configFile = path.join(directory, 'config.json');
  const config = `${JSON.stringify({ format: runFormat, settings }, null, 2)}\n`;
  const run = new RunDirectory(directory);
  if (!resume) {
    checkUnused(directory);
    writeFileAtomic(configFile, config);
    const environment = `${JSON.stringify(options.environment ?? {}, null, 2)}\n`;
    writeFileAtomic(run.file('environment.json'), environment);
    return run;
  }
  if (!fs.existsSync(configFile)) {
    throw new ConfigError('nothing_to_resume', `There is no run to resume in ${directory}.`, {
      details: { directory },
      hint: 'Check --out, or leave --resume away to start a run there.',
    });
  }
  const saved = parseRunConfig(readSavedConfig(configFile), configFile);
  checkResumedSettings(
    saved.settings,
    JSON.parse(JSON.stringify(settings)) as RunSettings,
    mayGrow,
    mayChange,
  );
  writeFileAtomic(configFile, config);
  return run;
}

function readSavedConfig(file: string): unknown {
  try {
    return readJsonFile(file, 'run configuration');
  } catch (cause) {
    throw new CheckpointError('run_config_malformed', (cause as Error).message, {
      details: { file },
      cause,
    });
  }
}

function checkUnused(directory: string): void {
  let names: string[];
  try {
    names = fs.existsSync(directory) ? fs.readdirSync(directory) : [];
  } catch (cause) {
    throw new ConfigError('directory_unusable', `${directory} is not a directory.`, { cause });
  }
  if (names.length === 0) return;
  throw new ConfigError('directory_not_empty', `The directory ${directory} is not empty.`, {
    details: { directory },
    hint: 'Choose another --out, or continue the run in it with --resume.',
  });
}

function episodesName(iteration: number): string {
  return `iteration-${String(iteration).padStart(5, '0')}.jsonl`;
}
