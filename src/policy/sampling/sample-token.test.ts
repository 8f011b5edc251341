/** Sampling from probabilities: the recorded log-probability, greedy choice, and each truncation. */
import { describe, expect, it } from 'vitest';
import { createRandom, type RandomSource } from '../../base/index.ts';
import { sampleToken } from './sample-token.ts';

const logits = Float32Array.of(0, 2, 1, -1, 2.5);
const probabilities = ((): Float32Array => {
  const weights = logits.map((logit) => Math.exp(logit));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
})();

function countDraws(options: object, draws = 20_000): number[] {
  const random = createRandom(5);
  const counts = Array.from(probabilities, () => 0);
  for (let draw = 0; draw < draws; draw += 1) {
    const { id } = sampleToken(
      probabilities,
      0,
      5,
      { maxTokens: 1, temperature: 1, ...options },
      random,
    );
    counts[id] = counts[id]! + 1;
  }
  return counts.map((count) => count / draws);
}

describe('choosing a token', () => {
  it.each([
    {},
    { temperature: 0 },
    { temperature: 0.3 },
    { topP: 0.5 },
    { topK: 2 },
    { minP: 0.2 },
  ])('records the log-probability among all tokens, with %o', (options) => {
    const sampling = { maxTokens: 1, temperature: 1, ...options };
    const { id, logprob } = sampleToken(probabilities, 0, 5, sampling, createRandom(3));
    expect(logprob).toBeCloseTo(Math.log(probabilities[id]!), 6);
  });

  it('takes the likeliest token at temperature 0', () => {
    const sampling = { maxTokens: 1, temperature: 0 };
    expect(sampleToken(probabilities, 0, 5, sampling, createRandom(1)).id).toBe(4);
  });

  it.each([1, 0.5])(
    'draws in proportion to the probabilities, which are at the temperature %d already',
    (temperature) => {
      countDraws({ temperature }).forEach((frequency, id) =>
        expect(Math.abs(frequency - probabilities[id]!)).toBeLessThan(0.015),
      );
    },
  );

  it('keeps only what top-k, top-p and min-p keep', () => {
    const kept = (frequencies: readonly number[]): number[] =>
      frequencies.flatMap((frequency, id) => (frequency > 0 ? [id] : []));
    expect(kept(countDraws({ topK: 2 }))).toEqual([1, 4]);
    expect(kept(countDraws({ topP: 0.6 }))).toEqual([1, 4]);
    expect(kept(countDraws({ minP: 0.2 }))).toEqual([1, 2, 4]);
    expect(kept(countDraws({ topP: 1e-9 }))).toEqual([4]);
  });

  it('keeps the same tokens of a large vocabulary as a full sort does', () => {
    const random = createRandom(9);
    const weights = Float64Array.from({ length: 3000 }, () => Math.exp(6 * random.normal()));
    const sum = weights.reduce((a, b) => a + b, 0);
    const row = Float32Array.from(weights, (weight) => weight / sum);
    const order = [...row.keys()].sort((a, b) => row[b]! - row[a]!);
    let reached = 0;
    const nucleus = order.slice(0, order.findIndex((id) => (reached += row[id]!) >= 0.95) + 1);
    for (const [options, allowed] of [
      [{ topK: 40 }, new Set(order.slice(0, 40))],
      [{ topP: 0.95 }, new Set(nucleus)],
      [{}, new Set(order)],
    ] as const) {
      const seen = new Set<number>();
      for (let draw = 0; draw < 300; draw += 1) {
        const sampling = { maxTokens: 1, temperature: 1, ...options };
        seen.add(sampleToken(row, 0, row.length, sampling, random).id);
      }
      expect([...seen].every((id) => allowed.has(id))).toBe(true);
      expect(seen.size).toBeGreaterThan(1);
    }
  });

  it('reads its own row of a batch', () => {
    const batch = Float32Array.of(0.8, 0.1, 0.1, 0.1, 0.1, 0.8);
    const sampling = { maxTokens: 1, temperature: 0 };
    expect(sampleToken(batch, 3, 3, sampling, createRandom(1)).id).toBe(2);
  });

  it('refuses at once what is no probability, however it is asked to choose', () => {
    const broken = [
      Float32Array.of(Number.NaN, Number.NaN, Number.NaN),
      Float32Array.of(0.5, Number.NaN, 0.5),
      Float32Array.of(0, 0, 0),
    ];
    const waysToChoose = [{}, { temperature: 0 }, { topK: 2 }, { topP: 0.9 }, { minP: 0.1 }];
    for (const row of broken) {
      for (const options of [...waysToChoose, { temperature: 0.7 }]) {
        const sampling = { maxTokens: 1, temperature: 1, ...options };
        const draw = (): unknown =>
          sampleToken(row, 0, 3, sampling, { next: () => 0.999 } as RandomSource);
        expect(draw).toThrow(
          expect.objectContaining({ name: 'EngineError', code: 'probabilities_not_finite' }),
        );
      }
    }
  });
});
