import { describe, expect, it } from 'vitest';
import { EngineError, ShapeError } from '../../base/index.ts';
import { createGraph, gather, input, matmul, output } from '../graph/index.ts';
import type { Graph, Tensor } from '../graph/index.ts';
import { createSession } from './index.ts';

const tensor = (shape: readonly number[], ...numbers: number[]): Tensor => ({
  type: 'float32',
  shape,
  data: Float32Array.from(numbers),
});

function product(): Graph {
  const graph = createGraph('product');
  const x = input(graph, 'x', 'float32', ['rows', 2]);
  output(graph, 'y', matmul(x, input(graph, 'w', 'float32', [2, 2])));
  return graph;
}

const w = tensor([2, 2], 1, 2, 3, 4);

describe('session', () => {
  it('computes the same with a weight fed and a weight fixed', async () => {
    const x = tensor([1, 2], 1, 10);
    const fed = await createSession(product());
    const fixed = await createSession(product(), { weights: { w } });
    expect(fixed.inputNames).toEqual(['x']);
    const results = [await fed.run({ x, w }), await fixed.run({ x })];
    for (const { y } of results) {
      expect(y?.shape).toEqual([1, 2]);
      expect([...(y?.data as Float32Array)]).toEqual([31, 42]);
    }
    await fed.release();
    await fixed.release();
  });

  it('names the input that is missing or does not fit', async () => {
    const session = await createSession(product());
    await expect(session.run({ w })).rejects.toThrow(/'x' was not given/);
    const wrong = session.run({ w, x: tensor([2], 1, 2) });
    await expect(wrong).rejects.toThrow(ShapeError);
    await session.release();
    await expect(createSession(product(), { weights: { w: tensor([1], 1) } })).rejects.toThrow(
      /weight 'w': expected float32\[2, 2\]; got float32\[1\]/,
    );
  });

  it('keeps the native failure as the cause', async () => {
    const graph = createGraph('rows');
    const table = input(graph, 'table', 'float32', [2, 2]);
    output(graph, 'y', gather(table, input(graph, 'ids', 'int32', ['n'])));
    const session = await createSession(graph);
    const ids: Tensor = { type: 'int32', shape: [1], data: Int32Array.of(9) };
    const failure = await session.run({ table: w, ids }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EngineError);
    expect((failure as EngineError).cause).toBeDefined();
    await session.release();
  });
});
