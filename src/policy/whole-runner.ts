/**
 * The model as one graph a pass: train, score and cached step, each made once and kept.
 *
 * Trained weights are graph inputs, fed at every call; frozen weights (the base under LoRA) are
 * fixed in the session, where the runtime packs them. Symbolic sizes let one session serve every
 * batch shape; only the number of new tokens of a cached step is fixed per session.
 */
import * as engine from '../engine/index.ts';
import type { Dim, Session, Tensor, Value } from '../engine/index.ts';
import type { TrainingLoss } from './backend.ts';
import { int32Tensor, lastPositions, PositionTables } from './batches.ts';
import { GraphMaker, SessionStore } from './graph-maker.ts';
import { addGradients, addLoss, addScores, addShares, type RowLookup } from './head-graphs.ts';
import type {
  ModelRunner,
  RowScores,
  RunnerOptions,
  SequenceBatch,
  StepCall,
  StepResult,
  TrainCall,
  TrainedWeights,
} from './runner.ts';
import { buildTransformer, type TransformerOutput } from './transformer.ts';

export class WholeRunner implements ModelRunner {
  readonly #options: RunnerOptions;
  readonly #tables: PositionTables;
  readonly #sessions = new SessionStore<{ readonly session: Session }>();

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#tables = new PositionTables(options.config);
  }

  async score(
    batch: SequenceBatch,
    weights: TrainedWeights,
    withValues: boolean,
  ): Promise<RowScores> {
    const session = await this.#session(`score ${withValues}`, (maker) =>
      addScores(maker, takeRows(maker), withValues),
    );
    const { logprobs, values } = await session.run({ ...this.#feeds(batch), ...weights });
    return {
      logprobs: logprobs!.data as Float32Array,
      ...(values ? { values: values.data as Float32Array } : {}),
    };
  }

  async train(
    call: TrainCall,
  ): Promise<{ readonly loss: number; readonly sums: Readonly<Record<string, number>> }> {
    const session = await this.#trainSession(call.loss);
    const outputs = await session.run({
      ...this.#feeds(call.batch),
      ...call.rowFeeds,
      ...call.weights,
      scale: { type: 'float32', shape: [], data: Float32Array.of(call.loss.scale) },
    });
    return takeOutputs(outputs, call.addGradient);
  }

  async step({ block, ids, size, counts, weights }: StepCall): Promise<StepResult> {
    const session = await this.#session(`step ${size}`, (maker) => buildStep(maker, size));
    const outputs = await session.run({
      ids: int32Tensor(ids, [block.rows, size]),
      ...this.#tables.from(Array.from(block.lengths), size),
      mask: this.#tables.mask(size),
      positions: int32Tensor(lastPositions(counts, size), [block.rows]),
      ...block.feeds(),
      ...weights,
    });
    const take = (name: string): Float32Array => outputs[name]!.data as Float32Array;
    return {
      shares: take('shares'),
      layers: Array.from({ length: this.#options.config.layerCount }, (_, layer) => ({
        key: take(`key.${layer}`),
        value: take(`value.${layer}`),
      })),
    };
  }

  release(): Promise<void> {
    return this.#sessions.release();
  }

  #trainSession(loss: TrainingLoss): Promise<Session> {
    const key = JSON.stringify({ ...loss, scale: null });
    return this.#session(`train ${key}`, (maker) => {
      const total = addLoss(maker, takeRows(maker), loss);
      addGradients(maker, total, maker.trained());
    });
  }

  async #session(name: string, build: (maker: GraphMaker) => void): Promise<Session> {
    const { session } = await this.#sessions.get(name, async () => {
      const maker = new GraphMaker(name, this.#options);
      build(maker);
      return { session: await maker.open(true) };
    });
    return session;
  }

  #feeds({ ids, rows }: SequenceBatch): Record<string, Tensor> {
    const length = ids.shape[1]!;
    const count = [rows.targets.length];
    return {
      ids,
      ...this.#tables.range(length),
      mask: this.#tables.mask(length),
      positions: int32Tensor(rows.positions, count),
      targets: int32Tensor(rows.targets, count),
    };
  }
}

/** Sorts the outputs of a train graph: gradients are handed on, loss and sums returned. */
export function takeOutputs(
  outputs: Readonly<Record<string, Tensor>>,
  addGradient: TrainCall['addGradient'],
): { readonly loss: number; readonly sums: Readonly<Record<string, number>> } {
  let loss = 0;
  const sums: Record<string, number> = {};
  for (const [name, { data }] of Object.entries(outputs)) {
    if (name.startsWith('grad.')) addGradient(name.slice(5), data as Float32Array);
    else if (name === 'loss') loss = Number(data[0]);
    else sums[name.slice(4)] = Number(data[0]);
  }
  return { loss, sums };
}

/** Rows of the hidden states of whole sequences. */
function takeRows(maker: GraphMaker): RowLookup {
  const positions = maker.feed('positions', 'int32', ['rows']);
  return (prefix) => {
    const { hidden } = buildSequences(maker, prefix);
    return engine.gather(engine.reshape(hidden, [-1, maker.options.config.hiddenSize]), positions);
  };
}

function buildSequences(maker: GraphMaker, prefix: string): TransformerOutput {
  const { config } = maker.options;
  const half = config.headDim / 2;
  const tokens: Dim = 'tokens';
  const weight = maker.lookup(prefix);
  const ids = maker.feed('ids', 'int32', ['batch', tokens]);
  return buildTransformer(
    {
      config,
      weight,
      scale: maker.scales(prefix),
      lowRank: maker.lowRank(prefix),
      rotations: {
        cos: maker.feed('cos', 'float32', [1, tokens, half]),
        sin: maker.feed('sin', 'float32', [1, tokens, half]),
      },
      mask: maker.feed('mask', 'float32', [1, 1, ...maskShape(config, tokens)]),
    },
    engine.gather(weight('model.embed_tokens.weight'), ids),
  );
}

/** Sizes of a causal mask for folded query heads. */
export function maskShape(
  config: { readonly headCount: number; readonly kvHeadCount: number },
  tokens: Dim,
): readonly [Dim, Dim] {
  const group = config.headCount / config.kvHeadCount;
  if (typeof tokens === 'number') return [group * tokens, tokens];
  return [group === 1 ? tokens : `${group}*${tokens}`, tokens];
}

function buildStep(maker: GraphMaker, size: number): void {
  const { config } = maker.options;
  const { graph } = maker;
  const half = config.headDim / 2;
  const cache = (name: string): Value =>
    maker.feed(name, 'float32', ['batch', config.kvHeadCount, 'past', config.headDim]);
  const weight = maker.lookup();
  const ids = maker.feed('ids', 'int32', ['batch', size]);
  const { hidden, layers } = buildTransformer(
    {
      config,
      weight,
      scale: maker.scales(),
      lowRank: maker.lowRank(),
      rotations: {
        cos: maker.feed('cos', 'float32', ['batch', size, half]),
        sin: maker.feed('sin', 'float32', ['batch', size, half]),
      },
      mask: maker.feed('mask', 'float32', [1, 1, ...maskShape(config, size)]),
      past: {
        mask: maker.feed('past.mask', 'float32', ['batch', 1, 1, 'past']),
        layers: Array.from({ length: config.layerCount }, (_, layer) => ({
          key: cache(`past.key.${layer}`),
          value: cache(`past.value.${layer}`),
        })),
      },
    },
    engine.gather(weight('model.embed_tokens.weight'), ids),
  );
  const positions = maker.feed('positions', 'int32', ['batch']);
  addShares(maker, engine.gather(engine.reshape(hidden, [-1, config.hiddenSize]), positions));
  layers.forEach(({ key, value }, layer) => {
    engine.output(graph, `key.${layer}`, key);
    engine.output(graph, `value.${layer}`, value);
  });
}
