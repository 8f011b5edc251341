/** The sampler against the trainer: same tokens, same numbers, whatever shares the batch. */
import { describe, expect, it } from 'vitest';
import type { SampleRequest } from '../../src/policy/index.ts';
import { createFixtureBackend } from './fixture.ts';

const sampling = { maxTokens: 20, temperature: 1 };
const stopIds = [7, 20, 33];

function request(index: number, appendIds: readonly number[], turn: number): SampleRequest {
  return { sequenceId: `s${index}`, appendIds, sampling, stopIds, seed: 100 * turn + index };
}

const openings = [[3], [5, 6, 7, 8, 9, 10, 11, 12, 13, 14], [90, 91], [40, 41, 42, 43, 44]];

describe.each(['whole', 'blocks'] as const)('the sampler, run as %s', (layout) => {
  it('records the log-probabilities that scoring gives, over several turns of ragged length', async () => {
    const backend = createFixtureBackend({ layout });
    const tokens = openings.map(() => [] as number[]);
    const logprobs = openings.map(() => [] as number[]);
    for (let turn = 0; turn < 5; turn += 1) {
      const appended = openings.map((ids, index) =>
        turn === 0 ? ids : ids.slice(0, 1 + ((turn + index) % ids.length)),
      );
      const results = await backend.sample(appended.map((ids, index) => request(index, ids, turn)));
      results.forEach((result, index) => {
        tokens[index]!.push(...appended[index]!, ...result.ids);
        logprobs[index]!.push(...appended[index]!.map(() => Number.NaN), ...result.logprobs);
      });
    }
    expect(Math.max(...tokens.map(({ length }) => length))).toBeGreaterThan(64);
    const scores = await backend.score(
      tokens.map((ids) => Int32Array.from(ids)),
      'current',
    );
    let compared = 0;
    logprobs.forEach((row, index) => {
      row.forEach((logprob, position) => {
        if (Number.isNaN(logprob)) return;
        compared += 1;
        expect(Math.abs(logprob - scores[index]!.logprobs[position]!)).toBeLessThan(1e-5);
      });
    });
    expect(compared).toBeGreaterThan(50);
    await backend.close();
  });

  it('draws the same tokens for a sequence alone and among others', async () => {
    const backend = createFixtureBackend({ layout });
    const together = await backend.sample(openings.map((ids, index) => request(index, ids, 0)));
    await backend.closeSequences(openings.map((_, index) => `s${index}`));
    for (const [index, ids] of openings.entries()) {
      const [alone] = await backend.sample([request(index, ids, 0)]);
      expect(alone?.ids).toEqual(together[index]!.ids);
    }
    await backend.close();
  });

  it('copies the cache of a sequence that a new one begins with, and leaves that one as it was', async () => {
    const [forking, plain] = [createFixtureBackend({ layout }), createFixtureBackend({ layout })];
    const openings = [[3, 4, 5], [6]].map((ids, index) => request(index, ids, 0));
    const [first] = await forking.sample(openings);
    await plain.sample(openings);
    const known = [3, 4, 5, ...first!.ids];
    const copy = (id: number, length: number): SampleRequest => ({
      ...request(id, [...known, 8, 9], 1),
      forkOf: { sequenceId: 's0', length },
    });
    const branches = [copy(4, known.length), request(0, [8, 9], 1), copy(5, known.length)];
    const forked = await forking.sample(branches);
    const computed = await plain.sample(branches.map(({ forkOf: _, ...rest }) => rest));
    forked.forEach(({ ids, logprobs }, index) => {
      expect(ids).toEqual(computed[index]!.ids);
      logprobs.forEach((logprob, place) => {
        expect(logprob).toBeCloseTo(computed[index]!.logprobs[place]!, 4);
      });
    });
    // The source has gone on since, so a later copy is computed anew; alone in its block, too.
    const late = await forking.sample([copy(6, known.length)]);
    expect(late[0]!.ids).toEqual((await plain.sample([request(6, [...known, 8, 9], 1)]))[0]!.ids);
    const on = [request(0, [11], 2), request(6, [11], 2)];
    expect((await forking.sample(on)).map(({ ids }) => ids)).toEqual(
      (await plain.sample(on)).map(({ ids }) => ids),
    );
    await Promise.all([forking.close(), plain.close()]);
  });

  it('computes once what new sequences begin with alike, and leaves what they say as it was', async () => {
    const backend = createFixtureBackend({ layout });
    const prompt = Array.from({ length: 80 }, (_, index) => 3 + (index % 90));
    const openings = [[...prompt, 5], [...prompt, 6, 7, 8], prompt];
    const together = await backend.sample(openings.map((ids, index) => request(index, ids, 0)));
    const on = [0, 1, 2].map((index) => request(index, [11], 1));
    const later = await backend.sample([...on, request(3, [...prompt, 9], 1)]);
    await backend.closeSequences([0, 1, 2, 3].map((index) => `s${index}`));
    for (const [index, ids] of openings.entries()) {
      const [alone] = await backend.sample([request(index, ids, 0)]);
      expect(alone!.ids).toEqual(together[index]!.ids);
      alone!.logprobs.forEach((logprob, place) => {
        expect(logprob).toBeCloseTo(together[index]!.logprobs[place]!, 4);
      });
      const [next] = await backend.sample([on[index]!]);
      expect(next!.ids).toEqual(later[index]!.ids);
    }
    await backend.close();
  });

  it('ends a reply where the context ends, and refuses a context that is full', async () => {
    const backend = createFixtureBackend({ layout });
    const fill = (count: number): readonly number[] => Array.from({ length: count }, () => 4);
    const [last] = await backend.sample([{ ...request(0, fill(250), 0), stopIds: [] }]);
    expect(last).toMatchObject({ finishReason: 'length' });
    expect(last?.ids).toHaveLength(6);
    await expect(backend.sample([request(1, fill(256), 0)])).rejects.toMatchObject({
      code: 'context_overflow',
    });
    await backend.close();
  });
});
