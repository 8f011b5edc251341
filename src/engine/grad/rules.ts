/**
 * The gradient of every operation: one rule per kind, total by type.
 *
 * A rule gets a node and the gradient of its first output, and returns the gradient of each input,
 * or undefined where none flows (indices, conditions, cut places). Second outputs (the sigmoid of
 * `silu`, the inverse deviation of `rmsNorm`) exist for these rules and carry no gradient
 * themselves. Backward graphs are written in the operations of `graph/`, so that they can be
 * printed, interpreted and, but for those second outputs, differentiated again.
 * Every rule has a central-difference check in test/gradcheck.
 */
import { UnsupportedOpError, invariant } from '../../base/index.ts';
import * as op from '../graph/index.ts';
import type { NodeOf, OpTable, Value } from '../graph/index.ts';
import { countOf, foldRows, isZeros, spread, sumToShape, withAxes, zerosLike } from './helpers.ts';

export type InputGradients = readonly (Value | undefined)[];

type AnyNode = { readonly inputs: readonly Value[]; readonly outputs: readonly Value[] };

/** The operand at a place; rules run on checked nodes. */
function x(node: AnyNode, index = 0): Value {
  const value = node.inputs[index];
  invariant(value, 'a checked node has its operands');
  return value;
}

function y(node: AnyNode, index = 0): Value {
  const value = node.outputs[index];
  invariant(value, 'a checked node has its outputs');
  return value;
}

const none = (): InputGradients => [];

function scaled(value: Value, factor: number): Value {
  return op.mul(value, op.scalar(value.graph, factor));
}

/** d mul: the other operand; d div: 1/b and -y/b. */
function divRule(node: AnyNode, dy: Value): InputGradients {
  const da = op.div(dy, x(node, 1));
  const db = op.neg(op.mul(da, y(node)));
  return [sumToShape(da, x(node)), sumToShape(db, x(node, 1))];
}

/** Share of the gradient for the operand that won; a tie gives each a half. */
function selectRule(node: AnyNode, dy: Value, wins: typeof op.less): InputGradients {
  const [a, b] = [x(node), x(node, 1)];
  if (a.type !== 'float32') return [];
  const half = scaled(op.cast(op.equal(a, b), 'float32'), 0.5);
  const share = op.add(op.cast(wins(a, b), 'float32'), half);
  const da = op.mul(dy, share);
  return [sumToShape(da, a), sumToShape(op.sub(dy, da), b)];
}

function clipRule(node: NodeOf<'clip'>, dy: Value): InputGradients {
  const zero = op.scalar(dy.graph, 0);
  const bound = (number: number): Value => op.scalar(dy.graph, number);
  const above = op.where(op.less(x(node), bound(node.attributes.low)), zero, dy);
  return [op.where(op.greater(x(node), bound(node.attributes.high)), zero, above)];
}

/** d (x s) = s + x s (1 - s) = s + y (1 - s), with s the sigmoid. */
function siluRule(node: AnyNode, dy: Value): InputGradients {
  const gate = y(node, 1);
  const rest = op.mul(y(node), op.sub(op.scalar(dy.graph, 1), gate));
  return [op.mul(dy, op.add(gate, rest))];
}

/** Y = alpha op(A) op(B). A weight shared by all rows gets its gradient as one plain product. */
function matmulRule(node: NodeOf<'matmul'>, dy: Value): InputGradients {
  const { transposeA, transposeB, alpha } = node.attributes;
  const [a, b] = [x(node), x(node, 1)];
  const da = transposeA
    ? op.matmul(b, dy, { transposeA: transposeB, transposeB: true, alpha })
    : op.matmul(dy, b, { transposeB: !transposeB, alpha });
  const isShared = b.shape.length === 2 && a.shape.length > 2 && !transposeA;
  const [rows, out] = isShared ? [foldRows(a), foldRows(dy)] : [a, dy];
  const db = transposeB
    ? op.matmul(out, rows, { transposeA: true, transposeB: transposeA, alpha })
    : op.matmul(rows, out, { transposeA: !transposeA, alpha });
  return [sumToShape(da, a), sumToShape(db, b)];
}

function reduceMaxRule(node: NodeOf<'reduceMax'>, dy: Value): InputGradients {
  const { axes } = node.attributes;
  const largest = op.reduceMax(x(node), axes, { keepDims: true });
  const isMax = op.cast(op.equal(x(node), largest), 'float32');
  const ties = op.reduceSum(isMax, axes, { keepDims: true });
  return [op.mul(isMax, op.div(withAxes(dy, x(node), axes), ties))];
}

/**
 * d softmax = y (dy - sum(dy y)). In attention, dy = dO V^T and O = y V, so that sum(dy y) is
 * sum(dO O): far fewer elements when the width is less than the context.
 */
function softmaxRule(node: AnyNode, dy: Value): InputGradients {
  const total =
    sumThroughProduct(y(node), dy) ?? op.reduceSum(op.mul(dy, y(node)), [-1], { keepDims: true });
  return [op.mul(y(node), op.sub(dy, total))];
}

/** Sum over the last axis of dy y from the product behind both, if there is one; see above. */
function sumThroughProduct(probabilities: Value, dy: Value): Value | undefined {
  const { graph } = dy;
  const outer = graph.producer(dy);
  // Heads folded for the product: the same reshape stands before it and, undone, after it.
  const source = outer.kind === 'reshape' ? x(outer) : dy;
  const folded =
    source === dy
      ? probabilities
      : graph.findNode('reshape', { dims: source.shape }, [probabilities])?.[0];
  const node = graph.producer(source);
  if (node.kind !== 'matmul' || node.attributes.transposeA || !folded) return undefined;
  if (source.shape.at(-1) !== dy.shape.at(-1)) return undefined;
  const forward = { ...node.attributes, transposeB: !node.attributes.transposeB };
  const out = graph.findNode('matmul', forward, [folded, x(node, 1)])?.[0];
  if (!out || !op.isSameShape(out.shape, x(node).shape)) return undefined;
  const total = op.reduceSum(op.mul(x(node), out), [-1], { keepDims: true });
  const shape = [...dy.shape.slice(0, -1), 1];
  return op.planReshape(total.shape, shape) ? op.reshape(total, shape) : undefined;
}

/**
 * d logSoftmax = dy - softmax sum(dy). Where dy is picked elements scattered into a base, the
 * picked part is added last, into the dense part, so that no pass runs over its zeros.
 */
function logSoftmaxRule(node: AnyNode, dy: Value): InputGradients {
  const { base, sum, finish } = splitScatter(dy);
  // A softmax anew is faster than the exponential of the result: the runtime's kernel is better.
  const probabilities = op.softmax(x(node));
  const dense = base
    ? op.sub(base, op.mul(probabilities, sum))
    : op.mul(probabilities, op.neg(sum));
  return [finish(dense)];
}

type ScatterSplit = {
  /** The dense part; undefined for zeros. */
  readonly base: Value | undefined;
  /** Sum over the last axis of everything, kept as size 1. */
  readonly sum: Value;
  readonly finish: (dense: Value) => Value;
};

function splitScatter(dy: Value): ScatterSplit {
  const node = dy.graph.producer(dy);
  const [base, index, source] = node.inputs;
  const axis = dy.shape.length - 1;
  const sumOf = (value: Value): Value =>
    value.shape[axis] === 1 ? value : op.reduceSum(value, [axis], { keepDims: true });
  if (node.kind !== 'scatterElements' || node.attributes.axis !== axis) {
    return { base: dy, sum: sumOf(dy), finish: (dense) => dense };
  }
  invariant(base && index && source, 'a checked scatter has its operands');
  // Only whole rows: an index shorter on another axis was refused when the node was made.
  const finish = (dense: Value): Value => op.scatterElements(dense, index, source, axis);
  if (isZeros(base)) return { base: undefined, sum: sumOf(source), finish };
  return { base, sum: op.add(sumOf(base), sumOf(source)), finish };
}

function concatRule(node: NodeOf<'concat'>, dy: Value): InputGradients {
  const { axis } = node.attributes;
  const sizes = node.inputs.map((value) => value.shape[axis] ?? 1);
  if (sizes.filter((size) => typeof size === 'string').length > 1) {
    throw new UnsupportedOpError(
      'concat_gradient',
      `concat: the gradient needs at most one symbolic size along axis ${axis}; got ${sizes.join()}.`,
      { details: { op: 'concat', actual: sizes } },
    );
  }
  const symbolic = sizes.findIndex((size) => typeof size === 'string');
  const sum = (list: readonly op.Dim[]): number =>
    list.reduce<number>((total, size) => total + Number(size), 0);
  return node.inputs.map((value, index) => {
    const isPast = symbolic >= 0 && index > symbolic;
    const tail = sum(sizes.slice(index + 1).filter((size) => typeof size === 'number'));
    const reachesEnd = index === sizes.length - 1;
    const size = value.shape[axis] ?? 1;
    const start = isPast ? -tail - Number(size) : sum(sizes.slice(0, index));
    const isOpen = index === symbolic || isPast;
    const openEnd = reachesEnd || tail === 0 ? Infinity : -tail;
    return op.slice(dy, axis, start, isOpen ? openEnd : start + Number(size), { size });
  });
}

/**
 * With r the inverse deviation, w the weight and D the width:
 * dx = r w dy - x r^3 / D sum(dy x w), and dw = sum over rows of dy x r. Both sums are products of
 * dy x with a vector.
 */
function rmsNormRule(node: NodeOf<'rmsNorm'>, dy: Value): InputGradients {
  const [value, weight] = [x(node), x(node, 1)];
  const inverse = y(node, 1);
  const width = value.shape.at(-1) ?? 1;
  const crossed = op.mul(dy, value);
  const dot = op.matmul(crossed, op.reshape(weight, [width, 1]));
  const cube = op.mul(op.square(inverse), inverse);
  const share = op.div(op.mul(dot, cube), countOf(value, [value.shape.length - 1]));
  const direct = op.mul(op.mul(dy, weight), inverse);
  const dx = op.sub(direct, op.mul(value, share));
  const rows = foldRows(value.shape.length === 1 ? op.reshape(crossed, [1, width]) : crossed);
  const column = op.reshape(inverse, [rows.shape[0] ?? 1, 1]);
  const dw = op.reshape(op.matmul(column, rows, { transposeA: true }), [width]);
  return [dx, dw];
}

function transposeRule(node: NodeOf<'transpose'>, dy: Value): InputGradients {
  const { perm } = node.attributes;
  return [
    op.transpose(
      dy,
      perm.map((_axis, index) => perm.indexOf(index)),
    ),
  ];
}

/** The weight is written out: its gradient is for checks, not for training. */
function blockMatmulRule(node: NodeOf<'blockMatmul'>, dy: Value): InputGradients {
  const [codes, factors] = [x(node, 1), x(node, 2)];
  const [rows, blocks] = factors.shape as [number, number];
  const isWhole = node.attributes.bits === 8;
  const zeros = isWhole
    ? op.scalar(dy.graph, 128)
    : op.slice(op.reshape(splitBytes(x(node, 3)), [rows, -1, 1]), 1, 0, blocks);
  const whole = op.sub(isWhole ? op.cast(codes, 'float32') : splitBytes(codes), zeros);
  const weight = op.mul(whole, op.reshape(factors, [rows, blocks, 1]));
  const width = Number(x(node).shape.at(-1));
  return [op.matmul(dy, op.slice(op.reshape(weight, [rows, -1]), 1, 0, width))];
}

/** Halves of bytes as numbers, the lower first. Shape: `[..., N]` to `[..., 2 N]`. */
function splitBytes(bytes: Value): Value {
  const numbers = op.cast(bytes, 'float32');
  const high = op.cast(op.cast(scaled(numbers, 1 / 16), 'int32'), 'float32');
  const low = op.sub(numbers, scaled(high, 16));
  const pairs = [low, high].map((half) => op.reshape(half, [...half.shape, 1]));
  const joined = op.concat(pairs, bytes.shape.length);
  return op.reshape(joined, [...bytes.shape.slice(0, -1), -1]);
}

function blockMeansRule(node: NodeOf<'blockMeans'>, dy: Value): InputGradients {
  const { width } = node.attributes;
  const [a, b, count] = dy.shape as [op.Dim, op.Dim, number];
  const shared = op.reshape(scaled(dy, 1 / width), [a, b, count, 1]);
  const spreadOut = op.concat(
    Array.from({ length: width }, () => shared),
    3,
  );
  return [op.reshapeLike(spreadOut, x(node))];
}

/** The gradient rule of every operation kind. */
export const gradientRules: OpTable<[Value], InputGradients> = {
  input: none,
  constant: none,
  add: (node, dy) => [sumToShape(dy, x(node)), sumToShape(dy, x(node, 1))],
  sub: (node, dy) => [sumToShape(dy, x(node)), sumToShape(op.neg(dy), x(node, 1))],
  mul: (node, dy) => [
    sumToShape(op.mul(dy, x(node, 1)), x(node)),
    sumToShape(op.mul(dy, x(node)), x(node, 1)),
  ],
  div: divRule,
  minimum: (node, dy) => selectRule(node, dy, op.less),
  maximum: (node, dy) => selectRule(node, dy, op.greater),
  less: none,
  greater: none,
  equal: none,
  neg: (_node, dy) => [op.neg(dy)],
  exp: (node, dy) => [op.mul(dy, y(node))],
  log: (node, dy) => [op.div(dy, x(node))],
  sqrt: (node, dy) => [op.div(scaled(dy, 0.5), y(node))],
  square: (node, dy) => [op.mul(scaled(dy, 2), x(node))],
  reciprocal: (node, dy) => [op.neg(op.mul(dy, op.square(y(node))))],
  sigmoid: (node, dy) => [op.mul(dy, op.sub(y(node), op.square(y(node))))],
  tanh: (node, dy) => [op.sub(dy, op.mul(dy, op.square(y(node))))],
  relu: (node, dy) => {
    const zero = op.scalar(dy.graph, 0);
    return [op.where(op.greater(x(node), zero), dy, zero)];
  },
  silu: siluRule,
  clip: clipRule,
  cast: none,
  stopGradient: none,
  where: (node, dy) => {
    const zero = op.scalar(dy.graph, 0);
    return [
      undefined,
      sumToShape(op.where(x(node), dy, zero), x(node, 1)),
      sumToShape(op.where(x(node), zero, dy), x(node, 2)),
    ];
  },
  matmul: matmulRule,
  blockMatmul: blockMatmulRule,
  blockMeans: blockMeansRule,
  reduceSum: (node, dy) => [spread(dy, x(node), node.attributes.axes)],
  reduceMean: (node, dy) => {
    const { axes } = node.attributes;
    return [spread(op.div(dy, countOf(x(node), axes)), x(node), axes)];
  },
  reduceMax: reduceMaxRule,
  elementCount: none,
  softmax: softmaxRule,
  logSoftmax: logSoftmaxRule,
  gather: (node, dy) => [op.scatterRows(zerosLike(x(node)), x(node, 1), dy, node.attributes)],
  scatterRows: (node, dy) => [dy, undefined, op.gather(dy, x(node, 1), node.attributes)],
  gatherElements: (node, dy) => {
    const { axis } = node.attributes;
    return [op.scatterElements(zerosLike(x(node)), x(node, 1), dy, axis)];
  },
  scatterElements: (node, dy) => [
    dy,
    undefined,
    op.gatherElements(dy, x(node, 1), node.attributes.axis),
  ],
  slice: (node, dy) => {
    const { axis, start, end } = node.attributes;
    return [op.unslice(dy, x(node), { axis, start, end })];
  },
  unslice: (node, dy) => {
    const { axis, start, end } = node.attributes;
    return [op.slice(dy, axis, start, end, { size: x(node).shape[axis] ?? 1 })];
  },
  concat: concatRule,
  transpose: transposeRule,
  reshape: (node, dy) => [op.reshapeLike(dy, x(node))],
  reshapeLike: (node, dy) => [op.reshapeLike(dy, x(node))],
  expand: (node, dy) => [sumToShape(dy, x(node))],
  expandLike: (node, dy) => [sumToShape(dy, x(node))],
  rmsNorm: rmsNormRule,
  rotary: (node, dy) => {
    const sign = node.attributes.sign === 1 ? -1 : 1;
    return [op.rotary(dy, x(node, 1), x(node, 2), sign)];
  },
};
