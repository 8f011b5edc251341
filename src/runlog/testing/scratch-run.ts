/** Runs in folders of their own, with weights that are a line of text. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { z } from 'zod';
import { openRun, type OpenRunOptions, type RunDirectory } from '../index.ts';

export const scratchSettings = { iterations: 5, ppo: { discount: 0.5 }, seed: 1 };

export const scratchState = z.object({ iteration: z.int() });

/** Folders of one test file; `remove` removes them all. */
export class ScratchRuns {
  readonly root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-runlog-'));
  #count = 0;

  /** A folder that does not exist yet. */
  next(): string {
    this.#count += 1;
    return path.join(this.root, `run-${this.#count}`);
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true });
  }
}

/** Opens a run in the folder. */
export function openScratch(
  directory: string,
  options: Partial<OpenRunOptions> = {},
): RunDirectory {
  return openRun({ directory, settings: scratchSettings, ...options });
}

/** Writes all that an iteration writes but its conversations. */
export async function writeIteration(run: RunDirectory, iteration: number): Promise<void> {
  run.appendTimings({ iteration, 'seconds/collect': 1, 'seconds/update': 1 });
  run.appendMetrics({ iteration, 'reward/a': iteration / 10 });
  await saveScratch(run, iteration);
}

/** Saves a checkpoint; two are kept. */
export async function saveScratch(run: RunDirectory, iteration: number): Promise<void> {
  await run.saveCheckpoint({
    iteration,
    state: { iteration },
    keep: 2,
    write: (folder) => {
      fs.writeFileSync(path.join(folder, 'weights.bin'), `weights ${iteration}`);
      return Promise.resolve();
    },
  });
}

/** Cuts a run back to its newest checkpoint and returns the iteration of that; 0 for none. */
export function restoreScratch(run: RunDirectory): number {
  const checkpoint = run.loadLatestCheckpoint(scratchState);
  run.cutBackTo(checkpoint);
  return checkpoint?.iteration ?? 0;
}

/** Returns what the work throws. */
export function catchError(work: () => unknown): Error & { code?: string; hint?: string } {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

/** Every file and folder below a folder, sorted, without its bookkeeping. */
export function listAll(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('.rlpa'))
    .sort();
}
