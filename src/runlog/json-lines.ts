/**
 * JSON Lines files that a killed process may have left with too many lines, or half of one.
 */
import * as fs from 'node:fs';
import { appendFile, DataError, readTextFile, writeFileAtomic } from '../base/index.ts';

/** Appends one record as one line. Throws `DataError` (a full disk is named as such). */
export function appendJsonLine(file: string, record: unknown): void {
  appendFile(file, `${JSON.stringify(record)}\n`);
}

/** Reads all records; an unfinished last line is left out. Throws `DataError` naming the line. */
export function readJsonLines(file: string, purpose: string): unknown[] {
  return splitLines(readTextFile(file, purpose)).map((line, index) => {
    try {
      return JSON.parse(line) as unknown;
    } catch (cause) {
      throw new DataError('json_malformed', `Line ${index + 1} of ${file} is not valid JSON.`, {
        details: { file, line: index + 1 },
        hint: 'Remove that line, or restore the file; only the last line may be cut short.',
        cause,
      });
    }
  });
}

/**
 * Cuts a file back to the records of iterations up to `lastIteration`, and later ones that
 * `outlasts` spares; kept lines stay byte for byte. A line that is cut short, or was written after
 * the checkpoint, goes. A missing file is fine.
 */
export function trimJsonLines(
  file: string,
  lastIteration: number,
  outlasts: (record: object) => boolean = () => false,
): void {
  if (!fs.existsSync(file)) return;
  const text = readTextFile(file, 'log');
  const kept = splitLines(text).filter((line) => {
    const record = readRecord(line);
    return record !== null && (record.iteration <= lastIteration || outlasts(record));
  });
  const trimmed = kept.map((line) => `${line}\n`).join('');
  if (trimmed !== text) writeFileAtomic(file, trimmed);
}

function splitLines(text: string): string[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}

function readRecord(line: string): { readonly iteration: number } | null {
  try {
    const record = JSON.parse(line) as { readonly iteration: number } | null;
    return typeof record?.iteration === 'number' ? record : null;
  } catch {
    // A line that cannot be read was cut short by the kill: it belongs to no saved iteration.
    return null;
  }
}
