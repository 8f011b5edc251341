/** The policy that a person who names none talks to: what the demo trained, where it has run. */
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Finds the newest demo that left a model in a folder of runs; null where there is none. */
export function findTrainedDemo(runs = 'runs'): string | null {
  if (!fs.existsSync(runs)) return null;
  const demos = fs
    .readdirSync(runs)
    .filter((name) => /^demo(?:-\d+)?$/u.test(name))
    .map((name) => path.join(runs, name))
    .flatMap((directory) => {
      const model = fs.statSync(path.join(directory, 'model', 'config.json'), {
        throwIfNoEntry: false,
      });
      return model === undefined ? [] : [{ directory, madeMs: model.mtimeMs }];
    })
    .sort((a, b) => b.madeMs - a.madeMs);
  return demos[0]?.directory ?? null;
}
