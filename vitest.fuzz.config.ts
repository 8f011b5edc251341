import { defineConfig } from 'vitest/config';

/** The long form of the fuzz suite: 10,000 cases, and every failure of a subject is listed. */
export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.test.ts'],
    env: { RLPA_FUZZ_CASES: '10000', RLPA_FUZZ_SEED: '2', RLPA_FUZZ_ALL: '1', ...pickFuzz() },
    // As in the short form: one test of the harness waits 10 s for what never ends.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});

/** What is set outside goes before. */
function pickFuzz(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => name.startsWith('RLPA_FUZZ_'));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}
