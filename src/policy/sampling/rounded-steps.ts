/**
 * Decoding steps of few rows by weights in 8 bits, activations rounded with them.
 *
 * Such a step reads every weight for a handful of products, so a quarter of the bytes makes it some
 * times faster; with more rows the products themselves cost more than reading, and nothing is won. What is
 * drawn here is not what `score` gives: it is for talking, not for training.
 */
import type { StepCall, StepResult } from '../runners/runner.ts';
import { WholeRunner } from '../runners/whole-runner.ts';
import { dropBlocks, holdBlocks } from '../weights/block-weights.ts';
import type { PolicyWeights } from '../weights/policy-weights.ts';

const mostRows = 8;

export class RoundedSteps {
  readonly #weights: PolicyWeights;
  readonly #threads: number;
  #runner: Promise<WholeRunner> | null = null;

  constructor(weights: PolicyWeights, threads: number) {
    this.#weights = weights;
    this.#threads = threads;
  }

  /** Whether a step is better made here. */
  suits({ cache, size }: Pick<StepCall, 'cache' | 'size'>): boolean {
    return size === 1 && cache.rows <= mostRows;
  }

  /** Rounds the weights as they are now, which takes seconds; else the first step does. */
  async prepare(): Promise<void> {
    this.#runner ??= this.#open();
    await this.#runner;
  }

  async step(call: Omit<StepCall, 'weights'>): Promise<StepResult> {
    this.#runner ??= this.#open();
    const runner = await this.#runner;
    return runner.step({ ...call, weights: {} });
  }

  /** Drops the rounded weights, which belong to weights that are no more. */
  async release(): Promise<void> {
    const runner = this.#runner;
    this.#runner = null;
    await (await runner)?.release();
  }

  async #open(): Promise<WholeRunner> {
    const { config, shapes } = this.#weights;
    const frozen = holdBlocks(this.#weights);
    const threads = this.#threads;
    const runner = new WholeRunner({ config, valueHead: 'none', shapes, frozen, threads });
    await runner.prepareStep(1, 1);
    // The graph has them now, and is the only one.
    dropBlocks(frozen);
    return runner;
  }
}
