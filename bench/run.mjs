/**
 * Runs benchmarks: `npm run bench` all of the quick ones, `npm run bench -- NAME...` those named,
 * `npm run bench -- --list` says what there is.
 *
 * Each case runs in a process of its own, between two measurements of the machine's limits, and is
 * written to bench/results/NAME.json. Figures are ratios to limits of the same process: absolute
 * times of a shared machine say little.
 */
import { spawnSync, execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describeLoad, readMemory, resetPeakMemory } from './measure.mjs';
import { measureLimits } from './limits.mjs';

const results = path.join(import.meta.dirname, 'results');
const isCase = /\.bench\.mjs$/;

function listBenchmarks() {
  return fs
    .readdirSync(import.meta.dirname)
    .filter((file) => isCase.test(file))
    .map((file) => file.replace(isCase, ''));
}

async function loadCases() {
  const cases = [];
  for (const name of listBenchmarks()) {
    const found = await import(`./${name}.bench.mjs`);
    for (const entry of found.cases) cases.push({ ...entry, file: name });
  }
  return cases;
}

async function runCase(name) {
  const entry = (await loadCases()).find((each) => each.name === name);
  const threads = Number(process.env['BENCH_THREADS'] ?? os.availableParallelism());
  const before = await measureLimits(threads);
  const loadBefore = describeLoad();
  resetPeakMemory();
  const found = await entry.run({ threads });
  const memory = readMemory();
  const after = await measureLimits(threads);
  const limits = {
    gemmGflops: (before.gemmGflops + after.gemmGflops) / 2,
    readGbs: (before.readGbs + after.readGbs) / 2,
  };
  const result = {
    name,
    revision: git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') ? '+' : ''),
    machine: {
      model: os.cpus()[0]?.model,
      cores: os.cpus().length,
      threads,
      node: process.version,
    },
    load: { before: loadBefore, after: describeLoad() },
    limits: { ...limits, before, after },
    ...found.figures,
    ratios: found.ratios?.(limits) ?? {},
    peakGib: found.peakGib ?? memory.peakGib,
  };
  fs.mkdirSync(results, { recursive: true });
  fs.writeFileSync(path.join(results, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

function git(...args) {
  try {
    return execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  } catch {
    return '';
  }
}

function printTable(names) {
  const round = (value) => (typeof value === 'number' ? Number(value.toPrecision(3)) : value);
  for (const name of names) {
    const file = path.join(results, `${name}.json`);
    if (!fs.existsSync(file)) continue;
    const { limits, load, ratios, peakGib, machine, revision, ...figures } = JSON.parse(
      fs.readFileSync(file, 'utf8'),
    );
    console.log(`\n${name} (${revision}, ${machine.threads} threads, load ${load.before})`);
    const flat = { ...figures, ...ratios, peakGib };
    for (const [key, value] of Object.entries(flat)) {
      if (key === 'name' || typeof value === 'object') continue;
      console.log(`  ${key.padEnd(34)} ${round(value)}`);
    }
    console.log(
      `  ${'limits'.padEnd(34)} ${round(limits.gemmGflops)} GFLOP/s, ${round(limits.readGbs)} GB/s`,
    );
  }
}

async function main(args) {
  if (args[0] === '--case') return runCase(args[1]);
  const cases = await loadCases();
  if (args[0] === '--list') {
    for (const { name, about, isLarge } of cases) {
      console.log(`${name.padEnd(26)} ${about}${isLarge ? ' (by name only)' : ''}`);
    }
    return;
  }
  const wanted = cases.filter(({ name, file, isLarge }) =>
    args.length === 0 ? !isLarge : args.includes(name) || args.includes(file),
  );
  const unknown = args.filter(
    (arg) => !cases.some(({ name, file }) => arg === name || arg === file),
  );
  if (unknown.length > 0) {
    console.error(
      `Unknown: ${unknown.join(', ')}. Known: ${cases.map(({ name }) => name).join(', ')}.`,
    );
    process.exitCode = 2;
    return;
  }
  for (const { name } of wanted) {
    const script = path.join(import.meta.dirname, 'run.mjs');
    const child = spawnSync(process.execPath, ['--expose-gc', script, '--case', name], {
      stdio: 'inherit',
    });
    if (child.status !== 0) process.exitCode = 1;
    else printTable([name]);
  }
}

await main(process.argv.slice(2));
