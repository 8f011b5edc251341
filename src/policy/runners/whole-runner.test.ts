import { describe, expect, it } from 'vitest';
import { parseModelConfig } from '../files/index.ts';
import { loadPolicyWeights } from '../weights/policy-weights.ts';
import { padBatch } from '../embedded/training-rows.ts';
import { CacheMemory } from './cache-memory.ts';
import { KeyValueCache } from './key-value-cache.ts';
import { WholeRunner } from './whole-runner.ts';

const config = parseModelConfig(
  {
    model_type: 'llama',
    hidden_size: 16,
    intermediate_size: 32,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    rope_theta: 10_000,
    rms_norm_eps: 1e-5,
    max_position_embeddings: 64,
    vocab_size: 20,
    tie_word_embeddings: true,
    hidden_act: 'silu',
  },
  'config.json',
);

const weights = loadPolicyWeights({
  model: { kind: 'new', config, seed: 3 },
  valueHead: 'none',
  seed: 3,
  lora: { rank: 2, alpha: 4 },
});
for (const data of Object.values(weights.trained)) data.forEach((_, at) => (data[at] = at % 5));

const open = (holdsWeights: boolean): WholeRunner =>
  new WholeRunner(
    {
      config,
      valueHead: 'none',
      lora: { rank: 2, alpha: 4 },
      shapes: weights.shapes,
      frozen: weights.frozen,
      threads: 1,
    },
    holdsWeights,
  );

const sequences = [Int32Array.of(1, 5, 9, 13, 2), Int32Array.of(3, 4, 7)];

/** What a runner gives in its three passes. */
async function runAll(runner: WholeRunner, chunks?: number): Promise<number[][]> {
  const trained = weights.trainedTensors();
  const batch = padBatch(sequences, () => true, chunks);
  const gradients: number[] = [];
  const scores = await runner.score(batch, trained, { withValues: false, temperature: 1 });
  const { loss } = await runner.train({
    batch,
    loss: { kind: 'cross_entropy', scale: 1 },
    rowFeeds: {
      weights: { type: 'float32', shape: [6], data: new Float32Array(6).fill(1) },
    },
    weights: trained,
    addGradient: (_, part) => gradients.push(...part),
    addGradientRows: () => undefined,
  });
  const probabilities = await step(runner, [0, 0.5]);
  await runner.release();
  return [[...scores.logprobs], [loss], gradients, [...probabilities]];
}

/** Probabilities of two rows after one token each. Shape: `[2, V]`. */
async function step(runner: WholeRunner, temperatures: readonly number[]): Promise<Float32Array> {
  const { probabilities } = await runner.step({
    cache: new KeyValueCache(new CacheMemory(config), 2, 8),
    ids: Int32Array.of(1, 3),
    ...{ size: 1, counts: Int32Array.of(1, 1), temperatures, weights: weights.trainedTensors() },
  });
  return probabilities;
}

describe('one graph for all layers', () => {
  it.each([0.5, 2])('gives each row at its own temperature, %d beside greedy', async (heat) => {
    const runner = open(true);
    const plain = await step(runner, [1, 1]);
    const found = await step(runner, [heat, 0]);
    await runner.release();
    const size = config.vocabularySize;
    const powers = plain.subarray(0, size).map((each) => each ** (1 / heat));
    const total = powers.reduce((sum, each) => sum + each, 0);
    const expected = [...powers.map((each) => each / total), ...plain.subarray(size)];
    expect(plain.some((each, id) => Math.abs(each - found[id]!) > 1e-4)).toBe(true);
    expected.forEach((each, id) => expect(Math.abs(each - found[id]!)).toBeLessThan(1e-6));
  });

  it('is as good as greedy at the smallest temperature, and finite', async () => {
    const runner = open(true);
    const found = await step(runner, [1e-40, 1e-40]);
    await runner.release();
    expect(Math.max(...found)).toBe(1);
  });

  it('gives the same whether it holds the frozen weights or is fed them, and in any chunks', async () => {
    const expected = await runAll(open(true));
    expect(expected[2]!.some((each) => Math.abs(each) > 1e-3)).toBe(true);
    for (const found of [await runAll(open(false)), await runAll(open(false), 4)]) {
      found.forEach((list, place) => {
        expect(list.length).toBe(expected[place]!.length);
        const largest = expected[place]!.reduce((top, each) => Math.max(top, Math.abs(each)), 1);
        list.forEach((each, at) => {
          expect(Math.abs(each - expected[place]![at]!)).toBeLessThan(1e-5 * largest);
        });
      });
    }
  });
});
