/**
 * Reads files that may be anything: too large for memory, a pipe that never ends, a folder, cut short.
 *
 * Everything is read in pieces and never beyond a limit, so that a file of a terabyte or a billion
 * lines is refused rather than read into memory.
 */
import * as fs from 'node:fs';
import { DataError } from './errors.ts';

const mebibyte = 2 ** 20;
const chunkBytes = 64 * 1024;
const longestLine = 64 * mebibyte;

export type ReadOptions = {
  /** Largest file that makes sense here; default 256 MiB, of JSON 64 MiB. */
  readonly maxBytes?: number;
};

/**
 * Reads a text file. Throws `DataError` naming the file and what it is for. Anything but a file is
 * refused before it is opened: a fifo or a device would never answer, or never end.
 */
export function readTextFile(file: string, purpose: string, options: ReadOptions = {}): string {
  return Buffer.concat([...readChunks(file, purpose, options)]).toString('utf8');
}

/** Reads and parses a JSON file. Throws `DataError`. */
export function readJsonFile(file: string, purpose: string, options: ReadOptions = {}): unknown {
  const text = readTextFile(file, purpose, { maxBytes: 64 * mebibyte, ...options });
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new DataError(
      'json_malformed',
      `The ${purpose} ${file} is not valid JSON: ${(cause as Error).message}`,
      { details: { file }, cause },
    );
  }
}

export type FileLine = {
  /** Without its line feed. */
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
  /** False for a last line that lacks its line feed. */
  readonly isWhole: boolean;
  /** Bytes of the file up to here, this line and its line feed included. */
  readonly endByte: number;
};

/** Reads a file line by line; holds one line at a time. Throws `DataError` for a line over 64 MiB. */
export function* readLines(
  file: string,
  purpose: string,
  options: ReadOptions = {},
): Generator<FileLine> {
  let number = 1;
  let parts: Buffer[] = [];
  let bytes = 0;
  let endByte = 0;
  const take = (isWhole: boolean): FileLine => {
    const text = Buffer.concat(parts).toString('utf8');
    endByte += bytes + (isWhole ? 1 : 0);
    [parts, bytes] = [[], 0];
    return { text, number: number++, isWhole, endByte };
  };
  const keep = (part: Buffer): void => {
    bytes += part.length;
    if (bytes > longestLine) {
      const problem = `line ${number}: expected at most ${longestLine} bytes, found more`;
      throw describeReadFailure(file, purpose, problem);
    }
    if (part.length > 0) parts.push(part);
  };
  for (const chunk of readChunks(file, purpose, options)) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      yield take(true);
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (bytes > 0) yield take(false);
}

/** Looks at a file or folder itself, not at what a link leads to; null where there is none. */
export function lookAt(file: string): fs.Stats | null {
  return tellMissing(file, () => fs.lstatSync(file));
}

/** Looks at what a path leads to; null where there is nothing. Throws `DataError`. */
export function lookBehind(file: string): fs.Stats | null {
  return tellMissing(file, () => fs.statSync(file));
}

function tellMissing(file: string, look: () => fs.Stats): fs.Stats | null {
  try {
    return look();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw describeReadFailure(file, 'path', message, cause);
  }
}

/** Lists the names in a folder, sorted; none where it is missing. Throws `DataError` for a file. */
export function listFolder(folder: string, purpose: string): string[] {
  try {
    return fs.readdirSync(folder).sort();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    const found = code === 'ENOTDIR' ? 'expected a folder, found a file' : (cause as Error).message;
    throw new DataError('folder_unreadable', `The ${purpose} ${folder}: ${found}.`, {
      details: { folder },
      hint: 'Check the path.',
      cause,
    });
  }
}

/** Each chunk is a buffer of its own. */
function* readChunks(file: string, purpose: string, options: ReadOptions): Generator<Buffer> {
  const { maxBytes = 256 * mebibyte } = options;
  const handle = openToRead(file, purpose, maxBytes);
  try {
    let total = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const count = readChunk(file, purpose, handle, chunk);
      if (count === 0) return;
      total += count;
      if (total > maxBytes) {
        const problem = `expected at most ${maxBytes} bytes, found more`;
        throw describeReadFailure(file, purpose, problem);
      }
      yield chunk.subarray(0, count);
    }
  } finally {
    fs.closeSync(handle);
  }
}

function openToRead(file: string, purpose: string, maxBytes: number): number {
  try {
    const problem = describeUnreadable(file, maxBytes);
    if (problem !== null) throw new Error(problem);
    return fs.openSync(file, 'r');
  } catch (cause) {
    throw describeReadFailure(file, purpose, (cause as Error).message, cause);
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

function readChunk(file: string, purpose: string, handle: number, chunk: Buffer): number {
  try {
    return fs.readSync(handle, chunk);
  } catch (cause) {
    throw describeReadFailure(file, purpose, (cause as Error).message, cause);
  }
}

function describeReadFailure(
  file: string,
  purpose: string,
  reason: string,
  cause?: unknown,
): DataError {
  return new DataError('file_unreadable', `Could not read the ${purpose} ${file}: ${reason}`, {
    details: { file },
    hint: 'Check the path.',
    cause,
  });
}
