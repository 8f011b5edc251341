/**
 * Checkpoints that are either whole or not there.
 *
 * A checkpoint is written into a temporary folder, sealed with a manifest of sizes and SHA-256
 * hashes, flushed, then renamed; only after that does the file `latest` name it, and only after
 * that are older ones removed. A crash or a full disk at any point leaves the previous one good.
 *
 * Layout: checkpoints/iteration-00010/{manifest.json, state.json, policy/ (files of the backend)}
 */
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  CheckpointError,
  readJsonFile,
  readTextFile,
  RlpaError,
  writeFileAtomic,
} from '../base/index.ts';

const checkpointFormat = 1;
const folderPattern = /^iteration-(\d{5,})$/;

export type Checkpoint<State> = {
  readonly iteration: number;
  readonly folder: string;
  /** Counters kept beside the weights. */
  readonly state: State;
};

type ManifestFile = { readonly name: string; readonly sizeBytes: number; readonly sha256: string };
type Manifest = { readonly format: number; readonly files: readonly ManifestFile[] };

/** Names the folder of an iteration's checkpoint. */
export function checkpointName(iteration: number): string {
  return `iteration-${String(iteration).padStart(5, '0')}`;
}

export type SaveCheckpointInput = {
  readonly checkpointsFolder: string;
  readonly iteration: number;
  readonly state: unknown;
  /** How many checkpoints stay, this one included. */
  readonly keep: number;
  /** Writes the weights and moments into the folder. */
  readonly write: (folder: string) => Promise<void>;
};

/** Saves one checkpoint. Throws `CheckpointError` or `DataError`; the previous one stays good. */
export async function saveCheckpoint(input: SaveCheckpointInput): Promise<string> {
  const name = checkpointName(input.iteration);
  const folder = path.join(input.checkpointsFolder, name);
  const temporary = path.join(input.checkpointsFolder, `.tmp-${name}`);
  try {
    fs.rmSync(temporary, { recursive: true, force: true });
    fs.mkdirSync(temporary, { recursive: true });
    await input.write(temporary);
    writeFileAtomic(path.join(temporary, 'state.json'), toJson(input.state));
    const files = listFiles(temporary).map((file) => describeFile(temporary, file));
    const manifest: Manifest = { format: checkpointFormat, files };
    writeFileAtomic(path.join(temporary, 'manifest.json'), toJson(manifest));
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(temporary, folder);
    writeFileAtomic(path.join(input.checkpointsFolder, 'latest'), `${name}\n`);
  } catch (cause) {
    fs.rmSync(temporary, { recursive: true, force: true });
    throw describeSaveFailure(folder, cause);
  }
  removeOlder(input.checkpointsFolder, input.iteration, input.keep);
  return folder;
}

/** Lists the iterations that have a checkpoint, lowest first. */
export function listCheckpoints(checkpointsFolder: string): number[] {
  if (!fs.existsSync(checkpointsFolder)) return [];
  return fs
    .readdirSync(checkpointsFolder)
    .flatMap((name) => folderPattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * Finds the checkpoint to resume from: the one `latest` names, or the highest if that is gone.
 * Returns null when there is none. Throws `CheckpointError` when it is damaged, naming it and the
 * previous good one.
 */
export function loadLatestCheckpoint<State>(checkpointsFolder: string): Checkpoint<State> | null {
  const iterations = listCheckpoints(checkpointsFolder);
  const named = readPointer(checkpointsFolder);
  const iteration = iterations.includes(named) ? named : iterations.at(-1);
  if (iteration === undefined) return null;
  const folder = path.join(checkpointsFolder, checkpointName(iteration));
  const problem = findCheckpointProblem(folder);
  if (problem !== null) throw describeDamage(checkpointsFolder, iteration, iterations, problem);
  const state = readJsonFile(path.join(folder, 'state.json'), 'checkpoint state') as State;
  return { iteration, folder, state };
}

/** Checks every file against the manifest; returns what is wrong, or null. */
export function findCheckpointProblem(folder: string): string | null {
  const manifestFile = path.join(folder, 'manifest.json');
  let manifest: Manifest;
  try {
    manifest = readJsonFile(manifestFile, 'checkpoint manifest') as Manifest;
  } catch (error) {
    return (error as Error).message;
  }
  if (manifest.format !== checkpointFormat || !Array.isArray(manifest.files)) {
    return `its format is ${String(manifest.format)}, this version reads ${checkpointFormat}`;
  }
  for (const expected of manifest.files) {
    const file = path.join(folder, expected.name);
    if (!fs.existsSync(file)) return `${expected.name} is missing`;
    const sizeBytes = fs.statSync(file).size;
    if (sizeBytes !== expected.sizeBytes) {
      return `${expected.name} holds ${sizeBytes} bytes instead of ${expected.sizeBytes}`;
    }
    if (hashFile(file) !== expected.sha256) return `${expected.name} fails its SHA-256 check`;
  }
  return null;
}

/** Removes checkpoints of later iterations and unfinished ones: what a killed run left behind. */
export function removeLaterCheckpoints(checkpointsFolder: string, iteration: number): void {
  if (!fs.existsSync(checkpointsFolder)) return;
  for (const name of fs.readdirSync(checkpointsFolder)) {
    const later = Number(folderPattern.exec(name)?.[1] ?? 0) > iteration;
    if (!later && !name.startsWith('.tmp-')) continue;
    fs.rmSync(path.join(checkpointsFolder, name), { recursive: true, force: true });
  }
}

function removeOlder(checkpointsFolder: string, newest: number, keep: number): void {
  const older = listCheckpoints(checkpointsFolder).filter((iteration) => iteration < newest);
  for (const iteration of older.slice(0, Math.max(0, older.length - (keep - 1)))) {
    const folder = path.join(checkpointsFolder, checkpointName(iteration));
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function readPointer(checkpointsFolder: string): number {
  const file = path.join(checkpointsFolder, 'latest');
  if (!fs.existsSync(file)) return -1;
  return Number(folderPattern.exec(readTextFile(file, 'checkpoint pointer').trim())?.[1] ?? -1);
}

function listFiles(folder: string, prefix = ''): string[] {
  return fs
    .readdirSync(path.join(folder, prefix), { withFileTypes: true })
    .flatMap((entry) => {
      const name = path.posix.join(prefix, entry.name);
      return entry.isDirectory() ? listFiles(folder, name) : [name];
    })
    .sort();
}

function describeFile(folder: string, name: string): ManifestFile {
  const file = path.join(folder, name);
  const handle = fs.openSync(file, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  return { name, sizeBytes: fs.statSync(file).size, sha256: hashFile(file) };
}

function hashFile(file: string): string {
  const hash = crypto.createHash('sha256');
  const handle = fs.openSync(file, 'r');
  const chunk = Buffer.alloc(1 << 20);
  try {
    for (;;) {
      const count = fs.readSync(handle, chunk);
      if (count === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, count));
    }
  } finally {
    fs.closeSync(handle);
  }
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function describeSaveFailure(folder: string, cause: unknown): RlpaError {
  if (cause instanceof RlpaError) return cause;
  const isFull = ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '');
  const reason = isFull ? 'no space is left on the disk' : String((cause as Error).message);
  return new CheckpointError(
    isFull ? 'disk_full' : 'checkpoint_write_failed',
    `Could not save the checkpoint ${folder}: ${reason}.`,
    {
      details: { folder },
      hint: 'The previous checkpoint is intact: free some space, then continue with --resume.',
      cause,
    },
  );
}

function describeDamage(
  checkpointsFolder: string,
  iteration: number,
  iterations: readonly number[],
  problem: string,
): CheckpointError {
  const folder = path.join(checkpointsFolder, checkpointName(iteration));
  const good = iterations
    .filter((other) => other < iteration)
    .reverse()
    .find(
      (other) =>
        findCheckpointProblem(path.join(checkpointsFolder, checkpointName(other))) === null,
    );
  const fallback =
    good === undefined
      ? 'No earlier checkpoint is good: delete the folder to begin again from iteration 1.'
      : `Delete that folder and run again with --resume: it goes on from ${checkpointName(good)}.`;
  return new CheckpointError(
    'checkpoint_damaged',
    `The checkpoint ${folder} is damaged: ${problem}.`,
    { details: { folder, problem, fallback: good ?? null }, hint: fallback },
  );
}
