/**
 * The operations as functions on values: what a model is written with.
 *
 * They resolve negative axes, and drop work that does nothing (a reshape to the same shape, a
 * transpose back, a factor of 1, an expansion that broadcasting makes by itself), which keeps
 * generated backward graphs small. All throw `ShapeError` when operands do not fit.
 */
import { invariant, ShapeError } from '../../base/index.ts';
import {
  broadcastShapes,
  divideDims,
  isSameShape,
  multiplyDims,
  opaqueName,
  planExpand,
  planReshape,
  renderShape,
  shapeError,
  sliceSize,
} from './dims.ts';
import type { Graph } from './graph.ts';
import type { Dim, ElementType, OpAttributes, OpKind, Tensor, Value } from './types.ts';

function apply<K extends OpKind>(
  kind: K,
  attributes: OpAttributes[K],
  inputs: readonly Value[],
): Value {
  const graph = inputs[0]?.graph;
  invariant(graph, `${kind} needs an operand`);
  const result = graph.addNode(kind, attributes, inputs)[0];
  invariant(result, `${kind} has an output`);
  return result;
}

function resolveAxis(op: string, x: Value, axis: number): number {
  const resolved = axis < 0 ? x.shape.length + axis : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= x.shape.length) {
    throw shapeError(op, `an axis within the rank (axis ${axis})`, [x]);
  }
  return resolved;
}

/** Declares an input by name. */
export function input(graph: Graph, name: string, type: ElementType, shape: readonly Dim[]): Value {
  return graph.addInput(name, type, shape);
}

/** Puts a tensor into the graph. */
export function constant(graph: Graph, tensor: Tensor): Value {
  const value = graph.addNode('constant', { tensor }, [])[0];
  invariant(value, 'a constant has a value');
  return value;
}

/** Puts a float32 number into the graph. Shape `[]`. */
export function scalar(graph: Graph, number: number): Value {
  return constant(graph, { type: 'float32', shape: [], data: Float32Array.of(number) });
}

/** Names a value as an output of the graph. */
export function output(graph: Graph, name: string, value: Value): void {
  graph.addOutput(name, value);
}

/** The number a value is known to be everywhere, if it is a scalar constant (expanded or not). */
export function knownNumber(value: Value): number | undefined {
  const node = value.graph.producer(value);
  if (node.kind === 'constant') {
    const { data } = node.attributes.tensor;
    return data.length === 1 ? Number(data[0]) : undefined;
  }
  if (node.kind === 'expand' || node.kind === 'expandLike') {
    return node.inputs[0] && knownNumber(node.inputs[0]);
  }
  return undefined;
}

/** Undoes an expansion of one operand where broadcasting against the other gives the same. */
function unexpanded(a: Value, b: Value): Value {
  const node = a.graph.producer(a);
  const source = node.inputs[0];
  if ((node.kind !== 'expand' && node.kind !== 'expandLike') || !source) return a;
  const full = broadcastShapes(a.shape, b.shape);
  const reduced = broadcastShapes(source.shape, b.shape);
  return full && reduced && isSameShape(full, reduced) ? source : a;
}

type BinaryKind =
  'add' | 'sub' | 'mul' | 'div' | 'minimum' | 'maximum' | 'less' | 'greater' | 'equal';

function binary(kind: BinaryKind, left: Value, right: Value): Value {
  const a = unexpanded(left, right);
  const b = unexpanded(right, a);
  return apply(kind, {}, [a, b]);
}

function isFullShape(x: Value, other: Value): boolean {
  const shape = broadcastShapes(x.shape, other.shape);
  return shape !== undefined && isSameShape(shape, x.shape) && x.type === other.type;
}

/** a + b, broadcasting. */
export function add(a: Value, b: Value): Value {
  if (knownNumber(b) === 0 && isFullShape(a, b)) return a;
  if (knownNumber(a) === 0 && isFullShape(b, a)) return b;
  return binary('add', a, b);
}

/** a - b, broadcasting. */
export function sub(a: Value, b: Value): Value {
  if (knownNumber(b) === 0 && isFullShape(a, b)) return a;
  return binary('sub', a, b);
}

/** a * b, broadcasting. */
export function mul(a: Value, b: Value): Value {
  if (knownNumber(b) === 1 && isFullShape(a, b)) return a;
  if (knownNumber(a) === 1 && isFullShape(b, a)) return b;
  return binary('mul', a, b);
}

/** a / b, broadcasting. */
export function div(a: Value, b: Value): Value {
  if (knownNumber(b) === 1 && isFullShape(a, b)) return a;
  return binary('div', a, b);
}

/** The smaller of both, broadcasting; a tie sends half of the gradient each way. */
export function minimum(a: Value, b: Value): Value {
  return binary('minimum', a, b);
}

/** The larger of both, broadcasting; a tie sends half of the gradient each way. */
export function maximum(a: Value, b: Value): Value {
  return binary('maximum', a, b);
}

/** a < b as bool, broadcasting. */
export function less(a: Value, b: Value): Value {
  return binary('less', a, b);
}

/** a > b as bool, broadcasting. */
export function greater(a: Value, b: Value): Value {
  return binary('greater', a, b);
}

/** a = b as bool, broadcasting. */
export function equal(a: Value, b: Value): Value {
  return binary('equal', a, b);
}

/** -x. */
export function neg(x: Value): Value {
  return apply('neg', {}, [x]);
}

/** e^x. */
export function exp(x: Value): Value {
  return apply('exp', {}, [x]);
}

/** Natural logarithm. */
export function log(x: Value): Value {
  return apply('log', {}, [x]);
}

/** Square root. */
export function sqrt(x: Value): Value {
  return apply('sqrt', {}, [x]);
}

/** x * x. */
export function square(x: Value): Value {
  return apply('square', {}, [x]);
}

/** 1 / x. */
export function reciprocal(x: Value): Value {
  return apply('reciprocal', {}, [x]);
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: Value): Value {
  return apply('sigmoid', {}, [x]);
}

/** x * sigmoid(x). */
export function silu(x: Value): Value {
  return apply('silu', {}, [x]);
}

/** Hyperbolic tangent. */
export function tanh(x: Value): Value {
  return apply('tanh', {}, [x]);
}

/** max(x, 0); the gradient at 0 is 0. */
export function relu(x: Value): Value {
  return apply('relu', {}, [x]);
}

/** Limits x to [low, high]; the gradient is kept at the limits and 0 beyond. */
export function clip(x: Value, low: number, high: number): Value {
  return apply('clip', { low, high }, [x]);
}

/** a where the condition holds, else b; broadcasting. */
export function where(condition: Value, a: Value, b: Value): Value {
  return apply('where', {}, [condition, a, b]);
}

/** Converts the element type; bool to float gives 0 and 1. No gradient. */
export function cast(x: Value, to: ElementType): Value {
  return x.type === to ? x : apply('cast', { to }, [x]);
}

/** x, whose gradient is cut off. */
export function stopGradient(x: Value): Value {
  return apply('stopGradient', {}, [x]);
}

export type MatmulOptions = {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Factor on the product; default 1. */
  readonly alpha?: number;
};

/** alpha * A B. Shape: `[..., M, K]` and `[..., K, N]` (before transposing), batch axes broadcast. */
export function matmul(a: Value, b: Value, options: MatmulOptions = {}): Value {
  const { transposeA = false, transposeB = false, alpha = 1 } = options;
  return apply('matmul', { transposeA, transposeB, alpha }, [a, b]);
}

export type ReduceOptions = { readonly keepDims?: boolean };

function reduce(
  kind: 'reduceSum' | 'reduceMean' | 'reduceMax',
  x: Value,
  [axes, options]: readonly [readonly number[] | undefined, ReduceOptions],
): Value {
  const all = axes ?? x.shape.map((_dim, index) => index);
  const resolved = [...new Set(all.map((axis) => resolveAxis(kind, x, axis)))].sort(
    (a, b) => a - b,
  );
  if (resolved.length === 0) return x;
  return apply(kind, { axes: resolved, keepDims: options.keepDims ?? false }, [x]);
}

/** Sum over axes (all of them if not given). */
export function reduceSum(x: Value, axes?: readonly number[], options: ReduceOptions = {}): Value {
  return reduce('reduceSum', x, [axes, options]);
}

/** Mean over axes (all of them if not given). */
export function reduceMean(x: Value, axes?: readonly number[], options: ReduceOptions = {}): Value {
  return reduce('reduceMean', x, [axes, options]);
}

/** Largest over axes (all of them if not given); ties share the gradient. */
export function reduceMax(x: Value, axes?: readonly number[], options: ReduceOptions = {}): Value {
  return reduce('reduceMax', x, [axes, options]);
}

/** How many elements lie along axes (all of them if not given), as a float32 scalar. */
export function elementCount(x: Value, axes?: readonly number[]): Value {
  const resolved = (axes ?? x.shape.map((_dim, index) => index)).map((axis) =>
    resolveAxis('elementCount', x, axis),
  );
  const count = multiplyDims(resolved.map((axis) => x.shape[axis] ?? 1));
  if (typeof count === 'number') return scalar(x.graph, count);
  return apply('elementCount', { axes: resolved }, [x]);
}

/** Softmax over the last axis. */
export function softmax(x: Value): Value {
  return apply('softmax', {}, [x]);
}

/** Logarithm of the softmax over the last axis. */
export function logSoftmax(x: Value): Value {
  return apply('logSoftmax', {}, [x]);
}

/** `areUnique` promises that no id comes twice, which makes adding rows back many times as fast. */
export type RowIds = { readonly areUnique?: boolean };

/** Rows of a table by id. Shape: table `[V, ...]`, ids int32 `[...]` give `[...ids, ...]`. */
export function gather(table: Value, ids: Value, { areUnique = false }: RowIds = {}): Value {
  return apply('gather', { areUnique }, [table, ids]);
}

/** data plus rows added at their ids; duplicates add up. Shape: as `gather`, backwards. */
export function scatterRows(
  data: Value,
  ids: Value,
  rows: Value,
  { areUnique = false }: RowIds = {},
): Value {
  return apply('scatterRows', { areUnique }, [data, ids, rows]);
}

/** Elements along one axis by index; index has the shape of the result. */
export function gatherElements(x: Value, index: Value, axis: number): Value {
  return apply('gatherElements', { axis: resolveAxis('gatherElements', x, axis) }, [x, index]);
}

/** data plus source elements added at their index along one axis. */
export function scatterElements(data: Value, index: Value, source: Value, axis: number): Value {
  const resolved = resolveAxis('scatterElements', data, axis);
  return apply('scatterElements', { axis: resolved }, [data, index, source]);
}

export type SliceOptions = {
  /** Names the size of the result where it is symbolic. */
  readonly size?: Dim;
};

/** Part of one axis; negative positions count from the end, `Infinity` is the end. */
export function slice(
  x: Value,
  axis: number,
  start: number,
  end: number,
  options: SliceOptions = {},
): Value {
  const resolved = resolveAxis('slice', x, axis);
  const dim = x.shape[resolved] ?? 1;
  if (start === 0 && (end === Infinity || end === dim)) return x;
  const size = options.size ?? sliceSize(dim, start, end);
  return apply('slice', { axis: resolved, start, end, size }, [x]);
}

/** Zeros in the shape of `like`, with x where `slice` with the same numbers reads. */
export function unslice(
  x: Value,
  like: Value,
  place: { readonly axis: number; readonly start: number; readonly end: number },
): Value {
  return apply('unslice', place, [x, like]);
}

/** Joins along one axis; `size` names the result's size where it is symbolic. */
export function concat(values: readonly Value[], axis: number, options: SliceOptions = {}): Value {
  const [first] = values;
  if (!first) throw new ShapeError('shape_mismatch', 'concat: expected at least one operand.');
  if (values.length === 1) return first;
  const resolved = resolveAxis('concat', first, axis);
  const sizes = values.map((value) => value.shape[resolved] ?? 1);
  const literal = sizes.every((size) => typeof size === 'number');
  const size = literal ? sizes.reduce((sum, each) => sum + each, 0) : opaqueName(sizes.join('+'));
  return apply('concat', { axis: resolved, size: options.size ?? size }, values);
}

/** Permutes the axes: axis i of the result is axis `perm[i]` of x. */
export function transpose(x: Value, perm: readonly number[]): Value {
  const node = x.graph.producer(x);
  if (node.kind === 'transpose' && node.inputs[0] && perm.length === x.shape.length) {
    const composed = perm.map((axis) => node.attributes.perm[axis] ?? -1);
    return transpose(node.inputs[0], composed);
  }
  if (perm.length === x.shape.length && perm.every((axis, index) => axis === index)) return x;
  return apply('transpose', { perm }, [x]);
}

function resolveReshape(x: Value, dims: readonly Dim[]): readonly Dim[] {
  const open = dims.indexOf(-1);
  if (open < 0) return dims;
  const rest = dims.filter((_dim, index) => index !== open);
  const size = divideDims(x.shape, rest);
  if (size === undefined || rest.includes(-1)) {
    throw shapeError('reshape', `sizes that divide evenly, not ${renderShape(dims)}`, [x]);
  }
  return dims.map((dim, index) => (index === open ? size : dim));
}

/**
 * Another shape for the same elements. Sizes may be symbolic or one -1; at most one may be neither
 * literal nor at the same place in x.
 */
export function reshape(x: Value, dims: readonly Dim[]): Value {
  const target = resolveReshape(x, dims);
  if (isSameShape(x.shape, target)) return x;
  const node = x.graph.producer(x);
  const source = node.inputs[0];
  const isReshape = node.kind === 'reshape' || node.kind === 'reshapeLike';
  if (
    isReshape &&
    source &&
    planReshape(source.shape, target) &&
    multiplyDims(source.shape) === multiplyDims(target)
  ) {
    return reshape(source, target);
  }
  return apply('reshape', { dims: target }, [x]);
}

/** The elements of x in the shape of another value. */
export function reshapeLike(x: Value, like: Value): Value {
  const node = x.graph.producer(x);
  const source = node.inputs[0];
  const isReshape = node.kind === 'reshape' || node.kind === 'reshapeLike';
  if (isReshape && source && isSameShape(source.shape, like.shape)) return source;
  if (planReshape(x.shape, like.shape)) return reshape(x, like.shape);
  return apply('reshapeLike', {}, [x, like]);
}

/** Repeats x to larger sizes; symbolic sizes that x lacks are taken from a value. */
export function broadcastTo(x: Value, target: readonly Dim[] | Value): Value {
  const dims = isValue(target) ? target.shape : target;
  if (isSameShape(x.shape, dims)) return x;
  if (isValue(target) && !planExpand(x.shape, dims)) return apply('expandLike', {}, [x, target]);
  return apply('expand', { dims }, [x]);
}

function isValue(target: readonly Dim[] | Value): target is Value {
  return !Array.isArray(target);
}

/**
 * x / sqrt(mean(x^2) + epsilon) * weight over the last axis. Shape: x `[..., D]`, weight `[D]`.
 * Source: Zhang and Sennrich 2019, arXiv 1910.07467.
 */
export function rmsNorm(x: Value, weight: Value, epsilon: number): Value {
  return apply('rmsNorm', { epsilon }, [x, weight]);
}

/** A weight in blocks of codes, each with a factor; of 4 bits each with a zero, too. */
export type BlockWeight = {
  /** Shape: `[N, blocks, block]` of 8 bits, `[N, blocks, block / 2]` of 4, both uint8. */
  readonly codes: Value;
  /** Shape: `[N, blocks]`. */
  readonly factors: Value;
  /** The codes of the number 0, of 4 bits. Shape: `[N, blocks / 2]` uint8, rounded up. */
  readonly zeros?: Value;
};

/**
 * Product with a weight that is held in blocks of 8 or 4 bits. Shape: x `[..., K]` to `[..., N]`. On the
 * processor codes and zeros must be weights of the session. Rounded, x is held in 8 bits a block as well,
 * which is several times faster for few rows and 1e-2 of the largest result off; no gradient flows to the
 * weight.
 */
export function blockMatmul(
  x: Value,
  { codes, factors, zeros }: BlockWeight,
  { isRounded = false }: { readonly isRounded?: boolean } = {},
): Value {
  if (!zeros) return apply('blockMatmul', { bits: 8, isRounded }, [x, codes, factors]);
  return apply('blockMatmul', { bits: 4, isRounded }, [x, codes, factors, zeros]);
}

/** Means of `width` numbers each along the last axis. Shape: `[A, B, K]` to `[A, B, K / width]`. */
export function blockMeans(x: Value, width: number): Value {
  return apply('blockMeans', { width }, [x]);
}

/**
 * Rotary position embedding, halves paired (element i with i + D/2). Shape: x `[B, H, T, D]`,
 * cos and sin `[B or 1, T, D/2]`; no gradient flows to cos and sin.
 * Source: Su et al. 2021, arXiv 2104.09864, in the pairing of GPT-NeoX.
 */
export function rotary(x: Value, cos: Value, sin: Value, sign: 1 | -1 = 1): Value {
  return apply('rotary', { sign }, [x, cos, sin]);
}
