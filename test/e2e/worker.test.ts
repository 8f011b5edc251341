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

const open = (folder: string, threads = 1): ReturnType<typeof createWorkerBackend> =>
  createWorkerBackend({
    model: { kind: 'folder', path: folder },
    valueHead: 'none',
    seed: 1,
    threads,
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

  it('draws the same tokens with two sampling threads, over turns, closed sequences and an update', async () => {
    const backends = await Promise.all([open(fixtureFolder, 1), open(fixtureFolder, 2)]);
    /** What each conversation has said so far, by its number. */
    const texts = new Map<number, readonly number[]>();
    const request = (index: number, turn: number): policy.SampleRequest => ({
      sequenceId: `s${index}`,
      promptIds: [...(texts.get(index) ?? []), 5 + index, 9 + turn],
      sampling: { maxTokens: 12, temperature: 1 },
      stopIds: [7],
      seed: 10 * turn + index,
    });
    const both = <Result>(
      work: (backend: policy.TrainingBackend) => Promise<Result>,
    ): Promise<Result[]> => Promise.all(backends.map(work));
    const expectSame = async (indices: readonly number[], turn: number): Promise<void> => {
      const requests = indices.map((index) => request(index, turn));
      const [one, two] = await both((backend) => backend.sample(requests));
      expect(two!.map(({ ids }) => ids)).toEqual(one!.map(({ ids }) => ids));
      one!.forEach(({ ids }, row) => {
        texts.set(indices[row]!, [...requests[row]!.promptIds, ...ids]);
      });
      two!.forEach(({ logprobs }, row) => {
        logprobs.forEach((logprob, place) => {
          expect(logprob).toBeCloseTo(one![row]!.logprobs[place]!, 4);
        });
      });
    };
    await expectSame([0, 1, 2, 3, 4], 0);
    await expectSame([4, 2, 0], 1);
    await both((backend) => backend.closeSequences(['s0', 's4']));
    for (const index of [0, 4]) texts.delete(index);
    await expectSame([0, 1, 5], 2);
    const adam = { learningRate: 0.05, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
    await both(async (backend) => {
      await backend.forwardBackward(fullWeightData, { kind: 'cross_entropy', scale: 1 });
      await backend.optimStep({ ...adam, weightDecay: 0, gradClipNorm: 1 });
    });
    await expectSame([0, 1, 2], 3);
    await both((backend) => backend.close());
  });

  it.each([1, 2])(
    'stops sampling when aborted, and can be used afterwards (%i threads)',
    async (threads) => {
      const backend = await open(fixtureFolder, threads);
      const controller = new AbortController();
      const request = {
        sequenceId: 'a',
        promptIds: [5],
        sampling: { maxTokens: 200, temperature: 1 },
        stopIds: [],
        seed: 1,
      };
      const sampling = backend.sample([request], { signal: controller.signal });
      controller.abort();
      await expect(sampling).rejects.toMatchObject({ name: 'AbortedError', code: 'aborted' });
      await backend.closeSequences(['a']);
      const [result] = await backend.sample([
        { ...request, sampling: { maxTokens: 3, temperature: 1 } },
      ]);
      expect(result?.ids).toHaveLength(3);
      await backend.close();
    },
  );
});
