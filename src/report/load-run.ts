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
import type { WorldScores } from '../eval/index.ts';
import { parseRunConfig, RunDirectory, type IterationRecord } from '../runlog/index.ts';

/** Scores of base and trained policy on held-out people, from demo.json or summary.json. */
export type HeldOutScores = {
  readonly base: Readonly<Record<'trained' | 'untrained', WorldScores>>;
  readonly rlpa: Readonly<Record<'trained' | 'untrained', WorldScores>>;
};

export type RunData = {
  readonly directory: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly metrics: readonly IterationRecord[];
  readonly timings: readonly IterationRecord[];
  /** Iterations whose conversations are there, in order. */
  readonly iterations: readonly number[];
  readonly heldOut: HeldOutScores | null;
  /** True once the model has been written. */
  readonly isDone: boolean;
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
    metrics: run.readMetrics(),
    timings: run.readTimings(),
    iterations: listIterations(run),
    heldOut: readHeldOut(run),
    isDone: fs.existsSync(run.modelFolder),
  };
}

function listIterations(run: RunDirectory): number[] {
  const folder = run.file('episodes');
  return (fs.existsSync(folder) ? fs.readdirSync(folder) : [])
    .flatMap((name) => /^iteration-(\d+)\.jsonl$/u.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function readHeldOut(run: RunDirectory): HeldOutScores | null {
  const file = ['demo.json', 'summary.json'].map((name) => run.file(name)).find(fs.existsSync);
  if (file === undefined) return null;
  const content = readJsonFile(file, 'evaluation') as Partial<HeldOutScores>;
  return content.base === undefined || content.rlpa === undefined
    ? null
    : { base: content.base, rlpa: content.rlpa };
}

/** Reads the conversations of one iteration. Throws `DataError` naming the file. */
export function loadEpisodes(directory: string, iteration: number): Episode[] {
  return new RunDirectory(directory).readEpisodes(iteration);
}

/** Name of a run for titles. */
export function nameOf(directory: string): string {
  return path.basename(path.resolve(directory));
}
