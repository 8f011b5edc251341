/**
 * Makes the trained policy that comes with the package of a finished run in the small world:
 * `node scripts/ship-policy.mjs runs/ship`, after `npm run build`.
 *
 * The folder holds the run's model, and beside it how it was made, with the hash of every file.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { packageRoot, readProvenance } from '../dist/app/index.js';
import { writeProvenance } from '../dist/app/policies/provenance.js';

const [run] = process.argv.slice(2);
if (run === undefined || !fs.existsSync(path.join(run, 'model'))) {
  console.error('Expected the folder of a finished run: node scripts/ship-policy.mjs runs/ship');
  process.exit(2);
}
const read = (name) => JSON.parse(fs.readFileSync(path.join(run, name), 'utf8'));
const { settings } = read('config.json');
const { kind, behaviour } = settings.world;
const seeds = `--seed ${settings.seed} --threads ${settings.engine.threads}`;
const base = readProvenance(path.join(packageRoot, 'assets', 'base', kind));
const metrics = fs.readFileSync(path.join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');

const folder = path.join(packageRoot, 'assets', 'trained', kind);
fs.rmSync(folder, { recursive: true, force: true });
fs.cpSync(path.join(run, 'model'), folder, { recursive: true });
writeProvenance(folder, {
  world: base.world,
  // Whoever measures it meets people as everybody else does.
  worldSettings: { ...settings.world, behaviour: {} },
  command: `rlpa train --preset demo ${seeds} --set world.behaviour=${JSON.stringify(behaviour)}`,
  seed: settings.seed,
  settings: Object.fromEntries(
    ['algorithm', 'groupSize', 'iterations', 'episodesPerIteration', 'turns'].map((name) => [
      name,
      settings[name],
    ]),
  ),
  heldOut: base.heldOut,
  families: settings.families.length > 0 ? settings.families : base.families,
  trainedTokens: JSON.parse(metrics.at(-1))['tokens/generated_total'],
});
console.log(`Made ${path.relative(process.cwd(), folder)}.`);
