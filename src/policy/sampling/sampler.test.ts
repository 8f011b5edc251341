import { describe, expect, it } from 'vitest';
import type { SampleRequest } from '../backend.ts';
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

type Watched = {
  readonly sampler: Sampler;
  /** Tokens fed in each pass, by row. */
  readonly feeds: number[][];
};

/** A sampler whose model finds every token equally likely; `onPass` is called before each pass. */
function watch(onPass: (pass: number) => void = () => undefined): Watched {
  const feeds: number[][] = [];
  const sampler = new Sampler(config, ({ cache, size, counts }) => {
    feeds.push([...counts]);
    onPass(feeds.length - 1);
    const rows = new Float32Array(cache.rows * size * 2);
    const probabilities = new Float32Array(cache.rows * config.vocabularySize).fill(0.25);
    return Promise.resolve({ probabilities, layers: [{ key: rows, value: rows }] });
  });
  return { sampler, feeds };
}

const request = (promptIds: readonly number[], name: string, maxTokens = 1): SampleRequest => ({
  sequenceId: name,
  promptIds,
  sampling: { maxTokens, temperature: 1 },
  stopIds: [],
  seed: promptIds.length,
});

/** Tokens fed in each pass, by row, when conversations begin with these prompts. */
async function feedsOf(openings: readonly (readonly number[])[]): Promise<number[][]> {
  const { sampler, feeds } = watch();
  await sampler.sample(openings.map((promptIds, index) => request(promptIds, `s${index}`)));
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

/** How many requests took part in each pass. */
const countFed = (feeds: readonly (readonly number[])[]): number[] =>
  feeds.map((counts) => counts.filter((count) => count > 0).length);

describe('a running batch', () => {
  it('lets a request go within one step of its call-off, and gives its row to the next', async () => {
    const off = new AbortController();
    const later: Promise<unknown>[] = [];
    const { sampler, feeds } = watch((pass) => {
      if (pass === 3) off.abort();
      if (pass === 5) later.push(sampler.sample([request([1, 2], 'c', 3)]));
    });
    const kept = sampler.sample([request([1], 'a', 10), request([2], 'b', 10)]);
    const calledOff = sampler.sample([request([3], 'off', 10)], { signal: off.signal });
    await expect(calledOff).rejects.toMatchObject({ name: 'AbortedError' });
    await Promise.all([kept, ...later]);
    // Pass 6 is the prompt of the one that joins; then it draws with the others, in the free row.
    expect(countFed(feeds)).toEqual([3, 3, 3, 3, 2, 2, 1, 3, 3, 2, 2]);
    expect(feeds.map((counts) => counts.length)).toEqual([3, 3, 3, 3, 3, 3, 1, 3, 3, 3, 3]);
  });

  it('is joined by a long prompt without anybody waiting for it', async () => {
    const { sampler, feeds } = watch((pass) => {
      if (pass === 1)
        joined = sampler.sample([
          request(
            Array.from({ length: 200 }, () => 1),
            'b',
          ),
        ]);
    });
    let joined: Promise<unknown> | undefined;
    await sampler.sample([request([1], 'a', 8)]);
    await joined;
    expect(feeds.map(([count]) => count)).toEqual([1, 1, 64, 1, 64, 1, 64, 1, 8, 1, 1, 1]);
  });

  it('takes a conversation up where it was, and copies what another has of a prompt', async () => {
    const { sampler, feeds } = watch();
    const prompt = Array.from({ length: 30 }, (_, index) => index % 4);
    const [first] = await sampler.sample([request(prompt, 'a', 2)]);
    const longer = [...prompt, ...first!.ids, 3, 3];
    await sampler.sample([request(longer, 'a')]);
    await sampler.sample([request([...prompt, 0, 1, 2], 'b')]);
    sampler.close(['a', 'b']);
    await sampler.sample([request(longer, 'a')]);
    expect(feeds).toEqual([[30], [1], [3], [3], [34]]);
  });

  it('ends the call whose token cannot be drawn, and no other', async () => {
    const { sampler } = watch();
    const told = sampler.sample([request([1], 'a', 5)], {
      onToken: () => {
        throw new Error('nobody listens');
      },
    });
    const other = sampler.sample([request([2], 'b', 5)]);
    await expect(told).rejects.toThrow('nobody listens');
    expect((await other)[0]!.ids).toHaveLength(5);
  });

  it('ends what a failed pass was for, and goes on with the next', async () => {
    const { sampler } = watch((pass) => {
      if (pass === 2) throw new Error('out of memory');
    });
    await expect(sampler.sample([request([1], 'a', 5)])).rejects.toThrow('out of memory');
    expect((await sampler.sample([request([1], 'a', 5)]))[0]!.ids).toHaveLength(5);
  });
});
