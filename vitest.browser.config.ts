import { defineConfig } from 'vitest/config';

/** Tests of pages in Debian's chromium (or the one named by CHROMIUM). */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
