/**
 * The graphs of one layer: forward, backward and cached step, used for every layer in turn.
 *
 * Weights are inputs, named as those of layer 0, so one session serves all layers and no packed
 * copy of a weight is held. The backward graph exists in two kinds: one takes the values that the
 * forward pass kept, the other computes the layer again from its input.
 */
import * as engine from '../../engine/index.ts';
import type { Session, Value } from '../../engine/index.ts';
import { GraphBuilder, SessionStore } from './graph-builder.ts';
import { chunkedTokens, feedSequences, feedStep, type StepShape } from './layer-inputs.ts';
import type { GraphOptions } from './graph-options.ts';
import { buildBlock } from './transformer.ts';

/** Which trunk a layer belongs to. */
export type Trunk = '' | 'critic.';

/** Name of the first layer's weights, which stand for those of the layer at hand. */
export const firstLayer = 'model.layers.0.';

export type BlockSession = {
  readonly session: Session;
  /** Outputs to keep for the backward pass. */
  readonly saved: readonly string[];
};

/** `keep` returns what the backward pass needs; `drop` the hidden states only. */
export type ForwardKind = 'keep' | 'drop';

/** `kept` takes what the forward pass returned; `recompute` computes the layer again. */
export type BackwardKind = 'kept' | 'recompute';

type Differentiated = {
  readonly builder: GraphBuilder;
  readonly hidden: Value;
  readonly result: Value;
  /** Gradients by output name. */
  readonly gradients: ReadonlyMap<string, Value>;
  readonly saved: ReadonlyMap<string, Value>;
};

export class BlockGraphs {
  readonly #options: GraphOptions;
  readonly #sessions = new SessionStore<BlockSession>();

  constructor(options: GraphOptions) {
    this.#options = options;
  }

  /** Takes `hidden`; gives `out` and, where kept, `saved.N`. */
  forward(trunk: Trunk, kind: ForwardKind, chunks: number): Promise<BlockSession> {
    return this.#sessions.get(`${trunk}forward ${kind} ${chunks}`, async () => {
      const { builder, result, saved } = this.#differentiate(trunk, chunks);
      const kept = kind === 'keep' ? saved : new Map<string, Value>();
      return this.#open(builder, {
        given: new Map(),
        outputs: new Map([['out', result], ...kept]),
        saved: [...kept.keys()],
      });
    });
  }

  /** Takes `hidden`, `grad.out` and what was kept; gives `grad.hidden` and `grad.WEIGHT`. */
  backward(trunk: Trunk, kind: BackwardKind, chunks: number): Promise<BlockSession> {
    return this.#sessions.get(`${trunk}backward ${kind} ${chunks}`, async () => {
      const { builder, gradients, saved } = this.#differentiate(trunk, chunks);
      const given = kind === 'kept' ? saved : new Map<string, Value>();
      return this.#open(builder, { given, outputs: gradients, saved: [] });
    });
  }

  /** Takes `hidden` of the new tokens and the layer's cache; gives `out`, `key` and `value`. */
  step(shape: StepShape): Promise<BlockSession> {
    const name = `step ${shape.size} ${shape.areFew}`;
    return this.#sessions.get(name, async () => {
      const builder = new GraphBuilder(name, this.#options);
      const { hiddenSize } = this.#options.config;
      const hidden = builder.feed('hidden', 'float32', ['batch', shape.size, hiddenSize]);
      const block = buildBlock(feedStep(builder, shape, ['']), hidden, 0);
      engine.output(builder.graph, 'out', block.hidden);
      engine.output(builder.graph, 'key', block.cache.key);
      engine.output(builder.graph, 'value', block.cache.value);
      return { session: await builder.open(false), saved: [] };
    });
  }

  release(): Promise<void> {
    return this.#sessions.release();
  }

  /** A layer over whole sequences, with the gradient of sum(out * grad.out). */
  #differentiate(trunk: Trunk, chunks: number): Differentiated {
    const builder = new GraphBuilder(`${trunk}layer`, this.#options);
    const size = ['batch', chunkedTokens(chunks), this.#options.config.hiddenSize] as const;
    const hidden = builder.feed('hidden', 'float32', size);
    const { hidden: result } = buildBlock(feedSequences(builder, trunk, chunks), hidden, 0);
    const seed = builder.feed('grad.out', 'float32', size);
    const loss = engine.reduceSum(engine.mul(result, seed));
    const wrt = [['hidden', hidden] as const, ...builder.trained()];
    const values = engine.gradients(
      builder.graph,
      loss,
      wrt.map(([, value]) => value),
    );
    const saved = engine.listSavedValues(builder.graph, values, seed);
    return {
      builder,
      hidden,
      result,
      gradients: new Map(wrt.map(([name], index) => [`grad.${name}`, values[index]!])),
      saved: new Map(saved.map((value, index) => [`saved.${index}`, value])),
    };
  }

  async #open(
    builder: GraphBuilder,
    part: {
      readonly given: ReadonlyMap<string, Value>;
      readonly outputs: ReadonlyMap<string, Value>;
      readonly saved: readonly string[];
    },
  ): Promise<BlockSession> {
    const { given, outputs, saved } = part;
    const graph = engine.cutGraph(builder.graph, { name: builder.graph.name, given, outputs });
    const { threads, device = 'cpu' } = this.#options;
    const session = await engine.createSession(graph, { threads, device });
    return { session, saved };
  }
}
