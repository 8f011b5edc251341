import { describe, expect, it } from 'vitest';
import { EngineError, ShapeError } from '../../base/index.ts';
import * as op from './index.ts';

function start(): { graph: op.Graph; x: op.Value } {
  const graph = op.createGraph('test');
  return { graph, x: op.input(graph, 'x', 'float32', ['batch', 'tokens', 6]) };
}

describe('graph operations', () => {
  it('name the operation, what it expects and what it got when shapes do not fit', () => {
    const { graph, x } = start();
    const w = op.input(graph, 'w', 'float32', [5, 7]);
    expect(() => op.matmul(x, w)).toThrow(ShapeError);
    expect(() => op.matmul(x, w)).toThrow(
      /matmul: expected .*got float32\[batch, tokens, 6\], float32\[5, 7\]/,
    );
    expect(() => op.add(x, w)).toThrow(/add: expected/);
    expect(() => op.reduceSum(x, [3])).toThrow(/axis 3/);
    expect(() => op.gather(x, x)).toThrow(/int32/);
    expect(() => op.reshape(x, ['batch', 'tokens', 5])).toThrow(/as many elements/);
  });

  it('do not broadcast one symbolic size against another', () => {
    const { graph, x } = start();
    const other = op.input(graph, 'other', 'float32', ['batch', 'length', 6]);
    expect(() => op.add(x, other)).toThrow(ShapeError);
  });

  it('follow symbolic sizes through folding, splitting and joining', () => {
    const { x } = start();
    const folded = op.reshape(x, [-1, 6]);
    expect(folded.shape).toEqual(['batch*tokens', 6]);
    expect(op.reshape(x, ['batch', -1, 3]).shape).toEqual(['batch', '2*tokens', 3]);
    expect(op.reshapeLike(folded, x)).toBe(x);
    expect(op.concat([x, x], 1).shape).toEqual(['batch', 'tokens+tokens', 6]);
    expect(op.concat([x, x], 1, { size: 'all' }).shape).toEqual(['batch', 'all', 6]);
    expect(op.slice(x, 1, -1, Infinity).shape).toEqual(['batch', 1, 6]);
  });

  it('share equal nodes and drop those that do nothing', () => {
    const { graph, x } = start();
    expect(op.exp(x)).toBe(op.exp(x));
    expect(op.exp(x)).not.toBe(op.log(x));
    expect(op.transpose(op.transpose(x, [2, 0, 1]), [1, 2, 0])).toBe(x);
    expect(op.mul(x, op.scalar(graph, 1))).toBe(x);
    expect(op.reshape(x, ['batch', 'tokens', 6])).toBe(x);
  });

  it('refuse a taken name and an unknown output', () => {
    const { graph, x } = start();
    expect(() => op.input(graph, 'x', 'float32', [])).toThrow(ShapeError);
    op.output(graph, 'y', x);
    expect(() => op.output(graph, 'y', x)).toThrow(ShapeError);
    expect(() => op.selectOutputs(graph, ['z'])).toThrow(EngineError);
  });
});
