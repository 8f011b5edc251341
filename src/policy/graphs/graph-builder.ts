/** A graph in the making: its weights by name, and its other inputs, each made where first asked for. */
import * as engine from '../../engine/index.ts';
import type { Dim, ElementType, Graph, Session, Tensor, Value } from '../../engine/index.ts';
import { blockNames, blockWidth } from '../weights/block-weights.ts';
import { scaleName } from '../weights/frozen-weights.ts';
import { loraName } from '../weights/lora.ts';
import type { GraphOptions } from './graph-options.ts';
import type { LowRankLookup, WeightLookup } from './transformer.ts';

export class GraphBuilder {
  readonly graph: Graph;
  readonly options: GraphOptions;
  /** Inputs that are weights, by name. */
  readonly weights = new Map<string, Value>();
  readonly #feeds = new Map<string, Value>();

  constructor(name: string, options: GraphOptions) {
    this.graph = engine.createGraph(name);
    this.options = options;
  }

  /** An input that is given at every run. */
  feed(name: string, type: ElementType, shape: readonly Dim[]): Value {
    let value = this.#feeds.get(name);
    if (!value) {
      value = engine.input(this.graph, name, type, shape);
      this.#feeds.set(name, value);
    }
    return value;
  }

  /** An input made by `feed` before. */
  find(name: string): Value | undefined {
    return this.#feeds.get(name);
  }

  /** Finds weights under a prefix; those held in fewer bits are widened. */
  lookup(prefix = ''): WeightLookup {
    return (name) => engine.cast(this.#weight(prefix + name), 'float32');
  }

  /** Factors of the rows of a weight that is held in 8 bits. */
  scales(prefix = ''): (name: string) => Value | undefined {
    return (name) => {
      const full = scaleName(prefix + name);
      return this.options.frozen[full] && this.#weight(full);
    };
  }

  /**
   * The product with a weight that is held as blocks, x rounded too. One of 4 bits also has, for every
   * block, by how much all its numbers are off: that meets the block's mean. Shape: x `[A, B, in]` to
   * `[A, B, out]`.
   */
  blockProduct(x: Value, name: string): Value {
    const names = blockNames(name);
    const [codes, factors] = [this.#weight(names.codes), this.#weight(names.factors)];
    const isRounded = true;
    if (!this.options.frozen[names.zeros]) {
      return engine.blockMatmul(x, { codes, factors }, { isRounded });
    }
    const means = engine.blockMeans(x, blockWidth);
    const zeros = this.#weight(names.zeros);
    return engine.blockMatmul(
      engine.concat([x, means], 2),
      { codes, factors, zeros },
      { isRounded },
    );
  }

  /** Low-rank pairs of the projections that have one; a critic has none. */
  lowRank(prefix = ''): LowRankLookup {
    const { lora, shapes } = this.options;
    if (!lora || prefix !== '') return () => undefined;
    return (projection) =>
      shapes[loraName(projection, 'A')] && {
        a: this.#weight(loraName(projection, 'A')),
        b: this.#weight(loraName(projection, 'B')),
        scale: lora.alpha / lora.rank,
      };
  }

  /** Weights used so far that are trained. */
  trained(): [string, Value][] {
    return [...this.weights].filter(([name]) => !this.options.frozen[name]);
  }

  /** Makes a session of the graph, with the frozen weights fixed in it where asked for. */
  open(fixed: boolean): Promise<Session> {
    const { frozen, threads, device = 'cpu' } = this.options;
    const weights: Record<string, Tensor> = {};
    for (const name of fixed ? this.weights.keys() : []) {
      const tensor = frozen[name];
      if (tensor) weights[name] = tensor;
    }
    return engine.createSession(this.graph, { threads, device, weights });
  }

  #weight(name: string): Value {
    let value = this.weights.get(name);
    if (!value) {
      const shape = this.options.shapes[name] ?? this.options.frozen[name]?.shape;
      if (!shape) throw new Error(`internal: no weight named ${name}`);
      const type = this.options.frozen[name]?.type ?? 'float32';
      value = engine.input(this.graph, name, type, shape);
      this.weights.set(name, value);
    }
    return value;
  }
}

/** Sessions by name, each made once. */
export class SessionStore<Entry extends { readonly session: Session }> {
  readonly #entries = new Map<string, Promise<Entry>>();

  get(name: string, make: () => Promise<Entry>): Promise<Entry> {
    let entry = this.#entries.get(name);
    if (!entry) {
      entry = make();
      this.#entries.set(name, entry);
    }
    return entry;
  }

  async release(): Promise<void> {
    const entries = await Promise.allSettled(this.#entries.values());
    this.#entries.clear();
    for (const result of entries) {
      if (result.status === 'fulfilled') await result.value.session.release();
    }
  }
}
