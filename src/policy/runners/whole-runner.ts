/**
 * The model as one graph a pass: train, score and cached step, each made once and kept.
 *
 * Trained weights are graph inputs, fed at every call; frozen weights (the base under LoRA) are
 * fixed in the session, where the runtime packs them, or fed too, so that they are held once. Symbolic sizes let one session serve every
 * batch shape; only the number of new tokens of a cached step is fixed per session.
 */
import * as engine from '../../engine/index.ts';
import type { Session, Tensor } from '../../engine/index.ts';
import type { TrainingLoss } from '../backend.ts';
import { GraphBuilder, SessionStore } from '../graphs/graph-builder.ts';
import {
  addGradients,
  addLoss,
  addScores,
  addProbabilities,
  type RowLookup,
  type ScoredHead,
} from '../graphs/head-graphs.ts';
import {
  chunkedTokens,
  feedSequences,
  feedStep,
  stepShape,
  type StepShape,
} from '../graphs/layer-inputs.ts';
import type { GraphOptions } from '../graphs/graph-options.ts';
import { buildTransformer, type TransformerOutput } from '../graphs/transformer.ts';
import { int32Tensor, invertTemperatures, lastPositions, PositionTables } from './batches.ts';
import { takeRows } from './embedding.ts';
import type {
  ModelRunner,
  RowScores,
  SequenceBatch,
  StepCall,
  StepResult,
  TrainCall,
  TrainedWeights,
} from './runner.ts';
import { takeOutputs, takeStep } from './take-outputs.ts';

export class WholeRunner implements ModelRunner {
  readonly #options: GraphOptions;
  readonly #holdsWeights: boolean;
  readonly #tables: PositionTables;
  readonly #sessions = new SessionStore<{ readonly session: Session }>();

  /** Sessions hold the frozen weights unless told otherwise. */
  constructor(options: GraphOptions, holdsWeights = true) {
    this.#options = options;
    this.#holdsWeights = holdsWeights;
    this.#tables = new PositionTables(options.config);
  }

  async score(batch: SequenceBatch, weights: TrainedWeights, head: ScoredHead): Promise<RowScores> {
    const key = `score ${JSON.stringify(head)} ${batch.chunks}`;
    const session = await this.#session(key, (builder) =>
      addScores(builder, chooseRows(builder, batch.chunks), head),
    );
    const { logprobs, values } = await session.run({
      ...this.#feeds(batch, weights),
      ...this.#allWeights(weights),
    });
    return {
      logprobs: logprobs!.data as Float32Array,
      ...(values ? { values: values.data as Float32Array } : {}),
    };
  }

  async train(
    call: TrainCall,
  ): Promise<{ readonly loss: number; readonly sums: Readonly<Record<string, number>> }> {
    const session = await this.#trainSession(call.loss, call.batch.chunks);
    const outputs = await session.run({
      ...this.#feeds(call.batch, call.weights),
      ...call.rowFeeds,
      ...this.#allWeights(call.weights),
      scale: { type: 'float32', shape: [], data: Float32Array.of(call.loss.scale) },
    });
    const ids = call.batch.ids.data as Int32Array;
    return takeOutputs(outputs, (name, data) => {
      const trunk = trunks.find((each) => name === embeddedName(each));
      if (trunk === undefined) call.addGradient(name, data);
      else call.addGradientRows(tableName(trunk), ids, data);
    });
  }

  async step({ cache, ids, size, counts, temperatures, weights }: StepCall): Promise<StepResult> {
    const session = await this.#stepSession(cache.rows, size);
    const outputs = await session.run({
      ...this.#embed(int32Tensor(ids, [cache.rows, size]), weights),
      ...this.#tables.from(Array.from(cache.lengths), size),
      mask: this.#tables.mask(size),
      positions: int32Tensor(lastPositions(counts, size), [cache.rows]),
      factors: invertTemperatures(temperatures),
      ...cache.feeds(),
      ...this.#allWeights(weights),
    });
    return takeStep(outputs, this.#options.config.layerCount);
  }

  release(): Promise<void> {
    return this.#sessions.release();
  }

  #stepSession(rows: number, size: number): Promise<Session> {
    const shape = stepShape(rows, size);
    return this.#session(`step ${size} ${shape.areFew}`, (builder) => buildStep(builder, shape));
  }

  #trainSession(loss: TrainingLoss, chunks: number): Promise<Session> {
    const key = JSON.stringify({ ...loss, scale: null });
    return this.#session(`train ${key} ${chunks}`, (builder) => {
      const total = addLoss(builder, chooseRows(builder, chunks), loss);
      const embedded = trunks.flatMap((trunk) => {
        const value = builder.find(embeddedName(trunk));
        const isTrained = !this.#options.frozen[tableName(trunk)];
        return value && isTrained ? [[embeddedName(trunk), value] as const] : [];
      });
      addGradients(builder, total, [...builder.trained(), ...embedded]);
    });
  }

  async #session(name: string, build: (builder: GraphBuilder) => void): Promise<Session> {
    const { session } = await this.#sessions.get(name, async () => {
      const builder = new GraphBuilder(name, this.#options);
      build(builder);
      return { session: await builder.open(this.#holdsWeights) };
    });
    return session;
  }

  /** Weights to be fed. */
  #allWeights(trained: TrainedWeights): TrainedWeights {
    return this.#holdsWeights ? trained : { ...this.#options.frozen, ...trained };
  }

  /** Embedded tokens of the trunks there are. Shape: ids `[B, T]` to `[B, T, D]`. */
  #embed(ids: Tensor, weights: TrainedWeights): Record<string, Tensor> {
    const { hiddenSize } = this.#options.config;
    const feeds: Record<string, Tensor> = {};
    for (const trunk of trunks) {
      const table = weights[tableName(trunk)] ?? this.#options.frozen[tableName(trunk)];
      if (!table) continue;
      const data = takeRows(table.data as Float32Array, ids.data as Int32Array, hiddenSize);
      feeds[embeddedName(trunk)] = { type: 'float32', shape: [...ids.shape, hiddenSize], data };
    }
    return feeds;
  }

  #feeds({ ids, rows, chunks }: SequenceBatch, weights: TrainedWeights): Record<string, Tensor> {
    const length = ids.shape[1]!;
    const count = [rows.targets.length];
    return {
      ...this.#embed(ids, weights),
      ...this.#tables.range(length),
      mask: this.#tables.mask(length, chunks),
      positions: int32Tensor(rows.positions, count),
      targets: int32Tensor(rows.targets, count),
    };
  }
}

const trunks = ['', 'critic.'] as const;

const tableName = (trunk: string): string => `${trunk}model.embed_tokens.weight`;
const embeddedName = (trunk: string): string => `${trunk}embedded`;

/** Chosen rows of the hidden states of whole sequences. */
function chooseRows(builder: GraphBuilder, chunks: number): RowLookup {
  const positions = builder.feed('positions', 'int32', ['rows']);
  return (prefix) => {
    const { hidden } = buildSequences(builder, prefix, chunks);
    const flat = engine.reshape(hidden, [-1, builder.options.config.hiddenSize]);
    return engine.gather(flat, positions, { areUnique: true });
  };
}

function buildSequences(builder: GraphBuilder, prefix: string, chunks: number): TransformerOutput {
  const { hiddenSize } = builder.options.config;
  const size = ['batch', chunkedTokens(chunks), hiddenSize] as const;
  return buildTransformer(
    feedSequences(builder, prefix, chunks),
    builder.feed(embeddedName(prefix), 'float32', size),
  );
}

function buildStep(builder: GraphBuilder, shape: StepShape): void {
  const { hiddenSize, layerCount } = builder.options.config;
  const suffixes = Array.from({ length: layerCount }, (_, layer) => `.${layer}`);
  const { hidden, layers } = buildTransformer(
    feedStep(builder, shape, suffixes),
    builder.feed(embeddedName(''), 'float32', ['batch', shape.size, hiddenSize]),
  );
  const positions = builder.feed('positions', 'int32', ['batch']);
  const rows = engine.gather(engine.reshape(hidden, [-1, hiddenSize]), positions);
  addProbabilities(builder, rows, shape.areFew);
  layers.forEach(({ key, value }, layer) => {
    engine.output(builder.graph, `key.${layer}`, key);
    engine.output(builder.graph, `value.${layer}`, value);
  });
}
