/** Sampling from logits: the recorded log-probability, greedy choice, and each truncation. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { chooseToken } from './choose-token.ts';

const logits = Float32Array.of(0, 2, 1, -1, 2.5);
const probabilities = (() => {
  const shares = Array.from(logits, (logit) => Math.exp(logit));
  const total = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / total);
})();

function countDraws(options: object, draws = 20_000): number[] {
  const random = createRandom(5);
  const counts = Array.from(logits, () => 0);
  for (let draw = 0; draw < draws; draw += 1) {
    const { id } = chooseToken(logits, 0, 5, { maxTokens: 1, temperature: 1, ...options }, random);
    counts[id] = counts[id]! + 1;
  }
  return counts.map((count) => count / draws);
}

describe('choosing a token', () => {
  it('records the log-probability at temperature 1, however the token was chosen', () => {
    for (const options of [{}, { temperature: 0 }, { temperature: 0.3, topK: 2 }, { topP: 0.5 }]) {
      const sampling = { maxTokens: 1, temperature: 1, ...options };
      const { id, logprob } = chooseToken(logits, 0, 5, sampling, createRandom(3));
      expect(logprob).toBeCloseTo(Math.log(probabilities[id]!), 6);
    }
  });

  it('takes the likeliest token at temperature 0', () => {
    const sampling = { maxTokens: 1, temperature: 0 };
    expect(chooseToken(logits, 0, 5, sampling, createRandom(1)).id).toBe(4);
  });

  it('draws in proportion to the probabilities', () => {
    countDraws({}).forEach((share, id) => expect(share).toBeCloseTo(probabilities[id]!, 1));
  });

  it('sharpens below temperature 1 and flattens above', () => {
    expect(countDraws({ temperature: 0.5 })[4]!).toBeGreaterThan(probabilities[4]! + 0.05);
    expect(countDraws({ temperature: 2 })[4]!).toBeLessThan(probabilities[4]! - 0.05);
  });

  it('keeps only what top-k, top-p and min-p keep', () => {
    const kept = (shares: readonly number[]): number[] =>
      shares.flatMap((share, id) => (share > 0 ? [id] : []));
    expect(kept(countDraws({ topK: 2 }))).toEqual([1, 4]);
    expect(kept(countDraws({ topP: 0.6 }))).toEqual([1, 4]);
    expect(kept(countDraws({ minP: 0.2 }))).toEqual([1, 2, 4]);
    expect(kept(countDraws({ topP: 1e-9 }))).toEqual([4]);
  });

  it('reads its own row of a batch', () => {
    const batch = Float32Array.of(9, 0, 0, 0, 0, 9);
    const sampling = { maxTokens: 1, temperature: 0 };
    expect(chooseToken(batch, 3, 3, sampling, createRandom(1)).id).toBe(2);
  });
});
