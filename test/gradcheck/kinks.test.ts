/** Gradients where the derivative jumps: the convention of each operation, on equal operands. */
import { describe, expect, it } from 'vitest';
import * as op from '../../src/engine/index.ts';
import type { Value } from '../../src/engine/index.ts';

function gradientsAt(
  build: (a: Value, b: Value) => Value,
  a: readonly number[],
  b: readonly number[],
): readonly (readonly number[])[] {
  const graph = op.createGraph('kink');
  const values = [a, b].map((list, index) =>
    op.input(graph, `x${index}`, 'float32', [list.length]),
  );
  const loss = op.reduceSum(build(values[0] as Value, values[1] as Value));
  for (const [index, value] of op.gradients(graph, loss, values).entries()) {
    op.output(graph, `d${index}`, value);
  }
  const feed = (list: readonly number[]): op.Tensor => ({
    type: 'float32',
    shape: [list.length],
    data: Float32Array.from(list),
  });
  const result = op.interpret(graph, { x0: feed(a), x1: feed(b) });
  return ['d0', 'd1'].map((name) => Array.from(result[name]?.data ?? [], (value) => value + 0));
}

describe('gradients at kinks', () => {
  it('halves the gradient of a tie in minimum and maximum', () => {
    const expected = [
      [0.5, 1, 0],
      [0.5, 0, 1],
    ];
    expect(gradientsAt(op.maximum, [1, 3, 1], [1, 2, 2])).toEqual(expected);
    expect(gradientsAt(op.minimum, [1, 1, 2], [1, 2, 1])).toEqual(expected);
  });

  it('shares the gradient of reduceMax among the largest', () => {
    const [da] = gradientsAt((a) => op.reduceMax(a, [0]), [2, 1, 2], [0]);
    expect(da).toEqual([0.5, 0, 0.5]);
  });

  it('keeps the gradient of clip at its limits, and drops that of relu at 0', () => {
    const [da] = gradientsAt((a) => op.clip(a, -1, 1), [-1, 1, 1.5], [0]);
    expect(da).toEqual([1, 1, 0]);
    expect(gradientsAt((a) => op.relu(a), [0, 1], [0])[0]).toEqual([0, 1]);
  });

  it('gives zeros for a value that the loss does not depend on', () => {
    expect(gradientsAt((a) => op.exp(a), [0], [5, 6])[1]).toEqual([0, 0]);
  });
});
