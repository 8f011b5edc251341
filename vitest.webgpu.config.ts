import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { defineConfig } from 'vitest/config';

useSoftwareVulkan();

/**
 * Tests on WebGPU. Without a Vulkan driver of one's own (VK_ICD_FILENAMES) they run on the software
 * Vulkan of Debian's chromium, and where that is not there either they are skipped by name.
 */
export default defineConfig({
  test: {
    include: ['test/webgpu/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});

function useSoftwareVulkan(): void {
  const folder = '/usr/lib/chromium';
  const driver = path.join(folder, 'vk_swiftshader_icd.json');
  if (process.env['VK_ICD_FILENAMES'] !== undefined || !fs.existsSync(driver)) return;
  // Libraries read them when a process starts, so the processes of the tests are to begin with them.
  Object.assign(process.env, {
    VK_ICD_FILENAMES: driver,
    LD_LIBRARY_PATH: folder,
    XDG_RUNTIME_DIR:
      process.env['XDG_RUNTIME_DIR'] ?? fs.mkdtempSync(path.join(os.tmpdir(), 'xdg-')),
  });
}
