/**
 * Decoding by weights in 8 and 4 bits: near what the whole weights give, and always of the weights there
 * are now.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { createTinyConfig } from '../fixtures/tiny-config.ts';
import {
  EmbeddedBackend,
  loadPolicyWeights,
  type DecodeBits,
  type PolicyWeights,
  type SampleResult,
} from '../../src/policy/index.ts';

const config = {
  ...createTinyConfig({
    ...{ vocabularySize: 40, contextTokens: 96, initializerRange: 0.1, eosTokenIds: [39] },
  }),
  ...{ hiddenSize: 64, intermediateSize: 96, layerCount: 2, headDim: 32 },
};

const opened: EmbeddedBackend[] = [];
afterAll(() => Promise.all(opened.map((backend) => backend.close())));

function open(options: {
  readonly decodeBits: DecodeBits;
  readonly isAdapted?: boolean;
  readonly family?: Partial<typeof config>;
  readonly change?: (weights: PolicyWeights) => void;
}): EmbeddedBackend {
  const { decodeBits, isAdapted = false, family = {}, change } = options;
  const weights = loadPolicyWeights({
    model: { kind: 'new', config: { ...config, ...family }, seed: 5 },
    ...(isAdapted ? { lora: { rank: 4, alpha: 8 } } : {}),
    ...{ valueHead: 'none', seed: 6 },
  });
  change?.(weights);
  const backend = new EmbeddedBackend({
    weights,
    ...{ threads: 1, maxTokensPerBatch: 256, layout: 'blocks', decodeBits },
  });
  opened.push(backend);
  return backend;
}

const promptIds = Array.from({ length: 12 }, (_, index) => (7 * index) % 39);
const sampling = { maxTokens: 24, temperature: 1 };
const request = { promptIds, sampling, stopIds: [] };

/** How far the log-probabilities of drawn tokens are from what the whole weights give for them. */
async function compare(
  backend: EmbeddedBackend,
  results: readonly SampleResult[],
  temperature = 1,
): Promise<number> {
  const sequences = results.map(({ ids }) => Int32Array.from([...promptIds, ...ids]));
  const scores = await backend.score(sequences, 'current', { temperature });
  // The first token is drawn by the pass over the prompt, which is never rounded.
  const gaps = results.flatMap(({ logprobs }, row) =>
    logprobs
      .map((value, index) => Math.abs(value - scores[row]!.logprobs[promptIds.length + index]!))
      .slice(1),
  );
  return Math.max(...gaps);
}

function draw(backend: EmbeddedBackend, rows = 1): Promise<readonly SampleResult[]> {
  return backend.sample(Array.from({ length: rows }, (_, row) => ({ ...request, seed: row })));
}

async function measureGap(backend: EmbeddedBackend, rows = 1): Promise<number> {
  return compare(backend, await draw(backend, rows));
}

async function learn(backend: EmbeddedBackend): Promise<void> {
  const ids = Int32Array.from({ length: 20 }, (_, index) => index);
  await backend.forwardBackward([{ ids, weights: new Float32Array(20).fill(1) }], {
    kind: 'cross_entropy',
    scale: 1,
  });
  await backend.optimStep({
    ...{ learningRate: 0.02, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 },
    gradClipNorm: 1,
  });
}

/** Rounds the linear maps as Q4_1 does: blocks of 32 in 15 steps from the least to the largest. */
function roundToFour({ trained }: PolicyWeights): void {
  for (const [name, data] of Object.entries(trained)) {
    if (!name.endsWith('_proj.weight')) continue;
    for (let from = 0; from < data.length; from += 32) {
      const block = data.subarray(from, from + 32);
      const least = Math.min(...block);
      const step = (Math.max(...block) - least) / 15;
      block.forEach(
        (number, at) => (block[at] = least + step * Math.round((number - least) / step)),
      );
    }
  }
}

describe('decoding by weights in fewer bits', () => {
  it.each([
    [8, 1, 0.2],
    [8, 20, 0.2],
    [4, 1, 1],
    [4, 64, 1],
  ] as const)('%d bits are near the whole weights with %d rows', async (bits, rows, limit) => {
    const gap = await measureGap(open({ decodeBits: bits }), rows);
    expect(gap).toBeGreaterThan(1e-4);
    expect(gap).toBeLessThan(limit);
  });

  it('draws at the temperature that is asked for', async () => {
    const backend = open({ decodeBits: 8 });
    const heated = { ...request, sampling: { ...sampling, temperature: 0.5 }, seed: 1 };
    const results = await backend.sample([heated, heated]);
    expect(await compare(backend, results, 0.5)).toBeLessThan(0.4);
    expect(await compare(backend, results, 1)).toBeGreaterThan(0.4);
  });

  it('loses no more by 4 bits than by 8 where the weights came in 4', async () => {
    const gaps = await Promise.all(
      ([8, 4] as const).map(async (decodeBits) =>
        measureGap(open({ decodeBits, change: roundToFour }), 4),
      ),
    );
    expect(gaps[0]).toBe(gaps[1]);
    expect(gaps[0]).toBeLessThan(0.1);
  });

  it.each([
    ['biases', { attentionBias: true, outputBias: true }],
    ['normed queries and keys', { queryKeyNorm: true }],
    ['an output of its own', { tieEmbeddings: false }],
  ])('serves a model with %s', async (_what, family) => {
    expect(await measureGap(open({ decodeBits: 8, family }), 3)).toBeLessThan(0.2);
  });

  it('is not done unless asked for, nor for more than 64 rows', async () => {
    expect(await measureGap(open({ decodeBits: 'auto' }))).toBeLessThan(1e-4);
    expect(await measureGap(open({ decodeBits: 8 }), 65)).toBeLessThan(1e-4);
  });

  it('keeps what a row has cached while others go on beside it', async () => {
    const backend = open({ decodeBits: 8 });
    const ask = (name: string, ids: readonly number[], maxTokens: number): Promise<SampleResult> =>
      backend
        .sample([
          {
            ...{ promptIds: [...ids], stopIds: [], seed: 3, sequenceId: name },
            sampling: { maxTokens, temperature: 1 },
          },
        ])
        .then(([result]) => result!);
    const long = Array.from({ length: 60 }, (_, index) => (5 * index) % 39);
    // One ends with 63 cached tokens, and stands idle while the other goes on beside it.
    const [idle] = await Promise.all([ask('a', long, 4), ask('b', promptIds, 30)]);
    const again = await ask('a', [...long, ...idle.ids, 7], 6);
    const [scores] = await backend.score(
      [Int32Array.from([...long, ...idle.ids, 7, ...again.ids])],
      'current',
    );
    const gaps = again.logprobs.map((value, at) =>
      Math.abs(value - scores!.logprobs[long.length + idle.ids.length + 1 + at]!),
    );
    expect(Math.max(...gaps)).toBeLessThan(0.2);
  });

  it.each([
    [false, 8],
    [true, 8],
    [true, 4],
  ] as const)(
    'follows the weights when they change (adapter: %s, %d bits)',
    async (isAdapted, decodeBits) => {
      const backend = open({ decodeBits, isAdapted });
      const before = await draw(backend);
      for (let step = 0; step < 4; step += 1) await learn(backend);
      expect(await compare(backend, before), 'what the former weights gave').toBeGreaterThan(0.5);
      expect(await measureGap(backend)).toBeLessThan(decodeBits === 8 ? 0.2 : 1);
    },
  );
});
