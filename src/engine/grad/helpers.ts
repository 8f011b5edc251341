/**
 * Small pieces the gradient rules share: undoing broadcasting, zeros, counting, folding.
 */
import {
  add,
  broadcastTo,
  elementCount,
  knownNumber,
  multiplyDims,
  planReshape,
  reduceSum,
  reshape,
  reshapeLike,
  scalar,
  scatterElements,
  scatterRows,
} from '../graph/index.ts';
import type { Value } from '../graph/index.ts';

/** Sums a gradient over the axes along which an operand was repeated. */
export function sumToShape(gradient: Value, operand: Value): Value {
  const lead = gradient.shape.length - operand.shape.length;
  const axes: number[] = [];
  for (const [index, dim] of gradient.shape.entries()) {
    if (index < lead || (operand.shape[index - lead] === 1 && dim !== 1)) axes.push(index);
  }
  if (axes.length === 0) return gradient;
  const isLeading = axes.every((axis, index) => axis === index);
  if (isLeading && axes.length === lead) return reduceSum(gradient, axes);
  return reshapeLike(reduceSum(gradient, axes, { keepDims: true }), operand);
}

/** Zeros in the shape of a value. */
export function zerosLike(like: Value): Value {
  return broadcastTo(scalar(like.graph, 0), like);
}

/** Whether a value is zeros by construction. */
export function isZeros(value: Value): boolean {
  return knownNumber(value) === 0;
}

/** A reduced gradient repeated like the operand of the reduction. */
export function spread(gradient: Value, operand: Value, axes: readonly number[]): Value {
  return broadcastTo(withAxes(gradient, operand, axes), operand);
}

/** The result of a reduction with the reduced axes back at size 1 (or left to broadcasting). */
export function withAxes(value: Value, operand: Value, axes: readonly number[]): Value {
  if (value.shape.length === operand.shape.length) return value;
  if (axes.every((axis, index) => axis === index)) return value;
  const shape = operand.shape.map((dim, index) => (axes.includes(index) ? 1 : dim));
  if (planReshape(value.shape, shape)) return reshape(value, shape);
  // Several symbolic sizes move: take them from the same reduction with its axes kept.
  return reshapeLike(value, reduceSum(operand, axes, { keepDims: true }));
}

/** How many elements each result of a reduction stands for. */
export function countOf(operand: Value, axes: readonly number[]): Value {
  return elementCount(operand, axes);
}

/** Folds all axes but the last into one. */
export function foldRows(value: Value): Value {
  if (value.shape.length === 2) return value;
  const last = value.shape.at(-1) ?? 1;
  return reshape(value, [multiplyDims(value.shape.slice(0, -1)), last]);
}

/** Adds two contributions to one gradient; a scatter into zeros becomes a scatter into the other. */
export function accumulate(a: Value, b: Value): Value {
  return scatterInto(a, b) ?? scatterInto(b, a) ?? add(a, b);
}

function scatterInto(base: Value, scattered: Value): Value | undefined {
  const node = scattered.graph.producer(scattered);
  const [data, ids, source] = node.inputs;
  if (!data || !ids || !source || !isZeros(data)) return undefined;
  if (node.kind === 'scatterRows') return scatterRows(base, ids, source, node.attributes);
  if (node.kind === 'scatterElements') {
    return scatterElements(base, ids, source, node.attributes.axis);
  }
  return undefined;
}
