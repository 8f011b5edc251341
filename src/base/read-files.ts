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

export type ReadLimits = {
  /** Most bytes of the file; default 256 MiB, for JSON 64 MiB. */
  readonly maxBytes?: number;
  /** Refuses pipes and devices, which may never end; a person may still name one as an input. */
  readonly onlyRegular?: boolean;
};

/** Reads a text file. Throws `DataError` naming the file and what it is for. */
export function readTextFile(file: string, purpose: string, limits: ReadLimits = {}): string {
  return Buffer.concat([...readChunks(file, purpose, limits)]).toString('utf8');
}

/** Reads and parses a JSON file. Throws `DataError`. */
export function readJsonFile(file: string, purpose: string, limits: ReadLimits = {}): unknown {
  const text = readTextFile(file, purpose, { maxBytes: 64 * mebibyte, ...limits });
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
  limits: ReadLimits = {},
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
    if (bytes > 64 * mebibyte) throw describeTooLarge(file, purpose, `line ${number}`, 64);
    if (part.length > 0) parts.push(part);
  };
  for (const chunk of readChunks(file, purpose, limits)) {
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
function* readChunks(file: string, purpose: string, limits: ReadLimits): Generator<Buffer> {
  const { maxBytes = 256 * mebibyte } = limits;
  const handle = openToRead(file, purpose, limits);
  try {
    checkKind(file, purpose, fs.fstatSync(handle), limits);
    let total = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const count = readChunk(file, purpose, handle, chunk);
      if (count === 0) return;
      total += count;
      if (total > maxBytes) throw describeTooLarge(file, purpose, 'it', maxBytes / mebibyte);
      yield chunk.subarray(0, count);
    }
  } finally {
    fs.closeSync(handle);
  }
}

function openToRead(file: string, purpose: string, { onlyRegular = false }: ReadLimits): number {
  // Without O_NONBLOCK, opening a pipe that nobody writes to waits for ever.
  const nonBlocking = (fs.constants.O_NONBLOCK as number | undefined) ?? 0;
  try {
    return fs.openSync(file, fs.constants.O_RDONLY | (onlyRegular ? nonBlocking : 0));
  } catch (cause) {
    throw describeReadFailure(file, purpose, (cause as Error).message, cause);
  }
}

function checkKind(file: string, purpose: string, stats: fs.Stats, limits: ReadLimits): void {
  const { maxBytes = 256 * mebibyte, onlyRegular = false } = limits;
  if (stats.isDirectory()) {
    throw describeReadFailure(file, purpose, 'expected a file, found a folder');
  }
  if (!stats.isFile() && onlyRegular) {
    throw describeReadFailure(file, purpose, 'expected a file, found a pipe or a device');
  }
  if (stats.size > maxBytes) throw describeTooLarge(file, purpose, 'it', maxBytes / mebibyte);
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

function describeTooLarge(
  file: string,
  purpose: string,
  what: string,
  mebibytes: number,
): DataError {
  return new DataError(
    'file_too_large',
    `The ${purpose} ${file} is too large: ${what} has more than ${mebibytes} MiB.`,
    { details: { file }, hint: 'It is damaged, or not the file that was meant.' },
  );
}
