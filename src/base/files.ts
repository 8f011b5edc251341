/**
 * Files that survive a crash: whole-file writes go to a temporary name, are flushed, then renamed.
 *
 * A reader therefore sees the old file or the new one, never half of one. A full disk is named as
 * such, and the file that stood there before stays good.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DataError } from './errors.ts';

/** Says why a file could not be written. */
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

/** Writes a whole file atomically: temporary name, flush, rename. Throws `DataError`. */
export function writeFileAtomic(file: string, data: string | Uint8Array): void {
  const temporary = `${file}.tmp-${process.pid}`;
  try {
    makeFolders(path.resolve(path.dirname(file)));
    const handle = fs.openSync(temporary, 'w');
    try {
      fs.writeFileSync(handle, data);
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

/** Appends to a file, creating it and its folder. Throws `DataError`. */
export function appendFile(file: string, data: string | Uint8Array): void {
  try {
    makeFolders(path.resolve(path.dirname(file)));
    fs.appendFileSync(file, data);
  } catch (cause) {
    throw describeWriteFailure(file, cause);
  }
}

/** Most bytes of a file that is read as one text; about what one string can hold. */
const largestText = 256 * 2 ** 20;

export type ReadOptions = {
  /** Largest file that makes sense here; default 256 MiB. */
  readonly maxBytes?: number;
};

/**
 * Reads a text file. Throws `DataError` naming the file and what it is for. Anything but a file is
 * refused before it is opened: a fifo or a device would never answer, or never end.
 */
export function readTextFile(file: string, purpose: string, options: ReadOptions = {}): string {
  const { maxBytes = largestText } = options;
  try {
    const problem = describeUnreadable(file, maxBytes);
    if (problem !== null) throw new Error(problem);
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DataError(
      'file_unreadable',
      `Could not read the ${purpose} ${file}: ${(cause as Error).message}`,
      {
        details: { file },
        hint: 'Check the path.',
        cause,
      },
    );
  }
}

/** Says why a path is not a file to be read whole; null where it is. Throws where there is nothing. */
export function describeUnreadable(file: string, maxBytes: number): string | null {
  const stats = fs.statSync(file);
  if (stats.isDirectory()) return 'expected a file, found a folder';
  if (!stats.isFile() && !isShellPipe(file)) {
    return `expected a file, found a ${stats.isFIFO() ? 'named pipe' : 'device or socket'}`;
  }
  if (stats.size <= maxBytes) return null;
  return `expected at most ${maxBytes} bytes, found ${stats.size}`;
}

/** What a shell opened already (`<(command)`, `/dev/stdin`), so that reading it waits for nobody. */
function isShellPipe(file: string): boolean {
  return /^\/dev\/(?:stdin|fd\/\d+)$/u.test(file);
}

/** Reads and parses a JSON file. Throws `DataError`. */
export function readJsonFile(file: string, purpose: string, options: ReadOptions = {}): unknown {
  const text = readTextFile(file, purpose, options);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new DataError(
      'json_malformed',
      `The ${purpose} ${file} is not valid JSON: ${(cause as Error).message}`,
      {
        details: { file },
        cause,
      },
    );
  }
}
