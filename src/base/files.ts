/**
 * Writes files so that they survive a crash: whole files go to a temporary name, are flushed, then
 * renamed; what is appended is appended whole or not at all.
 *
 * A reader therefore sees the old file or the new one, never half of one. A full disk is named as
 * such, and the file that stood there before stays good. Nothing is written through a symbolic link.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DataError } from './errors.ts';

const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = fs.constants;
/** Refuses a link, and a pipe that nobody reads rather than to wait for a reader; Windows has neither. */
const careful =
  ((fs.constants.O_NOFOLLOW as number | undefined) ?? 0) |
  ((fs.constants.O_NONBLOCK as number | undefined) ?? 0);

/** Describes why a file could not be written; a full disk by its name. */
export function describeWriteFailure(file: string, cause: unknown): DataError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new DataError('disk_full', `No space left on the disk while writing ${file}.`, {
      details: { file },
      hint: 'Free some space and run the same command with --resume; what was saved before is intact.',
      cause,
    });
  }
  return new DataError('write_failed', `Could not write ${file}: ${(cause as Error).message}`, {
    details: { file },
    hint: 'Check that the folder exists and is writable.',
    cause,
  });
}

/**
 * Makes a folder and those above it. Throws `DataError`.
 * By hand, because Node's recursive mkdir never ends below a folder that takes no entries (/proc).
 */
export function makeFolder(folder: string): void {
  try {
    makeFolders(path.resolve(folder));
  } catch (cause) {
    throw describeWriteFailure(folder, cause);
  }
}

function makeFolders(folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolders(path.dirname(folder));
  try {
    fs.mkdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
}

/** Matches what `writeFileAtomic` leaves behind of a file when its process is killed. */
export const temporaryPattern = /^(?<name>.+)\.tmp-\d+$/u;

/** Writes a whole file atomically: temporary name, flush, rename. Throws `DataError`. */
export function writeFileAtomic(file: string, data: string | Uint8Array): void {
  writePartsAtomic(file, [data]);
}

/** Writes a file atomically, part by part: each is made when it is its turn. Throws `DataError`. */
export function writePartsAtomic(file: string, parts: Iterable<string | Uint8Array>): void {
  const temporary = `${file}.tmp-${process.pid}`;
  try {
    makeFolders(path.resolve(path.dirname(file)));
    const handle = fs.openSync(temporary, O_WRONLY | O_CREAT | O_TRUNC | careful, 0o666);
    try {
      for (const part of parts) fs.writeFileSync(handle, part);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(temporary, file);
  } catch (cause) {
    removeQuietly(temporary);
    throw describeWriteFailure(file, cause);
  }
}

/** Clears up after a failure, which is what is to be told. */
function removeQuietly(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // Where nothing can be written, nothing is left behind.
  }
}

/**
 * Appends to a file, creating it and its folder; of data that does not fit nothing stays.
 * Throws `DataError`.
 */
export function appendFile(file: string, data: string | Uint8Array): void {
  try {
    makeFolders(path.resolve(path.dirname(file)));
    const handle = fs.openSync(file, O_WRONLY | O_CREAT | O_APPEND | careful, 0o666);
    try {
      appendWhole(handle, data);
    } finally {
      fs.closeSync(handle);
    }
  } catch (cause) {
    throw describeWriteFailure(file, cause);
  }
}

function appendWhole(handle: number, data: string | Uint8Array): void {
  const { size } = fs.fstatSync(handle);
  try {
    fs.writeFileSync(handle, data);
  } catch (cause) {
    fs.ftruncateSync(handle, size);
    throw cause;
  }
}

/** Cuts a file to its first bytes; a missing file is fine. Throws `DataError`. */
export function truncateFile(file: string, sizeBytes: number): void {
  try {
    const handle = fs.openSync(file, O_WRONLY | careful);
    try {
      if (fs.fstatSync(handle).size > sizeBytes) fs.ftruncateSync(handle, sizeBytes);
    } finally {
      fs.closeSync(handle);
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw describeWriteFailure(file, cause);
  }
}

/** Waits until a file's content is on the disk. Throws `DataError`. */
export function flushFile(file: string): void {
  try {
    const handle = fs.openSync(file, 'r');
    try {
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
  } catch (cause) {
    throw describeWriteFailure(file, cause);
  }
}
