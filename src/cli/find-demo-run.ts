/** The newest finished demo below a folder: what `rlpa serve` talks with where nobody names a policy. */
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Finds the run directory; undefined where no demo left a model. */
export function findDemoRun(folder: string): string | undefined {
  const runs = path.join(folder, 'runs');
  if (!fs.existsSync(runs)) return undefined;
  const finished = fs
    .readdirSync(runs)
    .filter((name) => /^demo(?:-\d+)?$/u.test(name))
    .map((name) => ({ run: path.join('runs', name), model: path.join(runs, name, 'model') }))
    .filter(({ model }) => fs.existsSync(path.join(model, 'config.json')))
    .map(({ run, model }) => ({ run, at: fs.statSync(model).mtimeMs }));
  return finished.sort((a, b) => b.at - a.at)[0]?.run;
}
