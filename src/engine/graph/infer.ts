/**
 * Shape and type inference: one rule per operation kind, total by type.
 *
 * Each rule checks its operands and returns the type and shape of every output, or throws a
 * `ShapeError` that names the operation, what it expects and what it got.
 */
import { ShapeError } from '../../base/index.ts';
import {
  broadcastShapes,
  isSameShape,
  multiplyDims,
  planExpand,
  planReshape,
  renderShape,
  shapeError,
} from './dims.ts';
import { applyOpTable } from './types.ts';
import type {
  Dim,
  ElementType,
  Node,
  NodeOf,
  OpAttributes,
  OpKind,
  OpTable,
  Value,
} from './types.ts';

type Result = readonly { readonly type: ElementType; readonly shape: readonly Dim[] }[];

function operand(node: { kind: string; inputs: readonly Value[] }, index: number): Value {
  const value = node.inputs[index];
  if (!value) throw shapeError(node.kind, `an operand at place ${index}`, node.inputs);
  return value;
}

function requireFloat(node: { kind: string; inputs: readonly Value[] }, value: Value): void {
  if (value.type !== 'float32') throw shapeError(node.kind, 'float32', node.inputs);
}

function requireIndex(node: { kind: string; inputs: readonly Value[] }, value: Value): void {
  if (value.type !== 'int32' && value.type !== 'int64') {
    throw shapeError(node.kind, 'an int32 or int64 index', node.inputs);
  }
}

function inferBinary(node: { kind: string; inputs: readonly Value[] }): Result {
  const [a, b] = [operand(node, 0), operand(node, 1)];
  const shape = broadcastShapes(a.shape, b.shape);
  if (!shape || a.type !== b.type || a.type === 'bool') {
    throw shapeError(node.kind, 'two numeric operands of one type that broadcast', node.inputs);
  }
  return [{ type: a.type, shape }];
}

function inferCompare(node: { kind: string; inputs: readonly Value[] }): Result {
  return inferBinary(node).map(({ shape }) => ({ type: 'bool', shape }));
}

function inferSame(node: { kind: string; inputs: readonly Value[] }): Result {
  const x = operand(node, 0);
  return [{ type: x.type, shape: x.shape }];
}

function inferUnary(node: { kind: string; inputs: readonly Value[] }): Result {
  requireFloat(node, operand(node, 0));
  return inferSame(node);
}

function inferLastAxis(node: { kind: string; inputs: readonly Value[] }): Result {
  if (operand(node, 0).shape.length === 0) throw shapeError(node.kind, 'a last axis', node.inputs);
  return inferUnary(node);
}

function requireAxis(
  node: { kind: string; inputs: readonly Value[] },
  value: Value,
  axis: number,
): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= value.shape.length) {
    throw shapeError(node.kind, `an axis within the rank (axis ${axis})`, node.inputs);
  }
}

function inferReduce(node: NodeOf<'reduceSum' | 'reduceMean' | 'reduceMax'>): Result {
  const x = operand(node, 0);
  const { axes, keepDims } = node.attributes;
  requireFloat(node, x);
  for (const axis of axes) requireAxis(node, x, axis);
  const shape = keepDims
    ? x.shape.map((dim, index) => (axes.includes(index) ? 1 : dim))
    : x.shape.filter((_dim, index) => !axes.includes(index));
  return [{ type: x.type, shape }];
}

function inferMatmul(node: NodeOf<'matmul'>): Result {
  const [a, b] = [operand(node, 0), operand(node, 1)];
  requireFloat(node, a);
  requireFloat(node, b);
  const { transposeA, transposeB } = node.attributes;
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [rows, innerA] = transposeA
    ? [a.shape.at(-1), a.shape.at(-2)]
    : [a.shape.at(-2), a.shape.at(-1)];
  const [innerB, columns] = transposeB
    ? [b.shape.at(-1), b.shape.at(-2)]
    : [b.shape.at(-2), b.shape.at(-1)];
  if (rows === undefined || columns === undefined || innerA !== innerB || !batch) {
    const marks = `${transposeA ? ' A transposed' : ''}${transposeB ? ' B transposed' : ''}`;
    throw shapeError(
      'matmul',
      `[..., M, K] and [..., K, N] with batch axes that broadcast${marks}`,
      node.inputs,
    );
  }
  return [{ type: 'float32', shape: [...batch, rows, columns] }];
}

function inferBlockMatmul(node: NodeOf<'blockMatmul'>): Result {
  const [x, codes, factors] = [operand(node, 0), operand(node, 1), operand(node, 2)];
  const { bits } = node.attributes;
  requireFloat(node, x);
  requireFloat(node, factors);
  const [rows, blocks, bytes] = codes.shape.map(Number) as [number, number, number];
  const block = (bytes * 8) / bits;
  const width = Number(x.shape.at(-1));
  const fits =
    codes.type === 'uint8' &&
    codes.shape.length === 3 &&
    (bits === 8 ? width === blocks * block : Math.ceil(width / block) === blocks) &&
    isSameShape(factors.shape, [rows, blocks]);
  if (!fits) {
    const expected = 'x [..., K], codes [N, K / block, block] of uint8, factors [N, K / block]';
    throw shapeError('blockMatmul', expected, node.inputs);
  }
  const zeros = bits === 4 ? operand(node, 3) : undefined;
  const hasZeros = zeros?.type === 'uint8' && isSameShape(zeros.shape, [rows, (blocks + 1) >> 1]);
  if (zeros && !hasZeros) {
    throw shapeError('blockMatmul', 'zeros [N, blocks / 2] of uint8', node.inputs);
  }
  return [{ type: 'float32', shape: [...x.shape.slice(0, -1), rows] }];
}

function inferBlockMeans(node: NodeOf<'blockMeans'>): Result {
  const x = operand(node, 0);
  const { width } = node.attributes;
  requireFloat(node, x);
  const count = Number(x.shape.at(-1)) / width;
  if (x.shape.length !== 3 || !Number.isInteger(count)) {
    throw shapeError('blockMeans', `[A, B, K] where ${width} divides K`, node.inputs);
  }
  return [{ type: 'float32', shape: [...x.shape.slice(0, -1), count] }];
}

function inferWhere(node: NodeOf<'where'>): Result {
  const [condition, a, b] = [operand(node, 0), operand(node, 1), operand(node, 2)];
  const inner = broadcastShapes(a.shape, b.shape);
  const shape = inner && broadcastShapes(condition.shape, inner);
  if (!shape || condition.type !== 'bool' || a.type !== b.type) {
    throw shapeError('where', 'bool and two operands of one type that broadcast', node.inputs);
  }
  return [{ type: a.type, shape }];
}

function inferGather(node: NodeOf<'gather'>): Result {
  const [table, ids] = [operand(node, 0), operand(node, 1)];
  requireIndex(node, ids);
  requireAxis(node, table, 0);
  return [{ type: table.type, shape: [...ids.shape, ...table.shape.slice(1)] }];
}

function inferScatterRows(node: NodeOf<'scatterRows'>): Result {
  const [data, ids, rows] = [operand(node, 0), operand(node, 1), operand(node, 2)];
  requireIndex(node, ids);
  requireAxis(node, data, 0);
  if (renderShape(rows.shape) !== renderShape([...ids.shape, ...data.shape.slice(1)])) {
    throw shapeError('scatterRows', 'data [V, ...], ids [...] and rows [ids..., ...]', node.inputs);
  }
  return inferUnary(node);
}

function requireSameButAxis(
  node: { kind: string; inputs: readonly Value[] },
  [a, b]: readonly [Value, Value],
  axis: number,
): void {
  requireAxis(node, a, axis);
  const fits =
    a.shape.length === b.shape.length &&
    a.shape.every((dim, index) => index === axis || dim === b.shape[index]);
  if (!fits) throw shapeError(node.kind, `equal sizes except on axis ${axis}`, node.inputs);
}

function inferGatherElements(node: NodeOf<'gatherElements'>): Result {
  const [x, index] = [operand(node, 0), operand(node, 1)];
  requireIndex(node, index);
  requireSameButAxis(node, [x, index], node.attributes.axis);
  return [{ type: x.type, shape: index.shape }];
}

function inferScatterElements(node: NodeOf<'scatterElements'>): Result {
  const [data, index, source] = [operand(node, 0), operand(node, 1), operand(node, 2)];
  requireIndex(node, index);
  requireSameButAxis(node, [data, index], node.attributes.axis);
  if (renderShape(index.shape) !== renderShape(source.shape)) {
    throw shapeError('scatterElements', 'index and source of one shape', node.inputs);
  }
  return inferUnary(node);
}

function inferSlice(node: NodeOf<'slice'>): Result {
  const x = operand(node, 0);
  requireAxis(node, x, node.attributes.axis);
  const shape = x.shape.map((dim, index) =>
    index === node.attributes.axis ? node.attributes.size : dim,
  );
  return [{ type: x.type, shape }];
}

function inferUnslice(node: NodeOf<'unslice'>): Result {
  const [x, like] = [operand(node, 0), operand(node, 1)];
  requireFloat(node, x);
  requireSameButAxis(node, [x, like], node.attributes.axis);
  return [{ type: x.type, shape: like.shape }];
}

function inferConcat(node: NodeOf<'concat'>): Result {
  const first = operand(node, 0);
  const { axis, size } = node.attributes;
  for (const value of node.inputs) {
    requireSameButAxis(node, [first, value], axis);
    if (value.type !== first.type) throw shapeError('concat', 'one element type', node.inputs);
  }
  return [
    { type: first.type, shape: first.shape.map((dim, index) => (index === axis ? size : dim)) },
  ];
}

function inferTranspose(node: NodeOf<'transpose'>): Result {
  const x = operand(node, 0);
  const { perm } = node.attributes;
  const shape = perm.map((axis) => x.shape[axis]);
  const isPermutation = new Set(perm).size === x.shape.length && perm.length === x.shape.length;
  if (!isPermutation || shape.includes(undefined)) {
    throw shapeError('transpose', `a permutation of the axes (perm ${perm.join()})`, node.inputs);
  }
  return [{ type: x.type, shape: shape as Dim[] }];
}

function inferReshape(node: NodeOf<'reshape'>): Result {
  const x = operand(node, 0);
  const { dims } = node.attributes;
  if (!planReshape(x.shape, dims)) {
    throw shapeError(
      'reshape',
      `at most one symbolic size that is not at the same place in the operand, not ${renderShape(dims)}`,
      [x],
    );
  }
  if (multiplyDims(x.shape) !== multiplyDims(dims)) {
    throw shapeError('reshape', `as many elements as ${renderShape(dims)}`, [x]);
  }
  return [{ type: x.type, shape: dims }];
}

function inferReshapeLike(node: NodeOf<'reshapeLike'>): Result {
  const [x, like] = [operand(node, 0), operand(node, 1)];
  if (multiplyDims(x.shape) !== multiplyDims(like.shape)) {
    throw shapeError('reshapeLike', 'two operands of as many elements', node.inputs);
  }
  return [{ type: x.type, shape: like.shape }];
}

function requireExpandable(x: Value, dims: readonly Dim[]): void {
  const shape = broadcastShapes(x.shape, dims);
  if (!shape || renderShape(shape) !== renderShape(dims)) {
    throw shapeError('broadcastTo', `an operand that broadcasts to ${renderShape(dims)}`, [x]);
  }
}

function inferExpand(node: NodeOf<'expand'>): Result {
  const x = operand(node, 0);
  const { dims } = node.attributes;
  requireExpandable(x, dims);
  if (!planExpand(x.shape, dims)) {
    throw shapeError(
      'broadcastTo',
      `literal sizes or those of the operand, not ${renderShape(dims)} (pass a value to take the sizes from)`,
      [x],
    );
  }
  return [{ type: x.type, shape: dims }];
}

function inferExpandLike(node: NodeOf<'expandLike'>): Result {
  const [x, like] = [operand(node, 0), operand(node, 1)];
  requireExpandable(x, like.shape);
  return [{ type: x.type, shape: like.shape }];
}

function inferRmsNorm(node: NodeOf<'rmsNorm'>): Result {
  const [x, weight] = [operand(node, 0), operand(node, 1)];
  requireFloat(node, weight);
  if (weight.shape.length !== 1 || weight.shape[0] !== x.shape.at(-1)) {
    throw shapeError('rmsNorm', 'x [..., D] and weight [D]', node.inputs);
  }
  return [...inferUnary(node), { type: 'float32', shape: [...x.shape.slice(0, -1), 1] }];
}

function inferRotary(node: NodeOf<'rotary'>): Result {
  const [x, cos, sin] = [operand(node, 0), operand(node, 1), operand(node, 2)];
  const [batch, , tokens, width] = x.shape;
  const fits =
    x.shape.length === 4 &&
    typeof width === 'number' &&
    width % 2 === 0 &&
    [cos, sin].every(
      ({ shape }) =>
        shape.length === 3 &&
        (shape[0] === 1 || shape[0] === batch) &&
        shape[0] === cos.shape[0] &&
        shape[1] === tokens &&
        shape[2] === width / 2,
    );
  if (!fits) {
    throw shapeError('rotary', 'x [B, H, T, D], cos and sin [B or 1, T, D/2]', node.inputs);
  }
  return inferUnary(node);
}

const rules: OpTable<[], Result> = {
  input: () => [],
  constant: ({ attributes }) => {
    const { type, shape, data } = attributes.tensor;
    if (shape.reduce((product, size) => product * size, 1) !== data.length) {
      throw new ShapeError(
        'shape_mismatch',
        `constant: expected as many elements as ${renderShape(shape)}; got ${data.length}.`,
      );
    }
    return [{ type, shape }];
  },
  add: inferBinary,
  sub: inferBinary,
  mul: inferBinary,
  div: inferBinary,
  minimum: inferBinary,
  maximum: inferBinary,
  less: inferCompare,
  greater: inferCompare,
  equal: inferCompare,
  neg: inferUnary,
  exp: inferUnary,
  log: inferUnary,
  sqrt: inferUnary,
  square: inferUnary,
  reciprocal: inferUnary,
  sigmoid: inferUnary,
  tanh: inferUnary,
  relu: inferUnary,
  silu: (node) => [...inferUnary(node), ...inferUnary(node)],
  clip: inferUnary,
  cast: (node) => {
    const { to } = node.attributes;
    if (to === 'float16' || to === 'int8' || to === 'uint8') {
      throw shapeError('cast', `a type to compute with, not ${to}`, node.inputs);
    }
    return [{ type: to, shape: operand(node, 0).shape }];
  },
  stopGradient: inferSame,
  where: inferWhere,
  matmul: inferMatmul,
  blockMatmul: inferBlockMatmul,
  blockMeans: inferBlockMeans,
  reduceSum: inferReduce,
  reduceMean: inferReduce,
  reduceMax: inferReduce,
  elementCount: (node) => {
    for (const axis of node.attributes.axes) requireAxis(node, operand(node, 0), axis);
    return [{ type: 'float32', shape: [] }];
  },
  softmax: inferLastAxis,
  logSoftmax: inferLastAxis,
  gather: inferGather,
  scatterRows: inferScatterRows,
  gatherElements: inferGatherElements,
  scatterElements: inferScatterElements,
  slice: inferSlice,
  unslice: inferUnslice,
  concat: inferConcat,
  transpose: inferTranspose,
  reshape: inferReshape,
  reshapeLike: inferReshapeLike,
  expand: inferExpand,
  expandLike: inferExpandLike,
  rmsNorm: inferRmsNorm,
  rotary: inferRotary,
};

/** Types and shapes of the outputs of an operation. Throws `ShapeError`. */
export function inferOutputs<K extends OpKind>(
  kind: K,
  attributes: OpAttributes[K],
  inputs: readonly Value[],
): Result {
  return applyOpTable(rules, { kind, attributes, inputs, outputs: [] } as unknown as Node);
}
