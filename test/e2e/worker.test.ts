/** The backend behind a worker thread, as built: same numbers, same errors, and it stops when told. */
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type * as policy from '../../src/policy/index.ts';
import {
  createFixtureBackend,
  fixtureFolder,
  fullWeightData,
  sequences,
} from '../golden/fixture.ts';

/** A worker thread runs built JavaScript, so the build is opened here; its types are the source's. */
const built = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/policy/index.js'));
const { createWorkerBackend } = (await import(built.href)) as typeof policy;

const open = (folder: string): ReturnType<typeof createWorkerBackend> =>
  createWorkerBackend({
    model: { kind: 'folder', path: folder },
    valueHead: 'none',
    seed: 1,
    threads: 1,
    maxTokensPerBatch: 4096,
  });

describe('the worker backend', () => {
  it('gives the numbers of the backend in this thread', async () => {
    const [remote, local] = [await open(fixtureFolder), createFixtureBackend()];
    const loss = { kind: 'cross_entropy', scale: 1 } as const;
    expect(await remote.describe()).toEqual(await local.describe());
    expect(await remote.score(sequences, 'current')).toEqual(
      await local.score(sequences, 'current'),
    );
    expect(await remote.forwardBackward(fullWeightData, loss)).toEqual(
      await local.forwardBackward(fullWeightData, loss),
    );
    await Promise.all([remote.close(), local.close()]);
  });

  it('passes errors on with class, code and hint', async () => {
    await expect(open(path.join(fixtureFolder, 'adapter'))).rejects.toMatchObject({
      name: 'CheckpointError',
      code: 'model_missing',
      exitCode: 3,
      hint: expect.stringContaining('model folder') as string,
    });
  });

  it('stops sampling when aborted, and can be used afterwards', async () => {
    const backend = await open(fixtureFolder);
    const controller = new AbortController();
    const request = {
      sequenceId: 'a',
      appendIds: [5],
      sampling: { maxTokens: 200, temperature: 1 },
      stopIds: [],
      seed: 1,
    };
    const sampling = backend.sample([request], controller.signal);
    controller.abort();
    await expect(sampling).rejects.toMatchObject({ name: 'AbortedError', code: 'aborted' });
    await backend.closeSequences(['a']);
    const [result] = await backend.sample([
      { ...request, sampling: { maxTokens: 3, temperature: 1 } },
    ]);
    expect(result?.ids).toHaveLength(3);
    await backend.close();
  });
});
