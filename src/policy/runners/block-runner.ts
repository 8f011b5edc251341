/**
 * The model run layer by layer, in bounded memory: each weight is held once and fed where it is used.
 *
 * Between layers the hidden states pass through JavaScript, which is small beside the products. A
 * training pass keeps what the backward pass needs while that stays within a budget; layers beyond
 * it keep their input only and are computed again. Embedding rows are looked up here, and logits are
 * computed for a bounded number of scored rows at a time.
 */
import type { Session, Tensor } from '../../engine/index.ts';
import { BlockGraphs, firstLayer, type Trunk } from '../graphs/block-graphs.ts';
import { GraphBuilder, SessionStore } from '../graphs/graph-builder.ts';
import { stepShape } from '../graphs/layer-inputs.ts';
import {
  addGradients,
  addLoss,
  addScores,
  addProbabilities,
  needsValues,
  type RowLookup,
  type ScoredHead,
} from '../graphs/head-graphs.ts';
import type { GraphOptions } from '../graphs/graph-options.ts';
import { int32Tensor, invertTemperatures, lastPositions, PositionTables } from './batches.ts';
import { addRows, takeRows } from './embedding.ts';
import type {
  ModelRunner,
  RowScores,
  SequenceBatch,
  StepCall,
  StepResult,
  TrainCall,
  TrainedWeights,
} from './runner.ts';
import { takeOutputs } from './take-outputs.ts';

/** What a pass may hold beside the weights. */
export type BlockLimits = {
  /** Bytes of values that a training pass keeps between forward and backward. */
  readonly keptBytes: number;
  /** Logits computed at once, as rows times vocabulary. */
  readonly logitsAtOnce: number;
};

const defaultLimits: BlockLimits = { keptBytes: 2 ** 30, logitsAtOnce: 2 ** 26 };

/** What a layer's forward pass left for its backward pass. */
type LayerRecord = {
  readonly hidden: Tensor;
  /** Absent where the layer is to be computed again. */
  readonly saved?: Readonly<Record<string, Tensor>>;
};

type TrunkPass = {
  /** Shape: `[B * T, D]`. */
  readonly hidden: Float32Array;
  readonly records: readonly LayerRecord[];
};

/** Scored rows of one pass through the head. */
type RowPart = { readonly from: number; readonly to: number };

export class BlockRunner implements ModelRunner {
  readonly #options: GraphOptions;
  readonly #limits: BlockLimits;
  readonly #tables: PositionTables;
  readonly #blocks: BlockGraphs;
  readonly #heads = new SessionStore<{ readonly session: Session }>();
  /** Names of layer weights as graph inputs, by trunk: the part behind the layer's prefix. */
  readonly #layerNames: Readonly<Record<Trunk, readonly string[]>>;

  constructor(options: GraphOptions, limits: Partial<BlockLimits> = {}) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...limits };
    this.#tables = new PositionTables(options.config);
    this.#blocks = new BlockGraphs(options);
    const names = [...new Set([...Object.keys(options.shapes), ...Object.keys(options.frozen)])];
    const under = (trunk: Trunk): string[] =>
      names
        .filter((name) => name.startsWith(trunk + firstLayer))
        .map((name) => name.slice((trunk + firstLayer).length));
    this.#layerNames = { '': under(''), 'critic.': under('critic.') };
  }

  async score(batch: SequenceBatch, weights: TrainedWeights, head: ScoredHead): Promise<RowScores> {
    const { withValues } = head;
    const count = batch.rows.targets.length;
    const hidden = await this.#trunks(batch, weights, { withValues, keep: false });
    const session = await this.#head(`score ${JSON.stringify(head)}`, (builder) =>
      addScores(builder, feedRows(builder), head),
    );
    const logprobs = new Float32Array(count);
    const values = withValues ? new Float32Array(count) : undefined;
    for (const part of this.#parts(count)) {
      const outputs = await session.run({
        ...this.#rowFeeds(hidden, batch, part),
        ...this.#headWeights(weights),
      });
      logprobs.set(outputs['logprobs']!.data as Float32Array, part.from);
      values?.set(outputs['values']!.data as Float32Array, part.from);
    }
    return values ? { logprobs, values } : { logprobs };
  }

  async train(
    call: TrainCall,
  ): Promise<{ readonly loss: number; readonly sums: Readonly<Record<string, number>> }> {
    const { batch, weights, loss } = call;
    const passes = await this.#trunks(batch, weights, {
      withValues: needsValues(loss),
      keep: true,
    });
    const key = JSON.stringify({ ...loss, scale: null });
    const session = await this.#head(`train ${key}`, (builder) => {
      const rowsOf = feedRows(builder);
      const total = addLoss(builder, rowsOf, loss);
      const rows = [...passes.keys()].map((trunk) => [`${trunk}rows`, rowsOf(trunk)] as const);
      addGradients(builder, total, [...rows, ...builder.trained()]);
    });
    const gradients = new Map(
      [...passes].map(([trunk, { hidden }]) => [trunk, new Float32Array(hidden.length)] as const),
    );
    const result = { loss: 0, sums: {} as Record<string, number> };
    for (const part of this.#parts(batch.rows.targets.length)) {
      const outputs = await session.run({
        ...this.#rowFeeds(passes, batch, part),
        ...sliceRows(call.rowFeeds, part),
        ...this.#headWeights(weights),
        scale: { type: 'float32', shape: [], data: Float32Array.of(loss.scale) },
      });
      const found = takeOutputs(outputs, (name, data) => {
        if (!name.endsWith('rows')) return call.addGradient(name, data);
        const trunk = name.slice(0, -'rows'.length) as Trunk;
        const positions = batch.rows.positions.subarray(part.from, part.to);
        addRows(gradients.get(trunk)!, positions, data, this.#options.config.hiddenSize);
      });
      result.loss += found.loss;
      for (const [name, sum] of Object.entries(found.sums)) {
        result.sums[name] = (result.sums[name] ?? 0) + sum;
      }
    }
    for (const [trunk, { records }] of passes) {
      await this.#backward(trunk, { call, records: [...records], gradient: gradients.get(trunk)! });
    }
    return result;
  }

  async step({ cache, ids, size, counts, temperatures, weights }: StepCall): Promise<StepResult> {
    const { config } = this.#options;
    const stepped = stepShape(cache.rows, size);
    const { session } = await this.#blocks.step(stepped);
    const shared = {
      ...this.#tables.from(Array.from(cache.lengths), size),
      mask: this.#tables.mask(size),
      'past.mask': cache.mask(),
    };
    const shape = [cache.rows, size, config.hiddenSize];
    let hidden: Tensor = { type: 'float32', shape, data: this.#embed('', ids, weights) };
    const layers: { key: Float32Array; value: Float32Array }[] = [];
    for (let layer = 0; layer < config.layerCount; layer += 1) {
      const { key, value } = cache.layer(layer);
      const outputs = await session.run({
        ...shared,
        hidden,
        'past.key': key,
        'past.value': value,
        ...this.#layerWeights('', layer, weights),
      });
      hidden = outputs['out']!;
      layers.push({
        key: outputs['key']!.data as Float32Array,
        value: outputs['value']!.data as Float32Array,
      });
    }
    const last = this.#gatherRows(hidden.data as Float32Array, lastPositions(counts, size));
    const areFew = cache.rows > 1;
    const head = await this.#head(`step ${areFew}`, (builder) =>
      addProbabilities(builder, feedRows(builder)(''), areFew),
    );
    const outputs = await head.run({
      rows: last,
      factors: invertTemperatures(temperatures),
      ...this.#headWeights(weights),
    });
    return { probabilities: outputs['probabilities']!.data as Float32Array, layers };
  }

  async release(): Promise<void> {
    await this.#blocks.release();
    await this.#heads.release();
  }

  async #head(name: string, build: (builder: GraphBuilder) => void): Promise<Session> {
    const { session } = await this.#heads.get(name, async () => {
      const builder = new GraphBuilder(name, this.#options);
      build(builder);
      return { session: await builder.open(false) };
    });
    return session;
  }

  /** Runs the layers of every trunk that is needed. */
  async #trunks(
    batch: SequenceBatch,
    weights: TrainedWeights,
    options: { readonly withValues: boolean; readonly keep: boolean },
  ): Promise<ReadonlyMap<Trunk, TrunkPass>> {
    const passes = new Map<Trunk, TrunkPass>();
    const hasCritic = options.withValues && this.#options.valueHead === 'separate';
    for (const trunk of hasCritic ? (['', 'critic.'] as const) : ([''] as const)) {
      passes.set(trunk, await this.#forward(trunk, batch, weights, options.keep));
    }
    return passes;
  }

  async #forward(
    trunk: Trunk,
    { ids, chunks }: SequenceBatch,
    weights: TrainedWeights,
    keep: boolean,
  ): Promise<TrunkPass> {
    const { hiddenSize, layerCount } = this.#options.config;
    const length = ids.shape[1]!;
    const shared = { ...this.#tables.range(length), mask: this.#tables.mask(length, chunks) };
    let hidden: Tensor = {
      type: 'float32',
      shape: [...ids.shape, hiddenSize],
      data: this.#embed(trunk, ids.data as Int32Array, weights),
    };
    const records: LayerRecord[] = [];
    let left = keep ? this.#limits.keptBytes : 0;
    for (let layer = 0; layer < layerCount; layer += 1) {
      const isKept = left > 0;
      const { session, saved } = await this.#blocks.forward(
        trunk,
        isKept ? 'keep' : 'drop',
        chunks,
      );
      const outputs = await session.run({
        ...shared,
        hidden,
        ...this.#layerWeights(trunk, layer, weights),
      });
      const kept = Object.fromEntries(saved.map((name) => [name, outputs[name]!]));
      for (const { data } of Object.values(kept)) left -= data.byteLength;
      if (keep) records.push(isKept ? { hidden, saved: kept } : { hidden });
      hidden = outputs['out']!;
    }
    return { hidden: hidden.data as Float32Array, records };
  }

  async #backward(
    trunk: Trunk,
    work: {
      readonly call: TrainCall;
      /** Taken off from the end, so that what is done is let go. */
      readonly records: LayerRecord[];
      readonly gradient: Float32Array;
    },
  ): Promise<void> {
    const { call, records } = work;
    const { ids, chunks } = call.batch;
    const length = ids.shape[1]!;
    const shared = { ...this.#tables.range(length), mask: this.#tables.mask(length, chunks) };
    const shape = [...ids.shape, this.#options.config.hiddenSize];
    let gradient: Tensor = { type: 'float32', shape, data: work.gradient };
    for (let record = records.pop(); record; record = records.pop()) {
      const layer = records.length;
      const { hidden, saved } = record;
      const { session } = await this.#blocks.backward(trunk, saved ? 'kept' : 'recompute', chunks);
      const outputs = await session.run({
        ...shared,
        hidden,
        'grad.out': gradient,
        ...saved,
        ...this.#layerWeights(trunk, layer, call.weights),
      });
      const prefix = trunk + firstLayer;
      for (const [name, { data }] of Object.entries(outputs)) {
        if (name === 'grad.hidden') continue;
        const own = name.slice('grad.'.length + prefix.length);
        call.addGradient(`${trunk}model.layers.${layer}.${own}`, data as Float32Array);
      }
      gradient = outputs['grad.hidden']!;
    }
    const table = `${trunk}model.embed_tokens.weight`;
    if (call.weights[table]) {
      call.addGradientRows(table, ids.data as Int32Array, gradient.data as Float32Array);
    }
  }

  /** Rows of the embedding table. Shape: `[N]` to `[N, D]`. */
  #embed(trunk: Trunk, ids: Int32Array, weights: TrainedWeights): Float32Array {
    const name = `${trunk}model.embed_tokens.weight`;
    const table = (weights[name] ?? this.#options.frozen[name])!.data as Float32Array;
    return takeRows(table, ids, this.#options.config.hiddenSize);
  }

  #gatherRows(hidden: Float32Array, positions: Int32Array): Tensor {
    const width = this.#options.config.hiddenSize;
    const data = takeRows(hidden, positions, width);
    return { type: 'float32', shape: [positions.length, width], data };
  }

  #rowFeeds(
    passes: ReadonlyMap<Trunk, TrunkPass>,
    { rows }: SequenceBatch,
    { from, to }: RowPart,
  ): Record<string, Tensor> {
    const positions = rows.positions.subarray(from, to);
    const feeds: Record<string, Tensor> = {
      targets: int32Tensor(rows.targets.subarray(from, to), [to - from]),
    };
    for (const [trunk, { hidden }] of passes) {
      feeds[`${trunk}rows`] = this.#gatherRows(hidden, positions);
    }
    return feeds;
  }

  /** Splits scored rows so that the logits of each part stay small. */
  *#parts(count: number): Generator<RowPart> {
    const { vocabularySize } = this.#options.config;
    const size = Math.max(1, Math.floor(this.#limits.logitsAtOnce / vocabularySize));
    for (let from = 0; from < count; from += size) {
      yield { from, to: Math.min(from + size, count) };
    }
  }

  /** Weights that are not part of a layer. */
  #headWeights(weights: TrainedWeights): Record<string, Tensor> {
    const found: Record<string, Tensor> = {};
    for (const source of [this.#options.frozen, weights]) {
      for (const [name, tensor] of Object.entries(source)) {
        if (!name.includes('model.layers.')) found[name] = tensor;
      }
    }
    return found;
  }

  #layerWeights(trunk: Trunk, layer: number, weights: TrainedWeights): Record<string, Tensor> {
    const found: Record<string, Tensor> = {};
    for (const name of this.#layerNames[trunk]) {
      const own = `${trunk}model.layers.${layer}.${name}`;
      const tensor = weights[own] ?? this.#options.frozen[own];
      if (tensor) found[trunk + firstLayer + name] = tensor;
    }
    return found;
  }
}

function feedRows(builder: GraphBuilder): RowLookup {
  const width = builder.options.config.hiddenSize;
  return (trunk) => builder.feed(`${trunk}rows`, 'float32', ['rows', width]);
}

function sliceRows(
  feeds: Readonly<Record<string, Tensor>>,
  { from, to }: RowPart,
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { data }]) => [
      name,
      { type: 'float32', shape: [to - from], data: (data as Float32Array).subarray(from, to) },
    ]),
  );
}
