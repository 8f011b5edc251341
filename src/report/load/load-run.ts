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
import { parseRunConfig, RunDirectory, type IterationRecord } from '../../runlog/index.ts';
import { listAbsentFiles, listNames, type AbsentFile } from './absent-files.ts';
import { checkEpisode } from './episode-schema.ts';
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
  const run = new RunDirectory(directory);
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
  const { settings } = parseRunConfig(readJsonFile(file, 'run configuration'), file);
  return {
    directory,
    settings,
    metrics: checkRecords(run.readMetrics(), run.file('metrics.jsonl')),
    timings: joinIterations(checkRecords(run.readTimings(), run.file('timings.jsonl'))),
    iterations: listIterations(run),
    heldOut: loadHeldOutScores(directory),
    environment: readRecord(run.file('environment.json'), 'record of the machine'),
    absent: listAbsentFiles(directory),
  };
}

function checkRecords(records: readonly IterationRecord[], file: string): IterationRecord[] {
  return records.map((record: IterationRecord | null, index) => {
    if (isIterationRecord(record)) return record;
    throw new DataError(
      'record_malformed',
      `Line ${index + 1} of ${file}: expected an object of numbers with the number of its iteration.`,
      { details: { file, line: index + 1 }, hint: 'Remove that line; the others can be read.' },
    );
  });
}

function isIterationRecord(record: IterationRecord | null): record is IterationRecord {
  return (
    typeof record?.iteration === 'number' &&
    Object.values(record).every((value) => value === null || typeof value === 'number')
  );
}

/** Collecting beforehand and learning are recorded apart: one record an iteration, in their order. */
function joinIterations(records: readonly IterationRecord[]): IterationRecord[] {
  const joined = new Map<number, IterationRecord>();
  for (const record of records) {
    joined.set(record.iteration, { ...joined.get(record.iteration), ...record });
  }
  return [...joined.values()].sort((a, b) => a.iteration - b.iteration);
}

function listIterations(run: RunDirectory): number[] {
  return listNames(run.file('episodes'))
    .flatMap((name) => /^iteration-(\d+)\.jsonl$/u.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
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

/** Reads the conversations of one iteration. Throws `DataError` naming file and line. */
export function loadEpisodes(directory: string, iteration: number): Episode[] {
  return new RunDirectory(directory)
    .readEpisodes(iteration)
    .map((record, index) =>
      checkEpisode(
        record,
        `Line ${index + 1} of the conversations of iteration ${iteration} in ${directory}`,
        { directory, iteration, line: index + 1 },
      ),
    );
}

/** Name of a run for titles. */
export function nameOf(directory: string): string {
  return path.basename(path.resolve(directory));
}
