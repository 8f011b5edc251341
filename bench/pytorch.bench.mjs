/**
 * The same work here and in PyTorch, in turns, where a Python with torch, transformers and peft is
 * found: BENCH_PYTHON names one, else `python3` is asked. Where there is none, the case says so and
 * is left out.
 */
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { ensureModel } from './make-model.mjs';
import { cases as samplingCases } from './sampling.bench.mjs';
import { cases as trainingCases } from './training.bench.mjs';

const script = path.join(import.meta.dirname, 'pytorch.py');
const python = process.env['BENCH_PYTHON'] ?? 'python3';
const ours = new Map([...samplingCases, ...trainingCases].map((each) => [each.name, each]));

/** Our case by name, and the same for PyTorch; generation is tried at several batch sizes. */
const work = [
  { name: 'full-default', size: '0.49m', kind: 'step', tokens: 288, rows: [16], runs: 9 },
  { name: 'full-4.2m', size: '4.2m', kind: 'step', tokens: 128, rows: [16], runs: 7 },
  {
    name: 'lora-0.5b',
    size: '0.5b',
    kind: 'step',
    tokens: 256,
    rows: [1],
    loraRank: 16,
    runs: 3,
    isLarge: true,
  },
  {
    name: 'decode-default-64',
    size: 'default',
    kind: 'generate',
    context: 184,
    newTokens: 32,
    rows: [16, 64, 128],
    runs: 3,
  },
  {
    name: 'decode-4.2m-64',
    size: '4.2m',
    kind: 'generate',
    context: 384,
    newTokens: 32,
    rows: [16, 64, 128],
    runs: 3,
  },
];

function findPython() {
  const probe = 'import torch, transformers, peft; print(torch.__version__)';
  const found = spawnSync(python, ['-c', probe], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : null;
}

/** What is compared: sequences' tokens trained on, or tokens drawn, a second. */
async function rateOurs(name, threads) {
  const { figures } = await ours.get(name).run({ threads });
  return figures.tokensPerSecond;
}

/** The best rate over the batch sizes; throws with PyTorch's own message. */
function ratePyTorch({ rows, size, loraRank = 0, ...rest }, dtype, threads) {
  const rates = rows.map((count) => {
    const input = { ...rest, rows: count, loraRank, folder: ensureModel(size), dtype, threads };
    const found = spawnSync(python, [script], { input: JSON.stringify(input), encoding: 'utf8' });
    if (found.status !== 0) throw new Error(found.stderr.trim().split('\n').at(-1));
    return (count * (rest.newTokens ?? rest.tokens)) / JSON.parse(found.stdout).seconds;
  });
  return Math.max(...rates);
}

async function compare(item, threads) {
  const figures = {};
  const mine = [await rateOurs(item.name, threads)];
  for (const dtype of ['float32', 'bfloat16']) {
    figures[dtype] = ratePyTorch(item, dtype, threads);
    mine.push(await rateOurs(item.name, threads));
  }
  const rlpa = mine.sort((a, b) => a - b)[1];
  return {
    tokensPerSecond: rlpa,
    pytorchFloat32TokensPerSecond: figures.float32,
    pytorchBfloat16TokensPerSecond: figures.bfloat16,
    timesPyTorchFloat32: rlpa / figures.float32,
    timesPyTorchBfloat16: rlpa / figures.bfloat16,
  };
}

export const cases = work.map((item) => {
  const name = `pytorch-${item.name}`;
  const about = `${item.name}, here and in PyTorch by turns`;
  const run = async ({ threads }) => {
    const version = findPython();
    if (version === null) {
      const left = `left out: ${python} has no torch, transformers and peft (BENCH_PYTHON names another)`;
      return { figures: { about, left } };
    }
    return { figures: { about, torch: version, ...(await compare(item, threads)) } };
  };
  return { name, about, isLarge: item.isLarge ?? false, run };
});
