/** JSON Lines files that may be damaged, or still grow. */
import type { z } from 'zod';
import { appendFile, checkContent, DataError, readLines, type FileLine } from '../base/index.ts';

/** Appends one record as one line. Throws `DataError` (a full disk is named as such). */
export function appendJsonLine(file: string, record: unknown): void {
  appendFile(file, `${JSON.stringify(record)}\n`);
}

export type JsonLinesFormat<Schema extends z.ZodType> = {
  /** As messages name the file: "metrics". */
  readonly purpose: string;
  /** What each line must be. */
  readonly schema: Schema;
  /** The file may be growing: a last line that is cut short is left out. Otherwise it is an error. */
  readonly mayGrow: boolean;
  /** Most bytes that are read into memory. */
  readonly maxBytes: number;
};

/** Reads all records of a file. Throws `DataError` naming the line that is wrong. */
export function readJsonLines<Schema extends z.ZodType>(
  file: string,
  format: JsonLinesFormat<Schema>,
): z.infer<Schema>[] {
  const { purpose, schema, mayGrow, maxBytes } = format;
  const records: z.infer<Schema>[] = [];
  for (const line of readLines(file, purpose, { maxBytes })) {
    if (!line.isWhole && mayGrow && !line.text.includes('\0')) break;
    if (!line.isWhole) throw describeBadLine(file, line, 'is cut short');
    const record = parseLine(file, line);
    records.push(checkContent(schema, record, { file, purpose, line: line.number }));
  }
  return records;
}

function parseLine(file: string, line: FileLine): unknown {
  try {
    return JSON.parse(line.text) as unknown;
  } catch (cause) {
    throw describeBadLine(file, line, 'is not valid JSON', cause);
  }
}

function describeBadLine(
  file: string,
  { number }: FileLine,
  problem: string,
  cause?: unknown,
): DataError {
  return new DataError('json_malformed', `Line ${number} of ${file} ${problem}.`, {
    details: { file, line: number },
    hint: 'The file is damaged: restore it from a copy.',
    cause,
  });
}
