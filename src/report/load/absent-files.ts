/** Which files of a run are not there, and what the page cannot show without them. */
import * as fs from 'node:fs';
import * as path from 'node:path';

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
