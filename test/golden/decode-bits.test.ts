/**
 * Decoding by weights in 8 bits: near what the whole weights give, and always of the weights there are now.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { createTinyConfig } from '../fixtures/tiny-config.ts';
import {
  EmbeddedBackend,
  loadPolicyWeights,
  type DecodeBits,
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
}): EmbeddedBackend {
  const { decodeBits, isAdapted = false } = options;
  const backend = new EmbeddedBackend({
    weights: loadPolicyWeights({
      model: { kind: 'new', config, seed: 5 },
      ...(isAdapted ? { lora: { rank: 4, alpha: 8 } } : {}),
      ...{ valueHead: 'none', seed: 6 },
    }),
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
): Promise<number> {
  const sequences = results.map(({ ids }) => Int32Array.from([...promptIds, ...ids]));
  const scores = await backend.score(sequences, 'current');
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

describe('decoding by weights in 8 bits', () => {
  it.each([1, 8])('is near the whole weights with %d rows', async (rows) => {
    const gap = await measureGap(open({ decodeBits: 8 }), rows);
    expect(gap).toBeGreaterThan(1e-4);
    expect(gap).toBeLessThan(0.2);
  });

  it('is not done unless asked for, nor for many rows', async () => {
    expect(await measureGap(open({ decodeBits: 'auto' }))).toBeLessThan(1e-4);
    expect(await measureGap(open({ decodeBits: 8 }), 9)).toBeLessThan(1e-4);
  });

  it.each([false, true])(
    'follows the weights when they change (adapter: %s)',
    async (isAdapted) => {
      const backend = open({ decodeBits: 8, isAdapted });
      const before = await draw(backend);
      for (let step = 0; step < 4; step += 1) await learn(backend);
      expect(await compare(backend, before), 'what the former weights gave').toBeGreaterThan(0.5);
      expect(await measureGap(backend)).toBeLessThan(0.2);
    },
  );
});
