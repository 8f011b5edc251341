/**
 * Every way of running a model against the whole graph in 32 bits: same losses and gradients.
 *
 * Layer by layer, with values kept or computed again, with logits a few rows at a time; and a frozen
 * base in 16 and 8 bits, each within its own tolerance.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import type { EmbeddedBackend, TrainingDatum, ValueHeadKind } from '../../src/policy/index.ts';
import { createFixtureBackend, fullWeightData, reference, sequences } from './fixture.ts';

type Options = NonNullable<Parameters<typeof createFixtureBackend>[0]>;

const backends: EmbeddedBackend[] = [];

function open(options: Options): EmbeddedBackend {
  const backend = createFixtureBackend(options);
  backends.push(backend);
  return backend;
}

afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.close();
});

const random = createRandom(4);
const draw = (ids: Int32Array): Float32Array => Float32Array.from(ids, () => random.normal());
const ppoData = sequences.map((ids): TrainingDatum => ({
  ids,
  weights: Float32Array.from(ids, (_, index) => Number(index % 3 !== 1)),
  behaviorLogprobs: draw(ids).map((value) => value / 10 - 4.5),
  referenceLogprobs: draw(ids).map((value) => value / 10 - 4.5),
  advantages: draw(ids),
  returns: draw(ids),
  oldValues: draw(ids),
}));
const ppo = {
  kind: 'ppo',
  scale: 0.02,
  clipEpsilon: 0.2,
  klCoef: 0.1,
  entropyCoef: 0.01,
  valueCoef: 0.5,
  valueClip: 0.2,
} as const;

function expectSameGradients(own: EmbeddedBackend, other: EmbeddedBackend): void {
  const expected = other.gradients();
  expect(Object.keys(own.gradients())).toEqual(Object.keys(expected));
  for (const [name, data] of Object.entries(own.gradients())) {
    const largest = expected[name]!.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-3);
    data.forEach((value, index) => {
      const error = Math.abs(value - expected[name]![index]!) / largest;
      expect(error, `${name}[${index}]`).toBeLessThan(1e-4);
    });
  }
}

const limits = {
  'with values kept': {},
  'with values computed again': { keptBytes: 0 },
  'with one layer kept and a few logits at a time': { keptBytes: 1, logitsAtOnce: 500 },
} as const;

describe.each(Object.keys(limits) as (keyof typeof limits)[])('layer by layer, %s', (kind) => {
  it.each(['none', 'detached', 'shared', 'separate'] as const)(
    'gives the loss and gradients of the whole graph (value head: %s)',
    async (valueHead: ValueHeadKind) => {
      for (const adapter of [false, true]) {
        const whole = open({ adapter, valueHead, layout: 'whole' });
        const blocks = open({ adapter, valueHead, layout: 'blocks', blockLimits: limits[kind] });
        const loss = valueHead === 'none' ? { ...ppo, valueCoef: 0 } : ppo;
        const expected = await whole.forwardBackward(ppoData, loss);
        const found = await blocks.forwardBackward(ppoData, loss);
        expect(found.loss).toBeCloseTo(expected.loss, 5);
        expect(Object.keys(found.sums).sort()).toEqual(Object.keys(expected.sums).sort());
        for (const [name, sum] of Object.entries(expected.sums)) {
          expect(found.sums[name]).toBeCloseTo(sum, 3);
        }
        expectSameGradients(blocks, whole);
        await blocks.freezeReference();
        for (const model of ['current', 'reference'] as const) {
          const masks = ppoData.map(({ weights }) => weights);
          const [all, some] = [
            await whole.score(sequences, 'current'),
            await blocks.score(sequences, model, { weights: masks }),
          ];
          some.forEach((score, row) => {
            score.logprobs.forEach((logprob, position) => {
              const isScored = position > 0 && masks[row]![position] !== 0;
              const wanted = isScored ? all[row]!.logprobs[position]! : 0;
              expect(Math.abs(logprob - wanted)).toBeLessThan(1e-5);
            });
          });
        }
      }
    },
  );
});

describe('a frozen base in fewer bits', () => {
  const crossEntropy = { kind: 'cross_entropy', scale: 1 / 60 } as const;

  it.each([
    [16, 1e-3],
    [8, 2e-2],
  ] as const)('of %d keeps loss and gradients within %f', async (frozenBits, tolerance) => {
    for (const layout of ['whole', 'blocks'] as const) {
      const wide = open({ adapter: true, layout });
      const narrow = open({ adapter: true, layout, frozenBits });
      await wide.forwardBackward(fullWeightData, crossEntropy);
      await narrow.forwardBackward(fullWeightData, crossEntropy);
      for (const [name, data] of Object.entries(narrow.gradients())) {
        const expected = wide.gradients()[name]!;
        let [difference, size] = [0, 0];
        data.forEach((value, index) => {
          difference += (value - expected[index]!) ** 2;
          size += expected[index]! ** 2;
        });
        expect(Math.sqrt(difference / size), name).toBeLessThan(5 * tolerance);
      }
      const [a, b] = [
        await wide.score(sequences, 'current'),
        await narrow.score(sequences, 'current'),
      ];
      let [gap, count] = [0, 0];
      a.forEach(({ logprobs }, row) => {
        logprobs.forEach((logprob, position) => {
          gap += Math.abs(logprob - b[row]!.logprobs[position]!);
          count += 1;
        });
      });
      expect(gap / count).toBeLessThan(tolerance);
    }
  });

  it('samples what it scores', async () => {
    const backend = open({ adapter: true, layout: 'blocks', frozenBits: 8 });
    const [result] = await backend.sample([
      {
        promptIds: reference.greedy_prompt,
        sampling: { maxTokens: 12, temperature: 1 },
        stopIds: [],
        seed: 3,
      },
    ]);
    const ids = Int32Array.from([...reference.greedy_prompt, ...result!.ids]);
    const [scores] = await backend.score([ids], 'current');
    result!.logprobs.forEach((logprob, index) => {
      const position = reference.greedy_prompt.length + index;
      expect(Math.abs(logprob - scores!.logprobs[position]!)).toBeLessThan(1e-5);
    });
  });
});
