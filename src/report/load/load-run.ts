/**
 * Reads what a run has left so far, finished or not.
 *
 * A run that is going on may be read at any time: lines cut short are left out, files that are not
 * there yet are empty. Only a directory that is no run is an error.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CheckpointError, DataError, readJsonFile } from '../../base/index.ts';
import type { Episode } from '../../env/index.ts';
import { readRunConfig, SavedRun, type IterationRecord } from '../../runlog/index.ts';
import { listAbsentFiles, type AbsentFile } from './absent-files.ts';
import { loadHeldOutScores, type HeldOutScores } from './held-out.ts';

export type RunData = {
  readonly directory: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly metrics: readonly IterationRecord[];
  readonly timings: readonly IterationRecord[];
  /** Iterations whose conversations are there, in order. */
  readonly iterations: readonly number[];
  readonly heldOut: HeldOutScores | null;
  /** Machine and versions, as the run recorded them. */
  readonly environment: Readonly<Record<string, unknown>>;
  readonly absent: readonly AbsentFile[];
};

/** Loads a run directory. Throws `DataError` where there is none, `CheckpointError` where it is no run. */
export function loadRun(directory: string): RunData {
  const run = new SavedRun(directory);
  if (!fs.existsSync(directory)) {
    throw new DataError('run_missing', `There is no folder ${directory}.`, {
      details: { directory },
      hint: 'Name the run directory that rlpa train or rlpa demo wrote with --out.',
    });
  }
  const file = run.file('config.json');
  if (!fs.existsSync(file)) {
    throw new CheckpointError(
      'not_a_run',
      `${directory} is no run: expected config.json in it, found none.`,
      { details: { directory }, hint: 'Name the directory given to rlpa train with --out.' },
    );
  }
  const { settings } = readRunConfig(file);
  return {
    directory,
    settings,
    metrics: run.readMetrics(),
    timings: joinIterations(run.readTimings()),
    iterations: run.listEpisodes(),
    heldOut: loadHeldOutScores(directory),
    environment: readRecord(run.file('environment.json'), 'record of the machine'),
    absent: listAbsentFiles(directory),
  };
}

/** Collecting beforehand and learning are recorded apart: one record an iteration, in their order. */
function joinIterations(records: readonly IterationRecord[]): IterationRecord[] {
  const joined = new Map<number, IterationRecord>();
  for (const record of records) {
    joined.set(record.iteration, { ...joined.get(record.iteration), ...record });
  }
  return [...joined.values()].sort((a, b) => a.iteration - b.iteration);
}

function readRecord(file: string, purpose: string): Readonly<Record<string, unknown>> {
  if (!fs.existsSync(file)) return {};
  const content = readJsonFile(file, purpose);
  if (typeof content === 'object' && content !== null) return content as Record<string, unknown>;
  throw new DataError('json_malformed', `The ${purpose} ${file} holds no object.`, {
    details: { file },
    hint: 'Remove the file; the report is written without it.',
  });
}

/**
 * Stamps the files a report reads: another stamp means there is news. Whole files are replaced at
 * once and logs only grow, so sizes and times of change tell.
 */
export function stampRun(directory: string): string {
  const names = ['metrics.jsonl', 'timings.jsonl', 'episodes', 'evaluation'];
  return [...names, 'demo.json', 'summary.json']
    .map((name) => fs.statSync(path.join(directory, name), { throwIfNoEntry: false }))
    .map((status) => (status === undefined ? '-' : `${status.size}/${status.mtimeMs}`))
    .join(' ');
}

/** Reads the conversations of one iteration. Throws `DataError` naming file, line and key. */
export function loadEpisodes(directory: string, iteration: number): Episode[] {
  return new SavedRun(directory).readEpisodes(iteration);
}

/** Name of a run for titles. */
export function nameOf(directory: string): string {
  return path.basename(path.resolve(directory));
}
