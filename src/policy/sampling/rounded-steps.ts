/**
 * Decoding steps by weights in 8 or 4 bits, activations rounded with them.
 *
 * Such a step reads every weight for a handful of products, so fewer bytes make it some times faster. What
 * is drawn here is not what `score` gives: it is for talking, not for training.
 */
import { DecodingRunner } from '../runners/decoding-runner.ts';
import type { StepCall, StepResult } from '../runners/runner.ts';
import type { BlockBits } from '../weights/block-weights.ts';
import type { PolicyWeights } from '../weights/policy-weights.ts';

/** More were not measured. */
const mostRows = 64;

export class RoundedSteps {
  readonly #weights: PolicyWeights;
  readonly #options: { readonly bits: BlockBits; readonly threads: number };
  #runner: Promise<DecodingRunner> | null = null;

  constructor(
    weights: PolicyWeights,
    options: { readonly bits: BlockBits; readonly threads: number },
  ) {
    this.#weights = weights;
    this.#options = options;
  }

  /** Whether a step is better made here. */
  suits({ cache, size }: Pick<StepCall, 'cache' | 'size'>): boolean {
    return size === 1 && cache.rows <= mostRows;
  }

  /** Rounds the weights as they are now, which takes seconds; else the first step does. */
  async prepare(): Promise<void> {
    await this.#open();
  }

  async step(call: Omit<StepCall, 'weights'>): Promise<StepResult> {
    const runner = await this.#open();
    return runner.step(call);
  }

  /** Drops the rounded weights, which belong to weights that are no more. */
  async release(): Promise<void> {
    const runner = this.#runner;
    this.#runner = null;
    await (await runner)?.release();
  }

  #open(): Promise<DecodingRunner> {
    this.#runner ??= DecodingRunner.open(this.#weights, this.#options);
    return this.#runner;
  }
}
