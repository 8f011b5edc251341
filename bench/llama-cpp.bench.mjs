/**
 * SmolLM2-135M-Instruct here and in llama.cpp, by turns on one machine: a further token for 1, 16 and 64 rows,
 * and reading prompts. llama.cpp runs the file as it is packed (Q4_1); here prompts are read by weights in 32
 * bits and tokens decoded as chats do: in 8 at most, which for this file is 4 in its layers. Where the peer or
 * the model is missing, the case says so and is left out.
 */
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { buildLlamaCpp, findMissing, python, smolFile } from '../scripts/llama-cpp.mjs';
import { drawIds, median, openBackend, Talks } from './measure.mjs';

const script = path.join(import.meta.dirname, 'llama.py');
const vocabulary = 49_152;
const context = 240;
const rounds = 3;
/** `BENCH_ROWS=1,16` measures only these. */
const wanted = process.env.BENCH_ROWS?.split(',').map(Number);
/**
 * `BENCH_CLOCK=cpu` counts what the processor worked in place of what the clock says: for one thread on a
 * machine in use.
 */
const clock = process.env.BENCH_CLOCK === 'cpu' ? 'cpu' : 'wall';
const decodeBits = 8;
const shapes = [
  { rows: 1, tokens: 32 },
  { rows: 16, tokens: 16 },
  { rows: 64, tokens: 8 },
].filter(({ rows }) => wanted?.includes(rows) ?? true);

/** Seconds since some moment. */
function now() {
  if (clock === 'wall') return performance.now() / 1000;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function rateTheirs({ rows, tokens }, threads) {
  const input = { file: smolFile, rows, tokens, context, threads, clock };
  const found = spawnSync(python, [script], { input: JSON.stringify(input), encoding: 'utf8' });
  if (found.status !== 0) throw new Error(found.stderr.trim().split('\n').at(-1));
  return JSON.parse(found.stdout);
}

async function rateOurs(talks, { rows, tokens }) {
  const say = (count, turn) =>
    Array.from({ length: rows }, (_, row) => [
      `s${row}`,
      drawIds(count, vocabulary, 10 * turn + row),
    ]);
  await talks.close();
  const began = now();
  await talks.go(say(context, 1), { tokens: 1, seed: 1000 });
  const read = now();
  await talks.go(say(1, 2), { tokens, seed: 2000 });
  return { decode: (rows * tokens) / (now() - read), prefill: (rows * context) / (read - began) };
}

async function run({ threads }) {
  const about = `SmolLM2-135M-Instruct here and in llama.cpp, tokens a second by the ${clock} clock`;
  const missing = findMissing(smolFile);
  if (missing !== null) return { figures: { about, left: `left out: ${missing}` } };
  buildLlamaCpp();
  const figures = { about };
  for (const shape of shapes) {
    const talks = new Talks(
      openBackend({ kind: 'folder', path: smolFile }, { threads, decodeBits }),
    );
    const found = { ours: [], theirs: [] };
    for (let round = 0; round <= rounds; round += 1) {
      const ours = await rateOurs(talks, shape);
      const theirs = rateTheirs(shape, threads);
      // The first round also makes the graphs.
      if (round === 0) continue;
      found.ours.push(ours);
      found.theirs.push(theirs);
    }
    await talks.close();
    await talks.backend.close();
    for (const what of ['decode', 'prefill']) {
      const name = `${what}${shape.rows}`;
      const [ours, theirs] = [found.ours, found.theirs].map((side) => side.map((one) => one[what]));
      figures[`${name}: here`] = median(ours);
      figures[`${name}: llama.cpp`] = median(theirs);
      figures[`${name}: ratio`] = median(ours.map((rate, round) => rate / theirs[round]));
    }
  }
  return { figures };
}

export const cases = [
  { name: 'llama-cpp', about: 'SmolLM2-135M-Instruct here and in llama.cpp', run, isLarge: true },
];
