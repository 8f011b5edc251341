/** Attention taken chunk by chunk is the attention taken at once, forward and backward, in float64. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import * as engine from '../../src/engine/index.ts';
import { parseModelConfig } from '../../src/policy/index.ts';
import { createCausalMask, PositionTables } from '../../src/policy/runners/batches.ts';
import { GraphBuilder } from '../../src/policy/graphs/graph-builder.ts';
import { chunkedTokens, feedSequences } from '../../src/policy/graphs/layer-inputs.ts';
import { listModelShapes } from '../../src/policy/weights/parameters.ts';
import { buildBlock } from '../../src/policy/graphs/transformer.ts';

const config = parseModelConfig(
  {
    model_type: 'qwen2',
    vocab_size: 5,
    hidden_size: 8,
    intermediate_size: 12,
    num_hidden_layers: 1,
    num_attention_heads: 4,
    num_key_value_heads: 2,
  },
  'config.json',
);
const shapes = listModelShapes(config);
const [batch, length] = [2, 8];

function computeLayer(chunks: number): Record<string, engine.Tensor64> {
  const builder = new GraphBuilder('layer', {
    config,
    shapes,
    valueHead: 'none',
    frozen: {},
    threads: 1,
  });
  const size = ['batch', chunkedTokens(chunks), config.hiddenSize] as const;
  const hidden = builder.feed('hidden', 'float32', size);
  const block = buildBlock(feedSequences(builder, '', chunks), hidden, 0);
  const seed = builder.feed('seed', 'float32', size);
  const loss = engine.reduceSum(engine.mul(block.hidden, seed));
  const wrt = [['hidden', hidden] as const, ...builder.weights];
  engine.output(builder.graph, 'out', block.hidden);
  engine
    .gradients(
      builder.graph,
      loss,
      wrt.map(([, value]) => value),
    )
    .forEach((value, index) => {
      engine.output(builder.graph, `grad.${wrt[index]![0]}`, value);
    });
  const random = createRandom(3);
  const draw = (shape: readonly number[]): engine.Tensor => {
    const count = shape.reduce((a, b) => a * b, 1);
    return {
      type: 'float32',
      shape,
      data: Float32Array.from({ length: count }, () => random.normal()),
    };
  };
  const feeds: Record<string, engine.Tensor> = {
    hidden: draw([batch, length, config.hiddenSize]),
    seed: draw([batch, length, config.hiddenSize]),
    ...new PositionTables(config).range(length),
    mask: createCausalMask(length, config.headCount / config.kvHeadCount, chunks),
  };
  for (const [name] of builder.weights) feeds[name] = draw(shapes[name]!);
  return engine.interpret(builder.graph, feeds);
}

describe('attention in chunks', () => {
  it.each([2, 4, 8])('of %d parts gives the layer and its gradients', (chunks) => {
    const expected = computeLayer(1);
    const found = computeLayer(chunks);
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, { data }] of Object.entries(expected)) {
      data.forEach((value, index) => {
        const error = Math.abs(found[name]!.data[index]! - value);
        expect(error / Math.max(1, Math.abs(value)), name).toBeLessThan(1e-9);
      });
    }
  });
});
