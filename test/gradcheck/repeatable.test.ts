/** Same input, same bits, run after run, with two threads. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import * as op from '../../src/engine/index.ts';
import type { Graph, Tensor, Value } from '../../src/engine/index.ts';

const random = createRandom('repeatable');

function floats(shape: readonly number[]): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return {
    type: 'float32',
    shape,
    data: Float32Array.from({ length: count }, () => random.next() - 0.5),
  };
}

function ids(count: number, below: number): Tensor {
  const data = Int32Array.from({ length: count }, () => random.integer(below));
  return { type: 'int32', shape: [count], data };
}

async function countDifferentRuns(
  graph: Graph,
  feeds: Record<string, Tensor>,
  runs: number,
): Promise<number> {
  const session = await op.createSession(graph, { threads: 2 });
  const digest = async (): Promise<Buffer> => {
    const results = await session.run(feeds);
    return Buffer.concat(
      Object.values(results).map(({ data }) => Buffer.from(data.buffer, data.byteOffset)),
    );
  };
  try {
    const first = await digest();
    let different = 0;
    for (let run = 1; run < runs; run += 1) {
      if (!first.equals(await digest())) different += 1;
    }
    return different;
  } finally {
    await session.release();
  }
}

describe('results on two threads', () => {
  it('repeat bit for bit for the gradient of a table with many duplicate ids', async () => {
    const graph = op.createGraph('table');
    const table = op.input(graph, 'table', 'float32', [700, 128]);
    const rows = op.gather(table, op.input(graph, 'ids', 'int32', ['n']));
    const weight = op.input(graph, 'weight', 'float32', ['n', 128]);
    const loss = op.reduceSum(op.mul(rows, weight));
    op.output(graph, 'dTable', op.gradients(graph, loss, [table])[0] as Value);
    const feeds = { table: floats([700, 128]), ids: ids(5000, 40), weight: floats([5000, 128]) };
    expect(await countDifferentRuns(graph, feeds, 50)).toBe(0);
  });

  it('repeat bit for bit for a layer forward and backward', async () => {
    const graph = op.createGraph('layer');
    const table = op.input(graph, 'table', 'float32', [300, 64]);
    const scale = op.input(graph, 'scale', 'float32', [64]);
    const x = op.gather(table, op.input(graph, 'ids', 'int32', ['n']));
    const normed = op.rmsNorm(x, scale, 1e-6);
    const shares = op.softmax(op.matmul(normed, normed, { transposeB: true }));
    const mixed = op.silu(op.add(x, op.matmul(shares, normed)));
    const scores = op.logSoftmax(op.matmul(mixed, table, { transposeB: true }));
    const loss = op.neg(op.reduceMean(op.slice(scores, 1, 0, 1)));
    op.output(graph, 'loss', loss);
    for (const [index, value] of op.gradients(graph, loss, [table, scale]).entries()) {
      op.output(graph, `d${index}`, value);
    }
    const feeds = { table: floats([300, 64]), scale: floats([64]), ids: ids(600, 300) };
    expect(await countDifferentRuns(graph, feeds, 20)).toBe(0);
  });
});
