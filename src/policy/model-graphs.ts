/**
 * The graphs a backend runs: train, score and cached step, each made once and kept.
 *
 * Trained weights are graph inputs, fed at every call; frozen weights (the base under LoRA) are
 * fixed in the session, where the runtime packs them. Symbolic sizes let one session serve every
 * batch shape; only the number of new tokens of a cached step is fixed per session.
 */
import * as engine from '../engine/index.ts';
import type { Dim, ElementType, Graph, Session, Tensor, Value } from '../engine/index.ts';
import type { TrainingLoss } from './backend.ts';
import type { ModelConfig } from './files/index.ts';
import { buildCrossEntropy, buildPpo, buildTokenLogprobs } from './losses.ts';
import type { ValueHeadKind } from './parameters.ts';
import {
  buildLogits,
  buildTransformer,
  buildValues,
  type LowRankLookup,
  type TransformerOutput,
  type WeightLookup,
} from './transformer.ts';

export type LoraSettings = { readonly rank: number; readonly alpha: number };

export type ModelGraphOptions = {
  readonly config: ModelConfig;
  readonly valueHead: ValueHeadKind;
  readonly lora?: LoraSettings;
  /** Shapes of all weights, trained and frozen. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Weights that do not change, by name. */
  readonly frozen: Readonly<Record<string, Tensor>>;
  readonly threads: number;
};

/** A graph in the making: its weights by name, and its other inputs. */
type Made = {
  readonly graph: Graph;
  readonly inputs: Map<string, Value>;
  readonly data: Map<string, Value>;
};

function feed(made: Made, name: string, type: ElementType, shape: readonly Dim[]): Value {
  let value = made.data.get(name);
  if (!value) {
    value = engine.input(made.graph, name, type, shape);
    made.data.set(name, value);
  }
  return value;
}

/** Name of a low-rank weight of a projection. */
export function loraName(projection: string, part: 'A' | 'B'): string {
  return `${projection}.lora_${part}.weight`;
}

export class ModelGraphs {
  readonly #options: ModelGraphOptions;
  readonly #sessions = new Map<string, Promise<Session>>();

  constructor(options: ModelGraphOptions) {
    this.#options = options;
  }

  /** Loss, its sums (`sum.NAME`) and the gradient of every trained weight it reaches (`grad.NAME`). */
  train(loss: TrainingLoss): Promise<Session> {
    const key = JSON.stringify({ ...loss, scale: null });
    return this.#session(`train ${key}`, (made) => this.#buildTrain(made, loss));
  }

  /** Log-probabilities of targets (`logprobs`), with `values` where asked for. */
  score(withValues: boolean): Promise<Session> {
    return this.#session(`score ${withValues}`, (made) => {
      const { logits, values } = this.#buildRows(made, withValues);
      engine.output(
        made.graph,
        'logprobs',
        buildTokenLogprobs(logits, feed(made, 'targets', 'int32', ['rows'])),
      );
      if (values) engine.output(made.graph, 'values', values);
    });
  }

  /** Logits after `size` new tokens on top of a cache, with the new keys and values. */
  step(size: number): Promise<Session> {
    return this.#session(`step ${size}`, (made) => this.#buildStep(made, size));
  }

  async release(): Promise<void> {
    const sessions = await Promise.allSettled(this.#sessions.values());
    this.#sessions.clear();
    for (const result of sessions) {
      if (result.status === 'fulfilled') await result.value.release();
    }
  }

  #session(name: string, build: (made: Made) => void): Promise<Session> {
    let session = this.#sessions.get(name);
    if (!session) {
      const made: Made = { graph: engine.createGraph(name), inputs: new Map(), data: new Map() };
      build(made);
      const weights = Object.fromEntries(
        [...made.inputs.keys()].flatMap((weight) => {
          const tensor = this.#options.frozen[weight];
          return tensor ? [[weight, tensor]] : [];
        }),
      );
      session = engine.createSession(made.graph, { threads: this.#options.threads, weights });
      this.#sessions.set(name, session);
    }
    return session;
  }

  #weight(made: Made, prefix = ''): WeightLookup {
    return (name) => {
      const full = prefix + name;
      let value = made.inputs.get(full);
      if (!value) {
        const shape = this.#options.shapes[full];
        if (!shape) throw new Error(`internal: no weight named ${full}`);
        value = engine.input(made.graph, full, 'float32', shape);
        made.inputs.set(full, value);
      }
      return value;
    };
  }

  #lowRank(made: Made): LowRankLookup {
    const { lora, shapes } = this.#options;
    if (!lora) return () => undefined;
    const weight = this.#weight(made);
    return (projection) =>
      shapes[loraName(projection, 'A')] && {
        a: weight(loraName(projection, 'A')),
        b: weight(loraName(projection, 'B')),
        scale: lora.alpha / lora.rank,
      };
  }

  #buildSequences(made: Made, prefix: string): TransformerOutput {
    const { config } = this.#options;
    const half = config.headDim / 2;
    const group = config.headCount / config.kvHeadCount;
    const tokens: Dim = 'tokens';
    const queries: Dim = group === 1 ? tokens : `${group}*${tokens}`;
    return buildTransformer({
      config,
      weight: this.#weight(made, prefix),
      lowRank: prefix === '' ? this.#lowRank(made) : () => undefined,
      ids: feed(made, 'ids', 'int32', ['batch', tokens]),
      rotations: {
        cos: feed(made, 'cos', 'float32', [1, tokens, half]),
        sin: feed(made, 'sin', 'float32', [1, tokens, half]),
      },
      mask: feed(made, 'mask', 'float32', [1, 1, queries, tokens]),
    });
  }

  /** Logits (and value estimates) at the scored rows. */
  #buildRows(made: Made, withValues: boolean): { readonly logits: Value; readonly values?: Value } {
    const { config, valueHead } = this.#options;
    const positions = feed(made, 'positions', 'int32', ['rows']);
    const takeRows = (prefix: string): Value => {
      const { hidden } = this.#buildSequences(made, prefix);
      return engine.gather(engine.reshape(hidden, [-1, config.hiddenSize]), positions);
    };
    const weight = this.#weight(made);
    const rows = takeRows('');
    const logits = buildLogits(config, weight, rows);
    if (!withValues || valueHead === 'none') return { logits };
    const norm = weight(
      valueHead === 'separate' ? 'critic.model.norm.weight' : 'model.norm.weight',
    );
    if (valueHead === 'separate') {
      return { logits, values: buildValues(config, weight, norm, takeRows('critic.')) };
    }
    const isShared = valueHead === 'shared';
    const source = isShared ? rows : engine.stopGradient(rows);
    const scale = isShared ? norm : engine.stopGradient(norm);
    return { logits, values: buildValues(config, weight, scale, source) };
  }

  #buildTrain(made: Made, loss: TrainingLoss): void {
    const { graph } = made;
    const withValues = loss.kind === 'ppo' && loss.valueCoef > 0;
    const { logits, values } = this.#buildRows(made, withValues);
    const logprobs = buildTokenLogprobs(logits, feed(made, 'targets', 'int32', ['rows']));
    const built =
      loss.kind === 'cross_entropy'
        ? buildCrossEntropy(graph, logprobs)
        : buildPpo(graph, loss, { logits, logprobs, ...(values ? { values } : {}) });
    engine.output(graph, 'loss', built.loss);
    for (const [name, value] of Object.entries(built.sums)) {
      engine.output(graph, `sum.${name}`, value);
    }
    const trained = [...made.inputs].filter(([name]) => !this.#options.frozen[name]);
    const gradients = engine.gradients(
      graph,
      built.loss,
      trained.map(([, value]) => value),
    );
    trained.forEach(([name], index) => {
      engine.output(graph, `grad.${name}`, gradients[index]!);
    });
  }

  #buildStep(made: Made, size: number): void {
    const { config } = this.#options;
    const { graph } = made;
    const half = config.headDim / 2;
    const group = config.headCount / config.kvHeadCount;
    const cache = (name: string): Value =>
      feed(made, name, 'float32', ['batch', config.kvHeadCount, 'past', config.headDim]);
    const weight = this.#weight(made);
    const { hidden, layers } = buildTransformer({
      config,
      weight,
      lowRank: this.#lowRank(made),
      ids: feed(made, 'ids', 'int32', ['batch', size]),
      rotations: {
        cos: feed(made, 'cos', 'float32', ['batch', size, half]),
        sin: feed(made, 'sin', 'float32', ['batch', size, half]),
      },
      mask: feed(made, 'mask', 'float32', [1, 1, group * size, size]),
      past: {
        mask: feed(made, 'past.mask', 'float32', ['batch', 1, 1, 'past']),
        layers: Array.from({ length: config.layerCount }, (_, layer) => ({
          key: cache(`past.key.${layer}`),
          value: cache(`past.value.${layer}`),
        })),
      },
    });
    const positions = feed(made, 'positions', 'int32', ['batch']);
    const rows = engine.gather(engine.reshape(hidden, [-1, config.hiddenSize]), positions);
    engine.output(graph, 'logits', buildLogits(config, weight, rows));
    layers.forEach(({ key, value }, layer) => {
      engine.output(graph, `key.${layer}`, key);
      engine.output(graph, `value.${layer}`, value);
    });
  }
}
