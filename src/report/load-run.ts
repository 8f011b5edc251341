/**
 * Reads what a run has left so far, finished or not.
 *
 * A run that is going on may be read at any time: lines cut short are left out, files that are not
 * there yet are empty. Only a directory that is no run is an error.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CheckpointError, DataError, readJsonFile } from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import type { WorldEvaluation, WorldScores } from '../eval/index.ts';
import { readRunConfig, SavedRun, type IterationRecord } from '../runlog/index.ts';

/** Whether a family of users was trained on. */
export type Group = 'trained' | 'untrained';

export const groups: readonly Group[] = ['trained', 'untrained'];

/** Scores of base and trained policy on held-out people, from demo.json or summary.json. */
export type HeldOutScores = {
  readonly base: Readonly<Record<Group, WorldScores>>;
  readonly rlpa: Readonly<Record<Group, WorldScores>>;
};

/** The measured conversations themselves, from evaluation/; `after` is null until training ends. */
export type HeldOutTalks = {
  readonly before: Readonly<Record<Group, WorldEvaluation>>;
  readonly after: Readonly<Record<Group, WorldEvaluation>> | null;
};

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
    heldOut: readHeldOut(run),
    environment: readRecord(run.file('environment.json'), 'record of the machine'),
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

function readHeldOut(run: SavedRun): HeldOutScores | null {
  const file = ['demo.json', 'summary.json'].map((name) => run.file(name)).find(fs.existsSync);
  if (file === undefined) return null;
  const { base, rlpa } = readRecord(file, 'evaluation') as Partial<HeldOutScores>;
  return base === undefined || rlpa === undefined ? null : { base, rlpa };
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

/** Reads the conversations that were measured before and after training; null where none were. */
export function loadHeldOutTalks(directory: string): HeldOutTalks | null {
  const folder = path.join(directory, 'evaluation');
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  if (!names.includes('base.json')) return null;
  const newest = names
    .flatMap((name) => /^rlpa-(\d+)\.json$/u.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a)[0];
  const read = (name: string): HeldOutTalks['before'] | null => {
    const content = readRecord(path.join(folder, name), 'kept measurement');
    return (content as { chosen?: HeldOutTalks['before'] }).chosen ?? null;
  };
  const before = read('base.json');
  if (before === null) return null;
  return { before, after: newest === undefined ? null : read(`rlpa-${newest}.json`) };
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
