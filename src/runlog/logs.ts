/**
 * The logs of a run against its checkpoint.
 *
 * A checkpoint says how long each log was when it was saved, and the hash of that much of it. A
 * resumed run checks this and cuts the logs to that length: lines written after the checkpoint go,
 * whatever a kill made of the last one. Anything else that is not as it was saved is damage. It is
 * never mended in silence: see docs/decisions/run-folders.md.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { CheckpointError, flushFile, lookAt, readLines, truncateFile } from '../base/index.ts';
import { hashStart, markFile, markSchema } from './file-marks.ts';

const logNames = ['metrics.jsonl', 'timings.jsonl'] as const;

type LogName = (typeof logNames)[number];

export const logMarksSchema = z.object({
  'metrics.jsonl': markSchema,
  'timings.jsonl': markSchema,
});

/** Size and hash of each log at a checkpoint. */
export type LogMarks = z.infer<typeof logMarksSchema>;

/** Marks the logs as they stand, once they are on the disk. */
export function markLogs(directory: string): LogMarks {
  const mark = (name: LogName): LogMarks[LogName] => {
    const file = path.join(directory, name);
    if (fs.existsSync(file)) flushFile(file);
    return markFile(file);
  };
  return { 'metrics.jsonl': mark('metrics.jsonl'), 'timings.jsonl': mark('timings.jsonl') };
}

type LogProblem = { readonly file: string; readonly problem: string };

/**
 * Finds the first log whose beginning is not what was saved. A log that is gone altogether is no
 * damage: somebody took it away.
 */
export function findLogProblem(directory: string, marks: LogMarks): LogProblem | null {
  for (const name of logNames) {
    const file = path.join(directory, name);
    const { sizeBytes, sha256 } = marks[name];
    const stats = lookAt(file);
    if (stats === null) continue;
    if (!stats.isFile()) return { file, problem: 'it is not a file' };
    if (hashStart(file, sizeBytes) === sha256) continue;
    return { file, problem: describeDamage(file, stats.size, sizeBytes) };
  }
  return null;
}

/** Names the logs that had lines at a checkpoint and are gone. */
export function listMissingLogs(directory: string, marks: LogMarks): string[] {
  return logNames
    .filter((name) => marks[name].sizeBytes > 0)
    .map((name) => path.join(directory, name))
    .filter((file) => !fs.existsSync(file));
}

function describeDamage(file: string, foundBytes: number, sizeBytes: number): string {
  if (foundBytes < sizeBytes) {
    return `it holds ${foundBytes} bytes, and held ${sizeBytes} when the checkpoint was saved`;
  }
  const line = findBadLine(file, sizeBytes);
  return line === null
    ? `its first ${sizeBytes} bytes are not those that were saved with the checkpoint`
    : `line ${line} is not what was written`;
}

function findBadLine(file: string, sizeBytes: number): number | null {
  for (const { text, number, endByte } of readLines(file, 'log')) {
    if (endByte > sizeBytes) return null;
    try {
      JSON.parse(text);
    } catch {
      return number;
    }
  }
  return null;
}

/** Cuts a log to its length at a checkpoint; to nothing without one. */
export function cutLog(directory: string, name: LogName, marks: LogMarks | null): void {
  truncateFile(path.join(directory, name), marks?.[name].sizeBytes ?? 0);
}

/** Describes damage and the ways on; `earlier` is a checkpoint from before it. */
export function describeLogDamage(
  { file, problem }: LogProblem,
  folder: string,
  earlier: string | null,
): CheckpointError {
  const mended =
    earlier === null
      ? 'Put back a copy of the file. Without one, move it away: --resume then goes on, and the log begins anew.'
      : `Put back a copy of the file, or delete ${folder} and run again with --resume: it goes on from ${earlier} and writes what was lost anew.`;
  return new CheckpointError('log_damaged', `The log ${file} is damaged: ${problem}.`, {
    details: { file, folder, earlier },
    hint: mended,
  });
}
