/** The policy against independent numbers: log-probabilities, gradients, AdamW, greedy text, LoRA. */
import { describe, expect, it } from 'vitest';
import { scoreIds } from '../../src/policy/index.ts';
import {
  createFixtureBackend,
  fullWeightData,
  reference,
  scoredTokens,
  sequences,
} from './fixture.ts';

const crossEntropy = { kind: 'cross_entropy', scale: 1 / scoredTokens } as const;

const norm = (data: Float32Array): number => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));

function expectClose(actual: number, expected: number, tolerance: number, what: string): void {
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  expect(error, `${what}: got ${actual}, expected ${expected}`).toBeLessThan(tolerance);
}

describe.each(['whole', 'blocks'] as const)('the fixture model, run as %s', (layout) => {
  it('gives the reference log-probabilities within 1e-4, alone and in a batch', async () => {
    for (const maxTokens of [4096, 1]) {
      const backend = createFixtureBackend({ layout, maxTokens });
      const scores = await scoreIds(backend, reference.input_ids, reference.lengths);
      scores.token_logprobs.forEach((row, index) => {
        expect(row).toHaveLength(sequences[index]!.length - 1);
        row.forEach((logprob, position) => {
          expect(Math.abs(logprob - reference.token_logprobs[index]![position]!)).toBeLessThan(
            1e-4,
          );
        });
      });
      expect(scores.mean_nll).toBeCloseTo(reference.mean_nll, 4);
      await backend.close();
    }
  });

  it('gives the reference gradients within 1e-3', async () => {
    const backend = createFixtureBackend({ layout });
    const { loss } = await backend.forwardBackward(fullWeightData, crossEntropy);
    expect(loss).toBeCloseTo(reference.mean_nll, 4);
    const gradients = backend.gradients();
    expect(Object.keys(gradients).sort()).toEqual(Object.keys(reference.grad_norms).sort());
    for (const [name, data] of Object.entries(gradients)) {
      expectClose(norm(data), reference.grad_norms[name]!, 1e-3, `norm of ${name}`);
      const sum = data.reduce((a, b) => a + b, 0);
      expectClose(sum, reference.grad_sums[name]!, 1e-3, `sum of ${name}`);
    }
    await backend.close();
  });

  it('accumulates small batches to the gradient of a large one', async () => {
    const whole = createFixtureBackend({ layout });
    const parts = createFixtureBackend({ layout, maxTokens: 12 });
    await whole.forwardBackward(fullWeightData, crossEntropy);
    for (const datum of fullWeightData) await parts.forwardBackward([datum], crossEntropy);
    for (const [name, data] of Object.entries(whole.gradients())) {
      const other = parts.gradients()[name]!;
      data.forEach((value, index) => expect(Math.abs(value - other[index]!)).toBeLessThan(1e-4));
    }
    await Promise.all([whole.close(), parts.close()]);
  });

  it('makes the reference AdamW step', async () => {
    const backend = createFixtureBackend({ layout });
    const { lr, betas, eps, weight_decay, clip } = reference.adamw;
    await backend.forwardBackward(fullWeightData, crossEntropy);
    const { gradNorm } = await backend.optimStep({
      learningRate: lr,
      beta1: betas[0],
      beta2: betas[1],
      epsilon: eps,
      weightDecay: weight_decay,
      gradClipNorm: clip,
    });
    expectClose(gradNorm, reference.adamw.grad_norm_before_clip, 1e-4, 'gradient norm');
    const after = await scoreIds(backend, reference.input_ids, reference.lengths);
    expect(after.mean_nll).toBeCloseTo(reference.adamw.mean_nll_after, 4);
    await backend.close();
  });

  it('continues greedily as the reference does', async () => {
    const backend = createFixtureBackend({ layout });
    const [result] = await backend.sample([
      {
        promptIds: reference.greedy_prompt,
        sampling: { maxTokens: reference.greedy.length, temperature: 0 },
        stopIds: [],
        seed: 1,
      },
    ]);
    expect(result?.ids).toEqual(reference.greedy);
    await backend.close();
  });

  it('with its adapter gives the reference loss and adapter gradients', async () => {
    const backend = createFixtureBackend({ layout, adapter: true });
    const { loss } = await backend.forwardBackward(fullWeightData, crossEntropy);
    expect(loss).toBeCloseTo(reference.lora.mean_nll, 4);
    for (const [name, expected] of Object.entries(reference.lora.grad_norms)) {
      const own = name.replace('base_model.model.', '').replace('.default', '');
      expectClose(norm(backend.gradients()[own]!), expected, 1e-3, own);
    }
    await backend.close();
  });
});
