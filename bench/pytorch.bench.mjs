/**
 * The same work in PyTorch, where a Python with torch, transformers and peft is found: BENCH_PYTHON
 * names one, else `python3` is asked. Where there is none, the case says so and is left out.
 */
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { ensureModel } from './make-model.mjs';

const script = path.join(import.meta.dirname, 'pytorch.py');
const python = process.env['BENCH_PYTHON'] ?? 'python3';

const work = [
  {
    name: 'full-default',
    size: '0.49m',
    kind: 'step',
    rows: 16,
    tokens: 288,
    loraRank: 0,
    runs: 9,
  },
  { name: 'full-4.2m', size: '4.2m', kind: 'step', rows: 16, tokens: 128, loraRank: 0, runs: 7 },
  { name: 'lora-0.5b', size: '0.5b', kind: 'step', rows: 1, tokens: 256, loraRank: 16, runs: 3 },
  {
    name: 'decode-default-64',
    size: 'default',
    kind: 'generate',
    rows: 64,
    context: 200,
    newTokens: 32,
    runs: 3,
  },
  {
    name: 'decode-4.2m-64',
    size: '4.2m',
    kind: 'generate',
    rows: 64,
    context: 400,
    newTokens: 32,
    runs: 3,
  },
];

function findPython() {
  const probe = 'import torch, transformers, peft; print(torch.__version__)';
  const found = spawnSync(python, ['-c', probe], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : null;
}

function run({ threads }) {
  const version = findPython();
  if (version === null) {
    const left = `left out: ${python} has no torch, transformers and peft (BENCH_PYTHON names another)`;
    return { figures: { about, left } };
  }
  const figures = { about, torch: version };
  for (const { name, size, ...rest } of work) {
    for (const dtype of ['float32', 'bfloat16']) {
      const input = JSON.stringify({ ...rest, folder: ensureModel(size), dtype, threads });
      const found = spawnSync(python, [script], { input, encoding: 'utf8' });
      figures[`${name} ${dtype}`] =
        found.status === 0
          ? JSON.parse(found.stdout).seconds
          : `failed: ${found.stderr.trim().split('\n').at(-1)}`;
    }
  }
  return { figures };
}

const about = 'seconds of the same steps and of 32 further tokens in PyTorch';

export const cases = [{ name: 'pytorch', about, isLarge: false, run }];
