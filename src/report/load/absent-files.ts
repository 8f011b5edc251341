/** Which files of a run are not there, and what the page cannot show without them. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DataError } from '../../base/index.ts';

export type AbsentFile = {
  readonly name: string;
  /** What it would hold. */
  readonly holds: string;
};

/** Names as a person would look for them; any one of several is enough. */
const expected: readonly (readonly [names: readonly string[], holds: string])[] = [
  [['metrics.jsonl'], 'the figures of each iteration'],
  [['timings.jsonl'], 'what each iteration took'],
  [['episodes'], 'the conversations of training'],
  [['evaluation'], 'conversations with held-out people, before and after training'],
  [['demo.json', 'summary.json'], 'the scores on held-out people'],
  [['environment.json'], 'machine and versions'],
];

/** Lists what a run folder lacks. */
export function listAbsentFiles(directory: string): AbsentFile[] {
  return expected
    .filter(([names]) => !names.some((name) => fs.existsSync(path.join(directory, name))))
    .map(([names, holds]) => ({ name: names.join(' or '), holds }));
}

/** Lists the names in a folder of a run; none where it is not there. Throws `DataError` for a file. */
export function listNames(folder: string): string[] {
  const status = fs.statSync(folder, { throwIfNoEntry: false });
  if (status === undefined) return [];
  if (status.isDirectory()) return fs.readdirSync(folder);
  throw new DataError('folder_expected', `Expected a folder at ${folder}, found a file.`, {
    details: { folder },
    hint: 'Remove the file; the report is written without it.',
  });
}
