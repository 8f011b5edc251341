/**
 * What a run has written, read by anyone at any time: while it goes on, after it was cut off, or when
 * it is done. Every line is checked; nothing is written.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DataError, listFolder } from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import { readJsonLines } from './json-lines.ts';
import { episodesFormat, metricsFormat, timingsFormat, type IterationRecord } from './records.ts';

export const episodesName = 'episodes';

/** The name of the file of an iteration's conversations. */
export function nameEpisodes(iteration: number): string {
  return `iteration-${String(iteration).padStart(5, '0')}.jsonl`;
}

/** The iteration of a file of conversations; null for any other name. */
export function readEpisodesName(name: string): number | null {
  const iteration = Number(/^iteration-(?<number>\d{5,9})\.jsonl$/u.exec(name)?.groups?.['number']);
  return iteration > 0 && nameEpisodes(iteration) === name ? iteration : null;
}

/**
 * Reads a file of conversations. Throws `DataError` naming the line and key that are wrong; a last
 * line that is cut short, as in a file that is still being copied, may be left out.
 */
export function readEpisodesFile(
  file: string,
  options: { readonly mayBeCutShort?: boolean } = {},
): Episode[] {
  return readJsonLines(file, { ...episodesFormat, mayGrow: options.mayBeCutShort ?? false });
}

/** Sums what collecting and learning took, in seconds. */
export function sumTrainingSeconds(timings: readonly IterationRecord[]): number {
  return timings.reduce(
    (sum, record) => sum + (record['seconds/collect'] ?? 0) + (record['seconds/update'] ?? 0),
    0,
  );
}

/** The directory of a run, to be read. */
export class SavedRun {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Full path of a file of the run. */
  file(...names: readonly string[]): string {
    return path.join(this.directory, ...names);
  }

  get modelFolder(): string {
    return this.file('model');
  }

  /** Reads all metrics written so far, in order; empty before the first iteration. Throws `DataError`. */
  readMetrics(): IterationRecord[] {
    const file = this.file('metrics.jsonl');
    const records = fs.existsSync(file) ? readJsonLines(file, metricsFormat) : [];
    const at = records.findIndex(
      ({ iteration }, index) => iteration <= (records[index - 1]?.iteration ?? 0),
    );
    if (at < 0) return records;
    throw new DataError(
      'metrics_order',
      `Line ${at + 1} of ${file}: iteration ${records[at]?.iteration} after iteration ${records[at - 1]?.iteration}.`,
      {
        details: { file, line: at + 1 },
        hint: 'More than one run was written there: restore the file from a copy.',
      },
    );
  }

  /** Reads all timings; collecting and learning may have records of their own. Throws `DataError`. */
  readTimings(): IterationRecord[] {
    const file = this.file('timings.jsonl');
    return fs.existsSync(file) ? readJsonLines(file, timingsFormat) : [];
  }

  /** Lists the iterations whose conversations are there, lowest first. Throws `DataError`. */
  listEpisodes(): number[] {
    return listFolder(this.file(episodesName), 'folder of conversations')
      .flatMap((name) => readEpisodesName(name) ?? [])
      .sort((a, b) => a - b);
  }

  /** Reads the conversations of one iteration, as far as they are there. Throws `DataError`. */
  readEpisodes(iteration: number): Episode[] {
    const file = this.file(episodesName, nameEpisodes(iteration));
    return readEpisodesFile(file, { mayBeCutShort: true });
  }
}
