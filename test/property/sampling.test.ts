/**
 * Requests that join and leave a running batch: what one of them says does not depend on who else is
 * there, and one that is called off takes part in no further step.
 *
 * Seeded random schedules over a small real model: prompts that share beginnings or go on from
 * earlier ones, lengths, moments of joining, call-offs. What is drawn alone, without any cache, is
 * the truth; log-probabilities may differ by rounding (1e-4), tokens may not.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { SampledToken, SampleRequest, SampleResult } from '../../src/policy/index.ts';
import { EmbeddedBackend, loadPolicyWeights } from '../../src/policy/index.ts';
import { createTinyConfig } from '../fixtures/tiny-config.ts';

const vocabularySize = 12;
const config = createTinyConfig({
  vocabularySize,
  contextTokens: 160,
  initializerRange: 0.3,
  eosTokenIds: [11],
});

const open = (layout: 'whole' | 'blocks'): EmbeddedBackend =>
  new EmbeddedBackend({
    weights: loadPolicyWeights({
      model: { kind: 'new', config, seed: 5 },
      valueHead: 'none',
      seed: 6,
    }),
    threads: 1,
    maxTokensPerBatch: 256,
    layout,
  });

/** One conversation of a schedule. */
type Talk = {
  /** Tokens of the common beginning that it shares, and what it says itself in each turn. */
  readonly shared: number;
  readonly turns: readonly (readonly number[])[];
  readonly maxTokens: number;
  /** Tokens of others that pass before it begins. */
  readonly joinsAfter: number;
  /** Tokens after which its last turn is called off; null: never. */
  readonly calledOffAfter: number | null;
  readonly isNamed: boolean;
  readonly temperature: number;
};

const token = fc.integer({ min: 0, max: vocabularySize - 2 });
const talk: fc.Arbitrary<Talk> = fc.record({
  shared: fc.constantFrom(0, 0, 20, 40),
  turns: fc.array(fc.array(token, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 }),
  maxTokens: fc.integer({ min: 1, max: 16 }),
  joinsAfter: fc.integer({ min: 0, max: 60 }),
  calledOffAfter: fc.option(fc.integer({ min: 1, max: 8 }), { freq: 2 }),
  isNamed: fc.boolean(),
  temperature: fc.constantFrom(0, 0.7, 1),
});

/** What a request says when nothing is cached for it. */
const withoutName = ({ sequenceId: _, ...rest }: SampleRequest): SampleRequest => rest;

const beginning = Array.from({ length: 40 }, (_, index) => (index * 7) % (vocabularySize - 1));

/** Holds the conversations side by side; each starts when enough tokens have passed. */
class Schedule {
  readonly #backend: EmbeddedBackend;
  readonly #waiting: { readonly after: number; readonly start: () => void }[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #passed = 0;

  constructor(backend: EmbeddedBackend) {
    this.#backend = backend;
  }

  async run(talks: readonly Talk[]): Promise<(readonly [SampleRequest, SampleResult | null])[]> {
    const answered: [SampleRequest, SampleResult | null][] = [];
    await Promise.all(
      talks.map(async (each, index) => {
        await this.#passTokens(each.joinsAfter);
        let text = beginning.slice(0, each.shared);
        for (const [turn, said] of each.turns.entries()) {
          const isLast = turn === each.turns.length - 1;
          const request: SampleRequest = {
            promptIds: [...text, ...said],
            sampling: { maxTokens: each.maxTokens, temperature: each.temperature },
            stopIds: [vocabularySize - 1],
            seed: 100 * index + turn,
            ...(each.isNamed ? { sequenceId: `talk ${index}` } : {}),
          };
          const result = await this.#sample(request, isLast ? each.calledOffAfter : null);
          answered.push([request, result]);
          if (result === null) return;
          text = [...request.promptIds, ...result.ids];
        }
      }),
    );
    return answered;
  }

  /** Waits until so many tokens have been drawn, or nobody is left to draw them. */
  async #passTokens(after: number): Promise<void> {
    await new Promise<void>((start) => {
      this.#waiting.push({ after, start });
      setImmediate(() => this.#wake());
    });
  }

  #wake(): void {
    const isIdle = this.#underWay.size === 0;
    this.#waiting.sort((a, b) => a.after - b.after);
    while (this.#waiting.length > 0) {
      if (this.#waiting[0]!.after > this.#passed && !isIdle) return;
      this.#waiting.shift()!.start();
      if (isIdle) return;
    }
  }

  async #sample(request: SampleRequest, offAfter: number | null): Promise<SampleResult | null> {
    const off = new AbortController();
    const drawn: SampledToken[] = [];
    const call = this.#backend.sample([request], {
      signal: off.signal,
      onToken: (_, found) => {
        drawn.push(found);
        this.#passed += 1;
        if (drawn.length === offAfter) off.abort();
        this.#wake();
      },
    });
    this.#underWay.add(call);
    try {
      const [result] = await call;
      expect(drawn.map(({ id }) => id)).toEqual(result!.ids);
      return result!;
    } catch (error) {
      expect(error).toMatchObject({ name: 'AbortedError' });
      // The signal fires while its token is told: no further one is drawn.
      expect(drawn).toHaveLength(offAfter!);
      return null;
    } finally {
      this.#underWay.delete(call);
      this.#wake();
    }
  }
}

describe.each(['whole', 'blocks'] as const)('requests of one batch, run as %s', (layout) => {
  const [alone, shared] = [open(layout), open(layout)];
  afterAll(() => Promise.all([alone.close(), shared.close()]));

  it('say what they say alone, whoever joins, leaves or is called off', async () => {
    const property = fc.asyncProperty(
      fc.array(talk, { minLength: 1, maxLength: 8 }),
      async (talks) => {
        const answered = await new Schedule(shared).run(talks);
        for (const [request, result] of answered) {
          if (result === null) continue;
          const [expected] = await alone.sample([withoutName(request)]);
          expect(result.ids).toEqual(expected!.ids);
          expect(result.finishReason).toBe(expected!.finishReason);
          result.logprobs.forEach((logprob, place) => {
            expect(Math.abs(logprob - expected!.logprobs[place]!)).toBeLessThan(1e-4);
          });
        }
        await shared.closeSequences(talks.map((_, index) => `talk ${index}`));
      },
    );
    await fc.assert(property, { seed: 7, numRuns: layout === 'whole' ? 40 : 10 });
  });
});
