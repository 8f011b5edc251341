/** Decodes by weights in blocks, which the graph holds: one run for one new token of every row. */
import type { Session } from '../../engine/index.ts';
import type { ModelConfig } from '../files/index.ts';
import { buildDecoding } from '../graphs/decoding-graph.ts';
import { GraphBuilder } from '../graphs/graph-builder.ts';
import { dropBlocks, holdBlocks, type BlockBits } from '../weights/block-weights.ts';
import type { PolicyWeights } from '../weights/policy-weights.ts';
import { invertTemperatures, PositionTables } from './batches.ts';
import { takeRows } from './embedding.ts';
import type { StepCall, StepResult } from './runner.ts';
import { takeStep } from './take-outputs.ts';

export class DecodingRunner {
  readonly #config: ModelConfig;
  readonly #session: Session;
  /** Shape: `[V, D]`. */
  readonly #embeddings: Float32Array;
  readonly #tables: PositionTables;

  private constructor(config: ModelConfig, session: Session, embeddings: Float32Array) {
    this.#config = config;
    this.#session = session;
    this.#embeddings = embeddings;
    this.#tables = new PositionTables(config);
  }

  /** Rounds the weights as they are now, to so many bits at most, and makes the graph. */
  static async open(
    weights: PolicyWeights,
    options: { readonly bits: BlockBits; readonly threads: number },
  ): Promise<DecodingRunner> {
    const { config } = weights;
    const frozen = holdBlocks(weights, options.bits);
    const { threads } = options;
    const builder = new GraphBuilder('decoding', {
      ...{ config, valueHead: 'none', shapes: {}, frozen, threads },
    });
    buildDecoding(builder);
    const session = await builder.open(true);
    // The graph has them now, and is the only one.
    dropBlocks(frozen);
    const embeddings = frozen['model.embed_tokens.weight']!.data as Float32Array;
    return new DecodingRunner(config, session, embeddings);
  }

  /** One token of every row, whatever it is where none counts. */
  async step({
    cache,
    ids,
    temperatures,
  }: Pick<StepCall, 'cache' | 'ids' | 'temperatures'>): Promise<StepResult> {
    const { hiddenSize, layerCount } = this.#config;
    const { rows, lengths } = cache;
    const embedded = takeRows(this.#embeddings, ids, hiddenSize);
    const outputs = await this.#session.run({
      embedded: { type: 'float32', shape: [rows, 1, hiddenSize], data: embedded },
      ...this.#tables.from(Array.from(lengths), 1),
      mask: this.#tables.mask(1),
      factors: invertTemperatures(temperatures),
      ...cache.feeds(),
    });
    return takeStep(outputs, layerCount);
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
