/** The sampler against the trainer: same tokens, same numbers, whatever shares the batch. */
import { describe, expect, it } from 'vitest';
import type { SampleRequest } from '../../src/policy/index.ts';
import { createFixtureBackend } from './fixture.ts';

const sampling = { maxTokens: 20, temperature: 1 };
const stopIds = [7, 20, 33];

function request(index: number, promptIds: readonly number[], turn: number): SampleRequest {
  return { sequenceId: `s${index}`, promptIds, sampling, stopIds, seed: 100 * turn + index };
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
      const results = await backend.sample(
        appended.map((ids, index) => request(index, [...tokens[index]!, ...ids], turn)),
      );
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
    const prompt = Array.from({ length: 20 }, (_, index) => 3 + index);
    const [first] = await forking.sample([request(0, prompt, 0), request(1, [6], 0)]);
    const known = [...prompt, ...first!.ids];
    /** What the prompts give where nothing is cached. */
    const computeAnew = (requests: readonly SampleRequest[]): ReturnType<typeof plain.sample> =>
      plain.sample(requests.map(({ sequenceId: _, ...rest }) => rest));
    const expectSame = async (requests: readonly SampleRequest[]): Promise<void> => {
      const [found, expected] = [await forking.sample(requests), await computeAnew(requests)];
      found.forEach(({ ids, logprobs }, index) => {
        expect(ids).toEqual(expected[index]!.ids);
        logprobs.forEach((logprob, place) => {
          expect(logprob).toBeCloseTo(expected[index]!.logprobs[place]!, 4);
        });
      });
    };
    const text = [...known, 8, 9];
    await expectSame([request(4, text, 1), request(0, text, 2), request(5, text, 3)]);
    // The source has gone on since; a copy of less of it, and one alone, are right as well.
    await expectSame([request(6, text, 4)]);
    await expectSame([request(7, prompt, 5), request(6, [...known, 8, 50], 6)]);
    await Promise.all([forking.close(), plain.close()]);
  });

  it('computes once what new sequences begin with alike, and leaves what they say as it was', async () => {
    const backend = createFixtureBackend({ layout });
    const prompt = Array.from({ length: 80 }, (_, index) => 3 + (index % 90));
    const openings = [[...prompt, 5], [...prompt, 6, 7, 8], prompt];
    const together = await backend.sample(openings.map((ids, index) => request(index, ids, 0)));
    const on = openings.map((ids, index) =>
      request(index, [...ids, ...together[index]!.ids, 11], 1),
    );
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
