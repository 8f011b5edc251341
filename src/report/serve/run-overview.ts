/** The runs of a folder in a few figures each, as a list of them shows. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { RlpaError } from '../../base/index.ts';
import { pickKeyFigures, type KeyFigure } from '../key-figures.ts';
import { loadRun, type RunData } from '../load/index.ts';

export type RunOverview = {
  /** Its folder's name. */
  readonly name: string;
  readonly iterations: number;
  /** It has left a model. */
  readonly finished: boolean;
  /** Alignment by iteration, as far as it is recorded. */
  readonly curve: readonly number[];
  readonly figures: readonly KeyFigure[];
};

/** Lists the runs of a folder, the newest first; what is no run is left out. */
export function listRuns(folder: string): RunOverview[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((each) => each.isDirectory())
    .flatMap(({ name }) => {
      const directory = path.join(folder, name);
      const file = fs.statSync(path.join(directory, 'config.json'), { throwIfNoEntry: false });
      return file === undefined ? [] : [{ name, directory, startedMs: file.mtimeMs }];
    })
    .sort((a, b) => b.startedMs - a.startedMs)
    .flatMap(({ directory }) => {
      try {
        return [describeRun(loadRun(directory))];
      } catch (error) {
        // Of an earlier version, or damaged: its own report says what is wrong.
        if (error instanceof RlpaError) return [];
        throw error;
      }
    });
}

function describeRun(run: RunData): RunOverview {
  const { directory, metrics } = run;
  return {
    name: path.basename(directory),
    iterations: metrics.length,
    finished: fs.existsSync(path.join(directory, 'model')),
    curve: metrics.flatMap((record) => record['alignment/late_mean'] ?? []),
    figures: pickKeyFigures(run, null),
  };
}
