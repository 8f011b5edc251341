/**
 * Requests that come one by one, against the same tokens in full batches: 32 requests for 10 to 300 tokens
 * each, at moments drawn at random, join and leave a running batch. And what a request that is called off
 * leaves behind: the steps until its row is gone.
 */
import { setTimeout } from 'node:timers/promises';
import { createRandom } from '../dist/base/index.js';
import { ensureModel } from './make-model.mjs';
import { drawIds, median, openBackend } from './measure.mjs';
import { sizes } from './sizes.mjs';

const requests = 32;
const prompt = 40;
const range = { least: 10, most: 300 };
const rounds = 3;

/** Requests of given lengths, none of which ends before. */
function ask(lengths, vocabulary, seed) {
  return lengths.map((maxTokens, index) => ({
    promptIds: [...drawIds(prompt, vocabulary, seed + index)],
    sampling: { maxTokens, temperature: 1 },
    stopIds: [],
    seed: seed + index,
  }));
}

/** Seconds until all have their tokens, where request `index` comes after `waits[index]` seconds. */
async function serve(backend, asked, waits) {
  const begin = performance.now();
  await Promise.all(
    asked.map(async (request, index) => {
      await setTimeout(1000 * waits[index]);
      await backend.sample([request]);
    }),
  );
  return (performance.now() - begin) / 1000;
}

/** Steps of the others from the moment a request is called off until it is refused. */
async function callOff(backend, vocabulary) {
  const stop = new AbortController();
  const [one, ...others] = ask(Array(8).fill(60), vocabulary, 900);
  let steps = 0;
  let refusedAfter = null;
  const rest = backend.sample(others, {
    onToken: (index) => {
      if (index === 0) steps += 1;
      if (steps === 20 && !stop.signal.aborted) stop.abort();
    },
  });
  await backend.sample([one], { signal: stop.signal }).catch(() => {
    refusedAfter = steps - 20;
  });
  await rest;
  return refusedAfter;
}

function createCase({ name, size, isLarge = false, ...options }) {
  const about = `${requests} requests of ${range.least} to ${range.most} tokens each, ${size}: at random moments against full batches`;
  const run = async ({ threads }) => {
    const vocabulary = sizes[size].vocab_size;
    const model = { kind: 'folder', path: ensureModel(size) };
    const backend = openBackend(model, { threads, ...options });
    const random = createRandom('continuous');
    const lengths = Array.from(
      { length: requests },
      () => range.least + random.integer(range.most - range.least + 1),
    );
    const tokens = lengths.reduce((sum, length) => sum + length, 0);
    const even = Array(requests).fill(Math.ceil(tokens / requests));
    const found = { full: [], apart: [], ratios: [] };
    for (let round = 0; round <= rounds; round += 1) {
      const begin = performance.now();
      await backend.sample(ask(even, vocabulary, 100));
      const full = (performance.now() - begin) / 1000;
      // Everybody has come when half of that time is over.
      const waits = lengths.map(() => (random.next() * full) / 2);
      const apart = await serve(backend, ask(lengths, vocabulary, 500), waits);
      // The first round also makes the graphs.
      if (round === 0) continue;
      found.full.push(full);
      found.apart.push(apart);
      found.ratios.push(apart / full);
    }
    const stepsUntilFree = await callOff(backend, vocabulary);
    await backend.close();
    return {
      figures: {
        about,
        tokens,
        fullSeconds: median(found.full),
        apartSeconds: median(found.apart),
        stepsUntilFree,
      },
      ratios: () => ({ apartOverFull: median(found.ratios) }),
    };
  };
  return { name, about, isLarge, run };
}

export const cases = [
  createCase({ name: 'continuous', size: '0.49m' }),
  createCase({ name: 'continuous-135m', size: '135m', isLarge: true, decodeBits: 8 }),
];
