import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // These need a browser, and an adapter of WebGPU: npm run test:browser, test:webgpu.
    exclude: ['test/browser/**', 'test/webgpu/**'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
});
