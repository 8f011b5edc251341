import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../files/index.ts';
import { Sampler } from './sampler.ts';

const config: ModelConfig = {
  modelType: 'qwen2',
  vocabularySize: 4,
  hiddenSize: 2,
  intermediateSize: 2,
  layerCount: 1,
  headCount: 1,
  kvHeadCount: 1,
  headDim: 2,
  ropeTheta: 10000,
  rmsNormEpsilon: 1e-6,
  tieEmbeddings: true,
  attentionBias: true,
  outputBias: false,
  queryKeyNorm: false,
  contextTokens: 256,
  initializerRange: 0.1,
  eosTokenIds: [],
};

/** Tokens fed in each pass, by row, when conversations begin with these contexts. */
async function feedsOf(openings: readonly (readonly number[])[]): Promise<number[][]> {
  const feeds: number[][] = [];
  const sampler = new Sampler(config, (cache, _ids, size, counts) => {
    feeds.push([...counts]);
    const rows = new Float32Array(cache.rows * size * 2);
    const probabilities = new Float32Array(cache.rows * config.vocabularySize).fill(0.25);
    return Promise.resolve({ probabilities, layers: [{ key: rows, value: rows }] });
  });
  await sampler.sample(
    openings.map((promptIds, index) => ({
      sequenceId: `s${index}`,
      promptIds,
      sampling: { maxTokens: 1, temperature: 1 },
      stopIds: [],
      seed: index,
    })),
  );
  return feeds;
}

describe('the passes of a sampler', () => {
  const prompt = Array.from({ length: 20 }, (_, index) => index % 4);

  it('feed what all new sequences begin with once, and the rest together', async () => {
    expect(
      await feedsOf([
        [...prompt, 1],
        [...prompt, 2, 3],
        [...prompt, 2],
      ]),
    ).toEqual([[20], [1, 2, 1]]);
    expect(await feedsOf([prompt, prompt])).toEqual([[19], [1, 1]]);
  });

  it('feed everything together where little or nothing is alike, or one is alone', async () => {
    expect(
      await feedsOf([
        [0, 1, 2],
        [0, 1, 3],
      ]),
    ).toEqual([[3, 3]]);
    expect(
      await feedsOf([
        [...prompt, 1],
        [3, ...prompt],
      ]),
    ).toEqual([[21, 21]]);
    expect(await feedsOf([prompt])).toEqual([[20]]);
  });
});
