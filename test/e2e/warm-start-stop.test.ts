/** A warm start that is stopped saves what is done, and goes on to the bytes of an unbroken one. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { warmStart as WarmStart, WarmStartOptions } from '../../src/app/index.ts';
import { createScratch, root } from './command-line.ts';

// The engine's thread loads built files.
const built = pathToFileURL(path.join(root, 'dist', 'app', 'index.js')).href;
const { warmStart } = (await import(built)) as { readonly warmStart: typeof WarmStart };

const scratch = createScratch();
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const at = (name: string): string => path.join(scratch, name);
const options = (name: string): WarmStartOptions => ({
  flags: { preset: 'tiny', set: ['engine.threads=1', 'warmStart.tokens=40000'] },
  out: at(name),
});

/** Begins a warm start and stops it soon. */
async function stopEarly(name: string): Promise<unknown> {
  const stopping = new AbortController();
  const stopped = warmStart({
    ...options(name),
    signal: stopping.signal,
    onProgress: ({ label, done }) => {
      if (label === 'warm start' && done > 0) stopping.abort();
    },
  });
  return stopped.catch((error: unknown) => error);
}

describe('a stopped warm start', () => {
  beforeAll(async () => {
    await warmStart(options('whole'));
    expect(await stopEarly('stopped')).toMatchObject({ name: 'AbortedError' });
  });

  it('is not begun again by mistake', async () => {
    await expect(warmStart(options('stopped'))).rejects.toMatchObject({
      code: 'warm_start_unfinished',
    });
  });

  it('does not go on with other settings', async () => {
    const other = { ...options('stopped'), resume: true };
    const changed = { ...other, flags: { preset: 'tiny', set: ['warmStart.tokens=5000'] } };
    await expect(warmStart(changed)).rejects.toMatchObject({ name: 'ConfigError' });
  });

  it('goes on to the same bytes', async () => {
    await warmStart({ ...options('stopped'), resume: true });
    const read = (name: string): Buffer =>
      fs.readFileSync(path.join(at(name), 'model.safetensors'));
    expect(read('stopped').equals(read('whole'))).toBe(true);
    expect(fs.existsSync(path.join(at('stopped'), 'unfinished'))).toBe(false);
  });
});
