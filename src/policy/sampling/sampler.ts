/**
 * Sampling as a batch that never stops while there is work: requests join when they come, leave when
 * they are done or called off, and do not wait for each other.
 *
 * A turn of the loop is one pass over new prompts and one step of everybody who is drawing. Requests
 * of one moment begin together, so what is asked for at once gives the same numbers every time.
 * Caches live on between the turns of a conversation; they are found by the tokens of the prompt,
 * and are never more than a way not to compute again.
 */
import { AbortedError } from '../../base/index.ts';
import type { SampledToken, SampleOptions, SampleRequest, SampleResult } from '../backend.ts';
import type { ModelConfig } from '../files/index.ts';
import { CacheMemory } from '../runners/cache-memory.ts';
import type { StepFunction } from './cached-batch.ts';
import { Decoder } from './decoder.ts';
import { Generation } from './generation.ts';
import { gatherCohort, prefill, type Cohort } from './prefill.ts';
import { SequenceStore } from './sequence-store.ts';

/** Continues prompts, and keeps caches between requests. */
export interface SequenceSampler {
  /**
   * Samples a continuation of every request, of which there is one or more and all fit the model.
   * Throws `AbortedError`, and `EngineError` where the weights give no probabilities.
   */
  sample(
    requests: readonly SampleRequest[],
    options?: SampleOptions,
  ): Promise<readonly SampleResult[]>;
  /** Forgets the caches of the named sequences. */
  close(sequenceIds: readonly string[]): Promise<void> | void;
  /** Forgets all caches, which belong to weights that are no more. Not while requests are under way. */
  closeAll(): void;
}

/** Requests that are answered together. */
type Call = {
  readonly generations: readonly Generation[];
  readonly signal: AbortSignal | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** A cohort whose prompts are being fed. */
type Prefill = { readonly cohort: Cohort; readonly passes: AsyncGenerator<void, Float32Array> };

export class Sampler implements SequenceSampler {
  readonly #config: ModelConfig;
  readonly #step: StepFunction;
  readonly #memory: CacheMemory;
  readonly #store = new SequenceStore();
  readonly #decoder: Decoder;
  readonly #calls = new Set<Call>();
  /** The call of each request that is not finished. */
  readonly #callOf = new Map<Generation, Call>();
  #waiting: Generation[] = [];
  readonly #prefills: Prefill[] = [];
  #isRunning = false;

  constructor(config: ModelConfig, step: StepFunction) {
    this.#config = config;
    this.#memory = new CacheMemory(config);
    this.#step = step;
    this.#decoder = new Decoder(this.#memory, step);
  }

  async sample(
    requests: readonly SampleRequest[],
    { signal, onToken }: SampleOptions = {},
  ): Promise<readonly SampleResult[]> {
    const { contextTokens } = this.#config;
    const generations = requests.map((request, index) => {
      const report = onToken && ((token: SampledToken): void => onToken(index, token));
      return new Generation(request, contextTokens, report);
    });
    await new Promise<void>((resolve, reject) => {
      const call = { generations, signal, resolve, reject };
      this.#calls.add(call);
      for (const generation of generations) this.#callOf.set(generation, call);
      this.#waiting.push(...generations);
      if (!this.#isRunning) void this.#run();
    });
    return generations.map(({ result }) => result);
  }

  close(sequenceIds: readonly string[]): void {
    const names = new Set(sequenceIds);
    this.#store.drop(names);
    for (const generation of this.#waiting) {
      if (names.has(generation.keptAs ?? '')) generation.keptAs = undefined;
    }
  }

  closeAll(): void {
    this.#store.dropAll();
    this.#memory.clear();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    // Whatever is asked for at this moment begins together.
    await new Promise(setImmediate);
    while (this.#calls.size > 0) await this.#turn();
    this.#isRunning = false;
  }

  async #turn(): Promise<void> {
    this.#callOff();
    const waiting = this.#waiting.splice(0);
    if (waiting.length > 0) await this.#guard(waiting, () => this.#admit(waiting));
    const prefill = this.#nextPrefill();
    if (prefill) await this.#guard(prefill.cohort.generations, () => this.#feed(prefill));
    this.#callOff();
    const { active } = this.#decoder;
    if (active.length > 0) await this.#guard(active, () => this.#decode());
  }

  #callOff(): void {
    for (const call of this.#calls) {
      if (call.signal?.aborted)
        this.#fail(call, new AbortedError('aborted', 'The work was interrupted.'));
    }
  }

  /** Finds what is cached of the prompts, and gives each its row. */
  #admit(generations: readonly Generation[]): void {
    const beginnings = generations.map(({ request, keptAs }) =>
      this.#store.find(request.promptIds, keptAs),
    );
    const cohort = gatherCohort(this.#memory, generations, beginnings);
    for (const { keptAs, sequence } of generations) {
      if (keptAs !== undefined) this.#store.keep(keptAs, sequence);
    }
    this.#prefills.push({ cohort, passes: prefill(this.#memory, cohort, this.#step) });
  }

  /** Takes the first of those that anybody still waits for; they take turns. */
  #nextPrefill(): Prefill | undefined {
    let next = this.#prefills.shift();
    while (next && next.cohort.generations.every(({ isOver }) => isOver)) {
      next = this.#prefills.shift();
    }
    return next;
  }

  async #feed(prefill: Prefill): Promise<void> {
    const { value, done } = await prefill.passes.next();
    if (!done) {
      this.#prefills.push(prefill);
      return;
    }
    const { generations, batch } = prefill.cohort;
    this.#draw(generations, value);
    this.#decoder.join(
      generations.filter(({ isOver }) => !isOver),
      batch,
    );
  }

  async #decode(): Promise<void> {
    this.#draw(this.#decoder.active, await this.#decoder.step());
  }

  /** Draws the next token of each request, and ends those that are finished. */
  #draw(generations: readonly Generation[], probabilities: Float32Array): void {
    for (const generation of generations) {
      const call = this.#callOf.get(generation);
      if (!call) continue;
      try {
        generation.draw(probabilities, this.#config.vocabularySize);
      } catch (error) {
        this.#fail(call, error);
        continue;
      }
      if (!generation.isFinished) continue;
      this.#end(generation);
      if (!call.generations.every(({ isOver }) => isOver)) continue;
      this.#calls.delete(call);
      call.resolve();
    }
  }

  /** Runs work for some requests; their calls fail if it fails. */
  async #guard(
    generations: readonly Generation[],
    work: () => Promise<void> | void,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      for (const call of new Set(generations.map((each) => this.#callOf.get(each)))) {
        if (call) this.#fail(call, error);
      }
    }
  }

  #fail(call: Call, error: unknown): void {
    this.#calls.delete(call);
    for (const generation of call.generations) this.#end(generation);
    call.reject(error);
  }

  #end(generation: Generation): void {
    if (generation.isOver) return;
    generation.isOver = true;
    generation.pending = [];
    this.#callOf.delete(generation);
    this.#waiting = this.#waiting.filter((each) => each !== generation);
    this.#decoder.leave(generation);
    this.#store.settle(generation.sequence, generation.keptAs);
  }
}
