/** An update sends gradient and step at once, and applies nothing where the gradient fails. */
import { describe, expect, it } from 'vitest';
import type { TrainingDatum } from '../policy/index.ts';
import { makeUpdate } from './make-update.ts';
import { TableBackend } from './testing/table-backend.ts';

const adam = {
  learningRate: 0.1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0,
  gradClipNorm: 0,
};
const data: readonly TrainingDatum[] = [
  { ids: Int32Array.of(1, 2), weights: Float32Array.of(0, 1) },
];
const loss = { kind: 'cross_entropy', scale: 1 } as const;

describe('an update', () => {
  it('is sent before its gradient is answered', async () => {
    const backend = new TableBackend(4);
    const order: string[] = [];
    const [forward, step] = [
      backend.forwardBackward.bind(backend),
      backend.optimStep.bind(backend),
    ];
    backend.forwardBackward = async (...args) => {
      const result = await forward(...args);
      order.push('gradient answered');
      return result;
    };
    backend.optimStep = (settings) => {
      order.push('step sent');
      return step(settings);
    };
    const { gradNorm } = await makeUpdate({ backend }, { data, loss, adam });
    expect(order).toEqual(['step sent', 'gradient answered']);
    expect(gradNorm).toBeGreaterThan(0);
  });

  it.each([
    ['inside', { ...loss, scale: Number.NaN }, []],
    ['outside', loss, [0, Number.NaN]],
  ] as const)(
    'changes nothing where a loss %s the backend is not finite',
    async (_, bad, outer) => {
      const backend = new TableBackend(4);
      const before = backend.parameters;
      const saved: (readonly TrainingDatum[])[] = [];
      const tools = { backend, onBadBatch: (batch: readonly TrainingDatum[]) => saved.push(batch) };
      const attempt = makeUpdate(tools, { data, loss: bad, adam, outerLosses: outer });
      await expect(attempt).rejects.toMatchObject({ name: 'EngineError', code: 'loss_not_finite' });
      expect(saved).toEqual([data]);
      expect(backend.parameters).toEqual(before);
      await makeUpdate(tools, { data, loss, adam });
      expect(backend.parameters).not.toEqual(before);
    },
  );
});
