/**
 * Decodes by weights in blocks, which the graph holds: one run for one new token of every row, whose keys
 * and values it writes straight into the cache.
 */
import type { Session, Tensor } from '../../engine/index.ts';
import type { ModelConfig } from '../files/index.ts';
import { buildDecoding } from '../graphs/decoding-graph.ts';
import { GraphBuilder } from '../graphs/graph-builder.ts';
import { dropBlocks, holdBlocks, type BlockBits } from '../weights/block-weights.ts';
import type { PolicyWeights } from '../weights/policy-weights.ts';
import { int32Tensor, PositionTables } from './batches.ts';
import { takeRows } from './embedding.ts';
import type { StepCall, StepResult } from './runner.ts';

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

  /**
   * One token of every row; a row that has none is given any, whose keys and values are written beyond its
   * length. The cache needs a free position in every row.
   */
  async step({ cache, ids }: Pick<StepCall, 'cache' | 'ids'>): Promise<StepResult> {
    const { hiddenSize, layerCount } = this.#config;
    const { rows, capacity } = cache;
    const feeds: Record<string, Tensor> = {
      embedded: {
        ...{ type: 'float32', shape: [rows, 1, hiddenSize] },
        data: takeRows(this.#embeddings, ids, hiddenSize),
      },
      lengths: int32Tensor(cache.lengths, [rows]),
    };
    for (const [name, { data }] of Object.entries(this.#tables.range(capacity))) {
      feeds[name] = { type: 'float32', shape: [capacity, this.#config.headDim / 2], data };
    }
    const places: Record<string, Tensor> = {};
    for (let layer = 0; layer < layerCount; layer += 1) {
      for (const [name, tensor] of Object.entries(cache.layer(layer))) {
        feeds[`past.${name}.${layer}`] = tensor;
        places[`${name}.${layer}`] = tensor;
      }
    }
    const outputs = await this.#session.run(feeds, this.#session.outputNames, places);
    return { probabilities: outputs['probabilities']!.data as Float32Array, layers: [] };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
