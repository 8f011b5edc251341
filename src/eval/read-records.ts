/** Reads a file of records, one JSON object a line, that another project made. */
import type { z } from 'zod';
import { checkContent, DataError, readLines } from '../base/index.ts';

/** Reads and checks every line. Throws `DataError` naming the line, what was expected and found. */
export function readRecords<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  purpose: string,
): z.infer<Schema>[] {
  const records: z.infer<Schema>[] = [];
  for (const { text, number: line } of readLines(file, purpose)) {
    if (text.trim() === '') continue;
    records.push(checkContent(schema, parseLine(text, file, line), { file, purpose, line }));
  }
  return records;
}

function parseLine(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DataError('content_malformed', `Line ${line} of ${file}: expected a JSON object.`, {
      details: { file, line },
      hint: 'Give a file of JSON Lines, a record a line.',
      cause,
    });
  }
}
