/** Whole models on WebGPU beside the processor, and what every backend must do. */
import { expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import { EmbeddedBackend, loadPolicyWeights } from '../../src/policy/index.ts';
import { describeBackend } from '../contract/backend-cases.ts';
import { createTinyConfig } from '../fixtures/tiny-config.ts';
import { describeOnWebGpu, holdAdapter } from './adapter.ts';
import { modelVariants, runModel } from './models.ts';

await holdAdapter();

function expectClose(found: readonly number[], expected: readonly number[], limit: number): void {
  expect(found.length).toBe(expected.length);
  for (const [index, value] of found.entries()) {
    expect(Math.abs(value - expected[index]!), `number ${index}`).toBeLessThan(limit);
  }
}

describeOnWebGpu('a model on WebGPU', () => {
  it.each(Object.keys(modelVariants))(
    'draws, scores and learns as on the processor: %s',
    async (name) => {
      const run = (device: 'cpu' | 'webgpu') =>
        runModel(modelVariants[name]!, device, createRandom(name));
      const expected = await run('cpu');
      const found = await run('webgpu');
      expect(found.drawn).toEqual(expected.drawn);
      expectClose(found.logprobs, expected.logprobs, 1e-4);
      expectClose(found.losses, expected.losses, 1e-4);
      const ratios = found.gradNorms.map((value, index) => value / expected.gradNorms[index]!);
      expectClose(ratios, [1, 1], 1e-3);
    },
  );
});

const config = createTinyConfig({
  vocabularySize: 10,
  contextTokens: 96,
  initializerRange: 0.3,
  eosTokenIds: [9],
});

describeOnWebGpu('a backend on WebGPU', () => {
  describeBackend('the engine on WebGPU', async () => {
    return new EmbeddedBackend({
      weights: loadPolicyWeights({
        model: { kind: 'new', config, seed: 5 },
        ...{ valueHead: 'detached', seed: 6 },
      }),
      ...{ threads: 1, maxTokensPerBatch: 64, layout: 'whole', device: 'webgpu' },
    });
  });
});
