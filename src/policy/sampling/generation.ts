/**
 * One request under way: what is still to be fed, and what was drawn.
 *
 * Every request draws from its own seeded stream, so what it says does not depend on who else is in
 * the batch, beyond the rounding of products of other shapes.
 */
import { createRandom, invariant, type RandomSource } from '../../base/index.ts';
import type { SampledToken, SampleRequest, SampleResult } from '../backend.ts';
import { createSequence, type CachedSequence } from './cached-batch.ts';
import { sampleToken } from './sample-token.ts';

export class Generation {
  readonly request: SampleRequest;
  /** What of prompt and continuation is cached. */
  sequence: CachedSequence = createSequence();
  /** Tokens that come next in the text but are not cached yet. */
  pending: number[];
  /** Whether nobody waits for more: it is finished, called off or failed. */
  isOver = false;
  /** Name under which the sequence is kept afterwards. */
  keptAs: string | undefined;
  readonly #limit: number;
  readonly #random: RandomSource;
  readonly #onToken: ((token: SampledToken) => void) | undefined;
  readonly #ids: number[] = [];
  readonly #logprobs: number[] = [];
  #finishReason: SampleResult['finishReason'] | null = null;

  constructor(
    request: SampleRequest,
    contextTokens: number,
    onToken: ((token: SampledToken) => void) | undefined,
  ) {
    this.request = request;
    this.pending = [...request.promptIds];
    this.keptAs = request.sequenceId;
    this.#limit = Math.min(request.sampling.maxTokens, contextTokens - request.promptIds.length);
    this.#random = createRandom(request.seed);
    this.#onToken = onToken;
  }

  /** At which its tokens are drawn; 0: greedy. */
  get temperature(): number {
    return this.request.sampling.temperature;
  }

  get isFinished(): boolean {
    return this.#finishReason !== null;
  }

  get result(): SampleResult {
    invariant(this.#finishReason, 'a sequence ended without a reason');
    return { ids: this.#ids, logprobs: this.#logprobs, finishReason: this.#finishReason };
  }

  /** Draws the next token from the probabilities in its sequence's row, which are at its temperature. Shape: `[B, V]`. */
  draw(probabilities: Float32Array, vocabularySize: number): void {
    const { sampling, stopIds } = this.request;
    const start = this.sequence.row * vocabularySize;
    const token = sampleToken(probabilities, start, vocabularySize, sampling, this.#random);
    this.#ids.push(token.id);
    this.#logprobs.push(token.logprob);
    this.pending = [token.id];
    if (stopIds.includes(token.id)) this.#finishReason = 'stop';
    else if (this.#ids.length >= this.#limit) this.#finishReason = 'length';
    this.#onToken?.(token);
  }
}
