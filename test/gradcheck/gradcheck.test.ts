/** Every operation against central differences, and ONNX Runtime against the interpreter. */
import { describe, expect, it } from 'vitest';
import { cases } from './cases.ts';
import { runCase } from './harness.ts';

describe('gradient check', () => {
  for (const [kind, list] of Object.entries(cases)) {
    it(`holds for ${kind}`, async () => {
      expect(list.length).toBeGreaterThan(0);
      for (const [index, check] of list.entries()) await runCase(check, index + 1);
    });
  }
});
