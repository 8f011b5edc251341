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
const readRun = (folder) => {
  const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
  const { settings } = JSON.parse(read('config.json'));
  const last = JSON.parse(read('metrics.jsonl').trim().split('\n').at(-1));
  const { seed, engine, iterations, world } = settings;
  const behaviour = JSON.stringify(world.behaviour);
  const command = [
    `rlpa train --preset demo --seed ${seed} --threads ${engine.threads} --iterations ${iterations}`,
    ...(behaviour === '{}' ? [] : [`--set world.behaviour=${behaviour}`]),
  ].join(' ');
  return { settings, command, tokens: last['tokens/generated_total'] };
};

/** The run and those whose models it began with, oldest first. */
function listLine(folder) {
  const own = readRun(folder);
  const { model } = own.settings.policy;
  return model === 'base' ? [own] : [...listLine(path.dirname(model)), own];
}

const line = listLine(run);
const { settings } = line.at(-1);
const { kind } = settings.world;
const base = readProvenance(path.join(packageRoot, 'assets', 'base', kind));

const folder = path.join(packageRoot, 'assets', 'trained', kind);
fs.rmSync(folder, { recursive: true, force: true });
fs.cpSync(path.join(run, 'model'), folder, { recursive: true });
writeProvenance(folder, {
  world: base.world,
  // Whoever measures it meets people as everybody else does.
  worldSettings: { ...settings.world, behaviour: {} },
  command: line.map(({ command }) => command).join(', then with its model as policy.model '),
  seed: settings.seed,
  settings: Object.fromEntries(
    ['algorithm', 'groupSize', 'episodesPerIteration', 'turns'].map((name) => [
      name,
      settings[name],
    ]),
  ),
  heldOut: base.heldOut,
  families: settings.families.length > 0 ? settings.families : base.families,
  trainedTokens: line.reduce((sum, { tokens }) => sum + tokens, 0),
});
console.log(`Made ${path.relative(process.cwd(), folder)}.`);
