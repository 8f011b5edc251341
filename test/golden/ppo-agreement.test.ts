/**
 * The engine's PPO loss against the plain functions of rl/math, term by term, on the same tokens.
 *
 * Two independent writings of one formula: a graph in float32, and float64 arithmetic.
 */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import {
  EmbeddedBackend,
  loadPolicyWeights,
  type GraphLayout,
  type TrainingDatum,
} from '../../src/policy/index.ts';
import { computeMeanKl, computePolicyLoss, computeValueLoss } from '../../src/rl/index.ts';
import { createTinyConfig } from '../fixtures/tiny-config.ts';

const random = createRandom(11);

function createBackend(layout: GraphLayout): EmbeddedBackend {
  const weights = loadPolicyWeights({
    model: {
      kind: 'new',
      seed: 5,
      config: createTinyConfig({
        vocabularySize: 12,
        contextTokens: 64,
        initializerRange: 0.3,
        eosTokenIds: [1],
      }),
    },
    valueHead: 'separate',
    seed: 6,
  });
  return new EmbeddedBackend({ weights, threads: 1, maxTokensPerBatch: 4096, layout });
}

const shift = (values: Float32Array, size: number): Float32Array =>
  values.map((value) => value + size * random.normal());

describe.each(['whole', 'blocks'] as const)('one PPO batch, run as %s', (layout) => {
  it.each([1, 0.6])(
    'has the sums that the plain functions give, at temperature %d',
    async (temperature) => {
      const backend = createBackend(layout);
      const sequences = [9, 14, 5].map((length) =>
        Int32Array.from({ length }, () => random.integer(12)),
      );
      const scores = await backend.score(sequences, 'current', { temperature });
      const batch = sequences.map((ids, row): TrainingDatum => {
        const { logprobs, values } = scores[row]!;
        return {
          ids,
          weights: Float32Array.from(ids, (_, index) => (index > 0 && index % 4 !== 1 ? 1 : 0)),
          behaviorLogprobs: shift(logprobs, 0.3),
          referenceLogprobs: shift(logprobs, 0.5),
          advantages: shift(new Float32Array(ids.length), 1),
          returns: shift(values!, 1),
          oldValues: shift(values!, 0.3),
        };
      });
      const { sums } = await backend.forwardBackward(batch, {
        kind: 'ppo',
        scale: 1,
        temperature,
        clipEpsilon: 0.2,
        klCoef: 0.1,
        entropyCoef: 0,
        valueCoef: 0.5,
        valueClip: 0.2,
      });
      await backend.close();
      const flat = (read: (datum: TrainingDatum, row: number) => Float32Array): number[] =>
        batch.flatMap((datum, row) => [...read(datum, row)]);
      const weights = flat((datum) => datum.weights);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const currentLogprobs = flat((_, row) => scores[row]!.logprobs);
      const behaviorLogprobs = flat((datum) => datum.behaviorLogprobs!);
      const policy = computePolicyLoss({
        currentLogprobs,
        behaviorLogprobs,
        advantages: flat((datum) => datum.advantages!),
        weights,
        clipEpsilon: 0.2,
      });
      const value = computeValueLoss({
        values: flat((_, row) => scores[row]!.values!),
        oldValues: flat((datum) => datum.oldValues!),
        returns: flat((datum) => datum.returns!),
        weights,
        valueClip: 0.2,
      });
      const reference = flat((datum) => datum.referenceLogprobs!);
      expect(sums['weight']).toBe(total);
      expect(sums['policy_loss']! / total).toBeCloseTo(policy.loss, 4);
      expect(sums['value_loss']! / total).toBeCloseTo(value.loss, 4);
      expect(sums['kl_to_reference']! / total).toBeCloseTo(
        computeMeanKl(currentLogprobs, reference, weights, 'k3'),
        4,
      );
      expect(sums['approx_kl']! / total).toBeCloseTo(
        computeMeanKl(behaviorLogprobs, currentLogprobs, weights, 'k3'),
        4,
      );
      expect(sums['clipped']! / total).toBeGreaterThanOrEqual(policy.clipFraction);
    },
  );
});
