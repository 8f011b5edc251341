/**
 * Every operation of the table, forward and backward, on WebGPU: the cases of the gradient check, whose
 * type makes an operation without one a compile error.
 */
import { it } from 'vitest';
import { cases } from '../gradcheck/cases.ts';
import { runCase } from '../gradcheck/harness.ts';
import { describeOnWebGpu, holdAdapter } from './adapter.ts';

await holdAdapter();

describeOnWebGpu('operations on WebGPU', () => {
  for (const [kind, list] of Object.entries(cases)) {
    it(`give the values and gradients of float64: ${kind}`, async () => {
      for (const [index, check] of list.entries()) await runCase(check, index + 1, 'webgpu');
    });
  }
});
