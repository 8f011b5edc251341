import { describe, expect, it } from 'vitest';
import { cases } from '../gradcheck/cases.ts';
import { runCase } from '../gradcheck/harness.ts';

describe('gradient check', () => {
  for (const [kind, list] of Object.entries(cases)) {
    for (const [index, check] of list.entries())
      it(`holds for ${kind}: ${check.name}`, async () => {
        await runCase(check, index + 1, 'webgpu');
      });
  }
});
