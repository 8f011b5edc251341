/**
 * What every training backend must do, whatever computes behind it. A new one is held to the
 * interface by calling `describeBackend` with a way to open it.
 *
 * Backends opened twice must have the same weights. Numbers may differ by rounding (1e-4 in a
 * log-probability) where the interface allows caches and batches; drawn tokens may not.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  AdamSettings,
  SampleRequest,
  SampleResult,
  TrainingBackend,
  TrainingDatum,
  TrainingLoss,
} from '../../src/policy/index.ts';

const sampling = { maxTokens: 12, temperature: 1 };
const crossEntropy: TrainingLoss = { kind: 'cross_entropy', scale: 0.1 };
const adam: AdamSettings = {
  learningRate: 0.05,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0,
  gradClipNorm: 0,
};

const prompts: readonly (readonly number[])[] = [[1], [2, 3, 4, 1, 2, 3, 4], [5, 6], [7, 1, 1]];

const request = (
  promptIds: readonly number[],
  given: Partial<SampleRequest> = {},
): SampleRequest => ({
  promptIds,
  sampling,
  stopIds: [],
  seed: 3,
  ...given,
});

const data: readonly TrainingDatum[] = [
  [1, 2, 3, 4, 5],
  [3, 3, 2],
  [6, 5, 4, 3, 2, 1, 2],
].map((ids) => ({
  ids: Int32Array.from(ids),
  weights: Float32Array.from(ids, (_, index) => Number(index > 0)),
}));

const sequences = data.map(({ ids }) => ids);

function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-4,
): void {
  expect(found.length).toBe(expected.length);
  Array.from(found).forEach((value, index) => {
    expect(Math.abs(value - expected[index]!), `number ${index}`).toBeLessThan(tolerance);
  });
}

function expectSame(found: readonly SampleResult[], expected: readonly SampleResult[]): void {
  expect(found.map(({ ids }) => ids)).toEqual(expected.map(({ ids }) => ids));
  found.forEach(({ logprobs, finishReason }, index) => {
    expectClose(logprobs, expected[index]!.logprobs);
    expect(finishReason).toBe(expected[index]!.finishReason);
  });
}

/** Log-probabilities that scoring gives to what was drawn after a prompt. */
async function scoreDrawn(
  backend: TrainingBackend,
  promptIds: readonly number[],
  ids: readonly number[],
  temperature = 1,
): Promise<Float32Array> {
  const sequence = Int32Array.from([...promptIds, ...ids]);
  const [scores] = await backend.score([sequence], 'current', { temperature });
  return scores!.logprobs.subarray(promptIds.length);
}

const logprobsOf = async (
  backend: TrainingBackend,
  model: 'current' | 'reference' = 'current',
): Promise<readonly Float32Array[]> =>
  (await backend.score(sequences, model)).map(({ logprobs }) => logprobs);

async function train(backend: TrainingBackend): Promise<void> {
  await backend.forwardBackward(data, crossEntropy);
  await backend.optimStep(adam);
}

/** Declares the cases for one kind of backend. */
export function describeBackend(name: string, openNew: () => Promise<TrainingBackend>): void {
  describe(`a training backend: ${name}`, () => {
    const opened: TrainingBackend[] = [];
    const open = async (): Promise<TrainingBackend> => {
      const backend = await openNew();
      opened.push(backend);
      return backend;
    };
    let folder: string;
    beforeEach(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-backend-'));
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((backend) => backend.close()));
      fs.rmSync(folder, { recursive: true });
    });

    describe('when it samples', () => {
      it.each([1, 0.6])('records what scoring gives at temperature %d', async (temperature) => {
        const backend = await open();
        const heated = { ...sampling, temperature };
        const results = await backend.sample(
          prompts.map((ids) => ({ ...request(ids), sampling: heated })),
        );
        for (const [index, { ids, logprobs, finishReason }] of results.entries()) {
          expect(finishReason).toBe('length');
          expect(ids).toHaveLength(sampling.maxTokens);
          expectClose(logprobs, await scoreDrawn(backend, prompts[index]!, ids, temperature));
        }
      });

      it('draws by prompt and seed, whoever else is asked for, in the order of the requests', async () => {
        const backend = await open();
        const requests = prompts.map((ids, seed) => request(ids, { seed }));
        const together = await backend.sample(requests);
        for (const [index, each] of requests.entries()) {
          expectSame(await backend.sample([each]), [together[index]!]);
        }
        const turned = await backend.sample([...requests].reverse());
        expectSame([...turned].reverse(), together);
        const [other] = await backend.sample([request(prompts[0]!, { seed: 99 })]);
        expect(other!.ids).not.toEqual(together[0]!.ids);
      });

      it('takes names as hints: what is kept changes nothing', async () => {
        const backend = await open();
        const text = [1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3];
        const [first] = await backend.sample([request(text, { sequenceId: 'a' })]);
        const longer = [...text, ...first!.ids, 5, 6];
        const ways: readonly Partial<SampleRequest>[] = [
          {},
          { sequenceId: 'new', forkOf: 'a' },
          { sequenceId: 'lost', forkOf: 'nobody' },
          { sequenceId: 'a' },
          { sequenceId: 'a' },
        ];
        const expected = await (await open()).sample([request(longer)]);
        for (const way of ways) {
          expectSame(await backend.sample([request(longer, way)]), expected);
        }
        const twice = [request(longer, { sequenceId: 'a' }), request(longer, { sequenceId: 'a' })];
        expectSame(await backend.sample(twice), [expected[0]!, expected[0]!]);
        await backend.closeSequences(['a', 'nobody']);
        expectSame(await backend.sample([request(longer, { sequenceId: 'a' })]), expected);
        const elsewhere = [request([2, 2], { sequenceId: 'a' })];
        expectSame(await backend.sample(elsewhere), await (await open()).sample(elsewhere));
      });

      it('ends at a stop token, at the limit, and where the context is full', async () => {
        const backend = await open();
        const [free] = await backend.sample([request([1])]);
        const stop = free!.ids[4]!;
        const [stopped] = await backend.sample([request([1], { stopIds: [stop] })]);
        expect(stopped!.ids).toEqual(free!.ids.slice(0, free!.ids.indexOf(stop) + 1));
        expect(stopped!.finishReason).toBe('stop');
        const { contextTokens } = await backend.describe();
        const full = Array.from({ length: contextTokens - 3 }, () => 1);
        const [last] = await backend.sample([request(full)]);
        expect(last).toMatchObject({ finishReason: 'length' });
        expect(last!.ids).toHaveLength(3);
      });

      it('takes the likeliest token at temperature 0', async () => {
        const backend = await open();
        const { vocabularySize } = await backend.describe();
        const greedy = { maxTokens: 1, temperature: 0 };
        const [result] = await backend.sample([request([2, 3], { sampling: greedy })]);
        const all = await backend.score(
          Array.from({ length: vocabularySize }, (_, id) => Int32Array.of(2, 3, id)),
          'current',
        );
        const logprobs = all.map((scores) => scores.logprobs[2]!);
        expect(result!.ids).toEqual([logprobs.indexOf(Math.max(...logprobs))]);
      });

      it('tells every token when it is drawn', async () => {
        const backend = await open();
        const told = prompts.map(() => [] as { id: number; logprob: number }[]);
        const results = await backend.sample(
          prompts.map((ids, seed) => request(ids, { seed })),
          { onToken: (index, { id, logprob }) => told[index]!.push({ id, logprob }) },
        );
        results.forEach(({ ids, logprobs }, index) => {
          expect(told[index]!.map(({ id }) => id)).toEqual(ids);
          expect(told[index]!.map(({ logprob }) => logprob)).toEqual(logprobs);
        });
      });

      it('answers calls that overlap as it answers them alone', async () => {
        const backend = await open();
        const requests = prompts.map((ids, seed) => request(ids, { seed, sequenceId: `s${seed}` }));
        const later: Promise<readonly SampleResult[]>[] = [];
        const first = await backend.sample(requests.slice(0, 2), {
          onToken: () => {
            if (later.length === 0) later.push(backend.sample([requests[2]!]));
            else if (later.length === 1) later.push(backend.sample([requests[3]!]));
          },
        });
        const found = [...first, ...(await Promise.all(later)).flat()];
        const alone = await open();
        for (const [index, each] of requests.entries()) {
          expectSame([found[index]!], await alone.sample([each]));
        }
      });

      it('can be called off at any token, and goes on with the others', async () => {
        const backend = await open();
        const long = { maxTokens: 40, temperature: 1 };
        const off = new AbortController();
        const other = backend.sample([request([1, 2], { sampling: long })]);
        const calledOff = backend.sample([request([5, 6], { sampling: long, sequenceId: 'off' })], {
          signal: off.signal,
          onToken: () => off.abort(),
        });
        await expect(calledOff).rejects.toMatchObject({ name: 'AbortedError', code: 'aborted' });
        const again = [request([5, 6], { sequenceId: 'off' })];
        const fresh = await open();
        expectSame(await backend.sample(again), await fresh.sample(again));
        expectSame(await other, await fresh.sample([request([1, 2], { sampling: long })]));
        const never = backend.sample(again, { signal: AbortSignal.abort() });
        await expect(never).rejects.toMatchObject({ name: 'AbortedError' });
      });

      it('refuses prompts that do not fit and options out of range', async () => {
        const backend = await open();
        const { contextTokens, vocabularySize } = await backend.describe();
        const cases: readonly (readonly [SampleRequest, string])[] = [
          [request([]), 'sample_ids'],
          [request([-1]), 'sample_ids'],
          [request([0.5]), 'sample_ids'],
          [request([vocabularySize]), 'sample_ids'],
          [request(Array.from({ length: contextTokens }, () => 1)), 'context_overflow'],
          ...[
            { maxTokens: 0 },
            { temperature: -1 },
            { temperature: Number.NaN },
            { topK: -1 },
            { topP: 0 },
            { minP: 2 },
          ].map((options) => {
            const bad = request([1], { sampling: { ...sampling, ...options } });
            return [bad, 'sampling_options'] as const;
          }),
        ];
        for (const [bad, code] of cases) {
          const attempt = backend.sample([request([1]), bad]);
          await expect(attempt).rejects.toMatchObject({ name: 'ConfigError', code });
        }
        expect(await backend.sample([])).toEqual([]);
      });
    });

    describe('when it scores', () => {
      it('gives every token but the first, or those asked for; values where it has a head', async () => {
        const backend = await open();
        const { capabilities } = await backend.describe();
        const all = await backend.score(sequences, 'current');
        const masks = sequences.map((ids) => Float32Array.from(ids, (_, index) => index % 2));
        const some = await backend.score(sequences, 'current', { weights: masks });
        all.forEach(({ logprobs, values }, row) => {
          expect(logprobs[0]).toBe(0);
          expect(logprobs.subarray(1).every((logprob) => logprob < 0)).toBe(true);
          expectClose(
            some[row]!.logprobs,
            logprobs.map((logprob, index) => (index % 2 === 1 ? logprob : 0)),
          );
          expect(values !== undefined).toBe(capabilities.valueHead);
          expect(some[row]!.values !== undefined).toBe(capabilities.valueHead);
        });
      });

      it('refuses tokens and lengths that do not fit', async () => {
        const backend = await open();
        const { contextTokens, vocabularySize } = await backend.describe();
        for (const [ids, code] of [
          [[1, vocabularySize], 'sequence_ids'],
          [[1, -1], 'sequence_ids'],
          [Array.from({ length: contextTokens + 1 }, () => 1), 'context_overflow'],
        ] as const) {
          const attempt = backend.score([Int32Array.from(ids)], 'current');
          await expect(attempt).rejects.toMatchObject({ name: 'ConfigError', code });
        }
      });
    });

    describe('when it learns', () => {
      it('adds gradients up, applies them once, and lowers the loss', async () => {
        const [whole, parts] = await Promise.all([open(), open()]);
        const all = await whole.forwardBackward(data, crossEntropy);
        const each = [];
        for (const datum of data) each.push(await parts.forwardBackward([datum], crossEntropy));
        expect(each.reduce((sum, { loss }) => sum + loss, 0)).toBeCloseTo(all.loss, 5);
        expect(all.sums['weight']).toBe(12);
        expect(all.sums['cross_entropy']! * crossEntropy.scale).toBeCloseTo(all.loss, 5);
        const step = await whole.optimStep(adam);
        expect(step.gradNorm).toBeGreaterThan(0);
        expect((await parts.optimStep(adam)).gradNorm).toBeCloseTo(step.gradNorm, 4);
        const [a, b] = [await logprobsOf(whole), await logprobsOf(parts)];
        a.forEach((logprobs, row) => expectClose(logprobs, b[row]!, 1e-3));
        const after = await whole.forwardBackward(data, crossEntropy);
        expect(after.loss).toBeLessThan(all.loss);
        await whole.optimStep(adam);
        expect((await whole.optimStep(adam)).gradNorm).toBe(0);
      });

      it('takes effect in the order of the calls, without anybody waiting', async () => {
        const [waiting, sending] = await Promise.all([open(), open()]);
        await train(waiting);
        await train(waiting);
        const expected = await logprobsOf(waiting);
        const order: string[] = [];
        const note =
          (call: string): (() => void) =>
          () =>
            void order.push(call);
        const calls = [1, 2].flatMap((turn) => [
          sending.forwardBackward(data, crossEntropy).then(note(`gradient ${turn}`)),
          sending.optimStep(adam).then(note(`update ${turn}`)),
        ]);
        const found = await logprobsOf(sending);
        await Promise.all(calls);
        expect(order).toEqual(['gradient 1', 'update 1', 'gradient 2', 'update 2']);
        expect(found).toEqual(expected);
      });

      it('refuses the update that follows a gradient which failed, once', async () => {
        const backend = await open();
        const before = await logprobsOf(backend);
        const { vocabularySize } = await backend.describe();
        const weights = Float32Array.of(0, 1);
        const failures = [
          [[{ ids: Int32Array.of(1, vocabularySize), weights }], crossEntropy, 'sequence_ids'],
          [data, { ...crossEntropy, scale: Number.NaN }, 'loss_not_finite'],
        ] as const;
        for (const [batch, loss, code] of failures) {
          const gradients = [backend.forwardBackward(data, crossEntropy)];
          const failing = backend.forwardBackward(batch, loss);
          const update = backend.optimStep(adam);
          await expect(failing).rejects.toMatchObject({ code });
          await expect(update).rejects.toMatchObject({
            name: 'EngineError',
            code: 'gradient_incomplete',
          });
          await Promise.all(gradients);
          expect(await logprobsOf(backend)).toEqual(before);
        }
        await train(backend);
        const fresh = await open();
        await train(fresh);
        expect(await logprobsOf(backend)).toEqual(await logprobsOf(fresh));
      });

      it('waits for sampling under way, and samples with the new weights afterwards', async () => {
        const [backend, fresh] = await Promise.all([open(), open()]);
        const named = request(prompts[1]!, { sequenceId: 'a' });
        await backend.sample([named]);
        const under = backend.sample([named]);
        const updated = Promise.all([
          backend.forwardBackward(data, crossEntropy),
          backend.optimStep(adam),
        ]);
        const after = backend.sample([named]);
        const [old] = await under;
        expectClose(old!.logprobs, await scoreDrawn(fresh, prompts[1]!, old!.ids));
        await updated;
        const [drawn] = await after;
        expectClose(drawn!.logprobs, await scoreDrawn(backend, prompts[1]!, drawn!.ids));
        await train(fresh);
        expectSame([drawn!], await fresh.sample([named]));
      });

      it('scores with the reference as it was frozen, where it has one', async () => {
        const backend = await open();
        const { capabilities } = await backend.describe();
        if (!capabilities.reference) {
          await expect(backend.freezeReference()).rejects.toMatchObject({ name: 'ConfigError' });
          return;
        }
        await train(backend);
        const frozen = await logprobsOf(backend);
        await backend.freezeReference();
        await train(backend);
        const [current, reference] = [
          await logprobsOf(backend),
          await logprobsOf(backend, 'reference'),
        ];
        reference.forEach((logprobs, row) => expectClose(logprobs, frozen[row]!));
        expect(current).not.toEqual(frozen);
      });

      it('has a value loss where it has a value head, and refuses one elsewhere', async () => {
        const backend = await open();
        const { capabilities } = await backend.describe();
        const loss: TrainingLoss = {
          kind: 'ppo',
          scale: 0.1,
          clipEpsilon: 0.2,
          klCoef: 0,
          entropyCoef: 0,
          valueCoef: 1,
          valueClip: 0,
        };
        const before = await logprobsOf(backend);
        const batch = data.map((datum, row): TrainingDatum => ({
          ...datum,
          behaviorLogprobs: before[row]!,
          advantages: datum.weights,
          returns: datum.weights,
        }));
        const gradient = backend.forwardBackward(batch, loss);
        if (capabilities.valueHead) {
          const { sums } = await gradient;
          expect(sums['value_loss']).toBeGreaterThan(0);
          expect(sums['policy_loss']).toBeCloseTo(-12, 3);
        } else {
          await expect(gradient).rejects.toMatchObject({ name: 'ConfigError' });
        }
      });
    });

    describe('when it is kept in files', () => {
      it('goes on from a saved state as if it had never stopped', async () => {
        const [first, second] = await Promise.all([open(), open()]);
        const { capabilities } = await first.describe();
        if (capabilities.reference) await first.freezeReference();
        await train(first);
        await first.saveState(folder);
        await train(first);
        await second.forwardBackward(data, crossEntropy);
        await second.loadState(folder);
        await train(second);
        expect(await logprobsOf(second)).toEqual(await logprobsOf(first));
        if (!capabilities.reference) return;
        expect(await logprobsOf(second, 'reference')).toEqual(await logprobsOf(first, 'reference'));
      });

      it('writes a model folder', async () => {
        const backend = await open();
        await backend.saveModel(folder);
        expect(fs.readdirSync(folder)).not.toEqual([]);
      });
    });
  });
}
