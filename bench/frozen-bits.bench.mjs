/**
 * What holding a frozen base in 16 or 8 bits costs in accuracy, on the trained base that comes with
 * the package: mean difference of log-probabilities of text the model wrote, and greedy agreement.
 */
import * as path from 'node:path';
import { openBackend } from './measure.mjs';

const about = 'small-world base in 16 and 8 bits against 32: log-probabilities and greedy tokens';
const folder = path.resolve(import.meta.dirname, '../assets/base/small-world');
const lora = { lora: { rank: 1, alpha: 1 } };

const open = (threads, frozenBits) =>
  openBackend({ kind: 'folder', path: folder }, { threads, frozenBits, ...lora });

const requests = (temperature) =>
  Array.from({ length: 64 }, (_, row) => ({
    promptIds: [1 + row, 2 + 3 * row, 3 + 5 * row],
    sampling: { maxTokens: 200, temperature },
    stopIds: [],
    seed: row,
  }));

async function continueGreedily(backend) {
  const results = await backend.sample(requests(0));
  return results.map(({ ids }) => ids);
}

async function run({ threads }) {
  const wide = open(threads, 32);
  const written = await wide.sample(requests(1));
  const sequences = written.map(({ ids }, row) =>
    Int32Array.from([...requests(1)[row].promptIds, ...ids]),
  );
  const expected = await wide.score(sequences, 'current');
  const greedy = await continueGreedily(wide);
  await wide.close();
  const figures = { about };
  for (const bits of [16, 8]) {
    const narrow = open(threads, bits);
    const found = await narrow.score(sequences, 'current');
    const own = await continueGreedily(narrow);
    await narrow.close();
    let [gap, worst, count] = [0, 0, 0];
    found.forEach(({ logprobs }, row) => {
      for (let position = 4; position < logprobs.length; position += 1) {
        const difference = Math.abs(logprobs[position] - expected[row].logprobs[position]);
        gap += difference;
        worst = Math.max(worst, difference);
        count += 1;
      }
    });
    const firstApart = own.map((ids, row) => {
      const at = ids.findIndex((id, index) => id !== greedy[row][index]);
      return at < 0 ? ids.length : at;
    });
    figures[`meanLogprobGap${bits}`] = gap / count;
    figures[`worstLogprobGap${bits}`] = worst;
    figures[`greedyPrefixShare${bits}`] =
      firstApart.reduce((a, b) => a + b, 0) / own.reduce((sum, { length }) => sum + length, 0);
  }
  return { figures };
}

export const cases = [{ name: 'frozen-bits', about, isLarge: false, run }];
