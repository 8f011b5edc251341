/** A process that ends while the engine's threads compute ends with the code it was given. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fixtureFolder } from '../golden/fixture.ts';
import { createScratch, root } from './command-line.ts';

const scratch = createScratch();
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const built = pathToFileURL(path.join(root, 'dist', 'policy', 'index.js')).href;

/** A program that ends itself so many milliseconds after it gave the engine much to do. */
const program = (work: string, delay: number): string => `
  import { createWorkerBackend } from ${JSON.stringify(built)};
  const backend = await createWorkerBackend({
    model: { kind: 'folder', path: ${JSON.stringify(fixtureFolder)} },
    valueHead: 'none', seed: 1, threads: 2, maxTokensPerBatch: 8192,
  });
  const sequences = Array.from({ length: 64 }, () => new Int32Array(128).fill(5));
  const request = { promptIds: [5], sampling: { maxTokens: 200, temperature: 1 }, stopIds: [] };
  const requests = Array.from({ length: 64 }, (_, seed) => ({ ...request, seed }));
  await ${work};
  for (let call = 0; call < 20; call += 1) void ${work};
  setTimeout(() => process.exit(7), ${delay});
`;

describe.each(['backend.score(sequences, "current")', 'backend.sample(requests)'])('%s', (work) => {
  it.each([5, 20, 45, 80])('may be cut off after %d ms', (delay) => {
    const file = path.join(scratch, 'program.mjs');
    fs.writeFileSync(file, program(work, delay));
    const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 7, stderr: '' });
  });
});
