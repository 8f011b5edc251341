/** Content of files against what it must be: the one way a JSON file becomes a typed value. */
import type { z } from 'zod';
import { DataError } from './errors.ts';
import { describeIssues } from './issues.ts';

export type ContentOrigin = {
  readonly file: string;
  /** What the file is for, as a message names it: "checkpoint state". */
  readonly purpose: string;
  /** Line of the content, counted from 1; absent where it is the whole file. */
  readonly line?: number;
  readonly hint?: string;
};

/**
 * Returns the content itself, typed by the schema; keys a loose schema does not name stay in it.
 * Throws `DataError` naming file, line, the first key that is wrong, what was expected and found.
 */
export function checkContent<Schema extends z.ZodType>(
  schema: Schema,
  content: unknown,
  origin: ContentOrigin,
): z.infer<Schema> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return content as z.infer<Schema>;
  const { file, purpose, line } = origin;
  const where = line === undefined ? `The ${purpose} ${file}` : `Line ${line} of ${file}`;
  const [issue] = parsed.error.issues;
  const key = issue?.path.map(String).join('.') ?? '';
  const [problem] = describeIssues(parsed.error.issues, content, 'the whole');
  throw new DataError('content_malformed', `${where}: ${problem}.`, {
    details: { file, ...(line === undefined ? {} : { line }), key },
    hint: origin.hint ?? 'The file is damaged, or another program wrote it.',
  });
}
