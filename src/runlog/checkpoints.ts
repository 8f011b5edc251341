/**
 * Checkpoints that are either whole or not there.
 *
 * A checkpoint is a sealed folder; only once it is whole does the file `latest` name it, and only after
 * that are older ones removed. A crash or a full disk at any point leaves the previous one good.
 *
 * Layout: checkpoints/iteration-00010/{manifest.json, state.json, policy/ (files of the backend)}
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import {
  checkContent,
  CheckpointError,
  listFolder,
  readJsonFile,
  readTextFile,
  writeFileAtomic,
} from '../base/index.ts';
import {
  describeLogDamage,
  findLogProblem,
  logMarksSchema,
  markLogs,
  type LogMarks,
} from './logs.ts';
import type { OwnedFolder } from './owned-folder.ts';
import {
  findSealedProblem,
  isSealed,
  removeSealed,
  removeUnfinished,
  temporaryPrefix,
  writeSealed,
} from './sealed-folder.ts';

const checkpointsName = 'checkpoints';

const folderPattern = /^iteration-(?<iteration>\d{5,9})$/u;

export type Checkpoint<State> = {
  readonly iteration: number;
  readonly folder: string;
  /** Counters kept beside the weights. */
  readonly state: State;
  /** The run's logs as they were. */
  readonly logs: LogMarks;
};

export type SaveCheckpointInput = {
  readonly iteration: number;
  readonly state: unknown;
  /** How many checkpoints stay, this one included. */
  readonly keep: number;
  /** Writes the weights and moments into the folder. */
  readonly write: (folder: string) => Promise<void>;
};

/** Names the folder of an iteration's checkpoint. */
function nameCheckpoint(iteration: number): string {
  return `iteration-${String(iteration).padStart(5, '0')}`;
}

/** Saves one checkpoint. Throws `CheckpointError` or `DataError`; the previous one stays good. */
export async function saveCheckpoint(
  run: OwnedFolder,
  { iteration, state, keep, write }: SaveCheckpointInput,
): Promise<string> {
  const name = `${checkpointsName}/${nameCheckpoint(iteration)}`;
  const folder = await writeSealed(run, name, async (temporary) => {
    await write(temporary);
    const content = { state, logs: markLogs(run.directory) };
    writeFileAtomic(path.join(temporary, 'state.json'), `${JSON.stringify(content, null, 2)}\n`);
  });
  setPointer(path.join(run.directory, checkpointsName), iteration);
  removeOlder(run, iteration, keep);
  return folder;
}

/**
 * Finds the checkpoint to resume from: the one `latest` names, or the highest if that is gone.
 * Returns null when there is none. Throws `CheckpointError` when it or a log is damaged, naming what,
 * and an earlier checkpoint that is good.
 */
export function loadLatestCheckpoint<State>(
  directory: string,
  stateSchema: z.ZodType<State>,
): Checkpoint<State> | null {
  const iteration = findLatestIteration(directory);
  if (iteration === 0) return null;
  const checkpoints = path.join(directory, checkpointsName);
  const folder = path.join(checkpoints, nameCheckpoint(iteration));
  const earlier = listCheckpoints(checkpoints)
    .filter((other) => other < iteration)
    .reverse();
  const problem = findSealedProblem(folder);
  if (problem !== null) throw describeDamage(checkpoints, folder, problem, earlier);
  const { state, logs } = readState(folder, stateSchema);
  const damage = findLogProblem(directory, logs);
  if (damage === null) return { iteration, folder, state, logs };
  const good = earlier.find((other) => isGoodStart(directory, nameCheckpoint(other)));
  throw describeLogDamage(damage, folder, good === undefined ? null : nameCheckpoint(good));
}

/** The iteration after which a run goes on: that of the checkpoint that `latest` names, or of the highest; 0 for none. */
export function findLatestIteration(directory: string): number {
  const checkpoints = path.join(directory, checkpointsName);
  const named = readPointer(checkpoints);
  const isThere = named !== null && fs.existsSync(path.join(checkpoints, nameCheckpoint(named)));
  return isThere ? named : (listCheckpoints(checkpoints).at(-1) ?? 0);
}

/** Lists the iterations that have a checkpoint, lowest first. */
function listCheckpoints(checkpoints: string): number[] {
  return listFolder(checkpoints, 'folder of checkpoints')
    .filter((name) => isSealed(path.join(checkpoints, name)))
    .flatMap((name) => readIteration(name) ?? [])
    .sort((a, b) => a - b);
}

/** The number in the name of a checkpoint; null for any other name. */
function readIteration(name: string): number | null {
  const iteration = Number(folderPattern.exec(name)?.groups?.['iteration'] ?? 0);
  return iteration > 0 && nameCheckpoint(iteration) === name ? iteration : null;
}

function readPointer(checkpoints: string): number | null {
  const file = path.join(checkpoints, 'latest');
  if (!fs.existsSync(file)) return null;
  const text = readTextFile(file, 'checkpoint pointer', { maxBytes: 4096 });
  return readIteration(text.trim());
}

function setPointer(checkpoints: string, iteration: number): void {
  writeFileAtomic(path.join(checkpoints, 'latest'), `${nameCheckpoint(iteration)}\n`);
}

function readState<State>(
  folder: string,
  stateSchema: z.ZodType<State>,
): { readonly state: State; readonly logs: LogMarks } {
  const file = path.join(folder, 'state.json');
  const purpose = 'checkpoint state';
  const content = readJsonFile(file, purpose);
  return checkContent(z.object({ state: stateSchema, logs: logMarksSchema }), content, {
    file,
    purpose,
    hint: 'Delete that checkpoint and run again with --resume, to go on from the one before it.',
  });
}

/** True if a run can go on from this checkpoint with the logs as they are. */
function isGoodStart(directory: string, name: string): boolean {
  const folder = path.join(directory, checkpointsName, name);
  if (findSealedProblem(folder) !== null) return false;
  return findLogProblem(directory, readState(folder, z.unknown()).logs) === null;
}

/**
 * Puts the checkpoints as they are after the save of the given iteration, 0 for none: later ones,
 * unfinished ones and those beyond the number to keep are removed, and `latest` names it.
 */
export function settleCheckpoints(run: OwnedFolder, iteration: number, keep: number): void {
  const checkpoints = path.join(run.directory, checkpointsName);
  for (const name of listOurs(run)) {
    const folder = path.join(checkpoints, name);
    if (name.startsWith(temporaryPrefix)) removeUnfinished(folder);
    else if ((readIteration(name) ?? 0) > iteration) removeSealed(folder);
  }
  if (iteration > 0 && readPointer(checkpoints) !== iteration) setPointer(checkpoints, iteration);
  removeOlder(run, iteration, keep);
}

function removeOlder(run: OwnedFolder, newest: number, keep: number): void {
  const checkpoints = path.join(run.directory, checkpointsName);
  const older = listOurs(run)
    .filter((name) => isSealed(path.join(checkpoints, name)))
    .flatMap((name) => readIteration(name) ?? [])
    .filter((iteration) => iteration < newest);
  for (const iteration of older.slice(0, Math.max(0, older.length - (keep - 1)))) {
    removeSealed(path.join(checkpoints, nameCheckpoint(iteration)));
  }
}

/** Names in the folder of checkpoints that this run wrote, lowest first. */
function listOurs(run: OwnedFolder): string[] {
  run.assertHeld();
  return listFolder(path.join(run.directory, checkpointsName), 'folder of checkpoints')
    .filter((name) => run.isClaimed(`${checkpointsName}/${name}`))
    .filter((name) => readIteration(name.replace(temporaryPrefix, '')) !== null)
    .sort((a, b) => (readIteration(a) ?? 0) - (readIteration(b) ?? 0));
}

function describeDamage(
  checkpoints: string,
  folder: string,
  problem: string,
  earlier: readonly number[],
): CheckpointError {
  const good = earlier
    .map(nameCheckpoint)
    .find((name) => findSealedProblem(path.join(checkpoints, name)) === null);
  const fallback =
    good === undefined
      ? 'No earlier checkpoint is good: delete the folder to begin again from iteration 1.'
      : `Delete that folder and run again with --resume: it goes on from ${good}.`;
  return new CheckpointError(
    'checkpoint_damaged',
    `The checkpoint ${folder} is damaged: ${problem}.`,
    { details: { folder, problem, fallback: good ?? null }, hint: fallback },
  );
}
