/**
 * The reference rule of every operation: plain float64 loops, one rule per kind, total by type.
 *
 * Written for being obviously right, not fast: it is the oracle that the ONNX graphs and the
 * gradients are tested against, and shares no formula with the gradient rules.
 */
import { EngineError, invariant } from '../../base/index.ts';
import type { ElementType, NodeOf, OpTable } from '../graph/index.ts';
import { broadcastSizes, build, coordinatesOf, offsetOf, sizeOf, toFloat64 } from './tensor64.ts';
import type { Tensor64 } from './tensor64.ts';

type Operands = readonly Tensor64[];
type Result = readonly Tensor64[];

function take(operands: Operands, index: number): Tensor64 {
  const value = operands[index];
  invariant(value, 'a checked node has its operands');
  return value;
}

const read = (tensor: Tensor64, index: number): number => tensor.data[index] ?? Number.NaN;

function unary(compute: (x: number) => number) {
  return (_node: unknown, operands: Operands): Result => {
    const x = take(operands, 0);
    return [build(x.type, x.shape, (index) => compute(read(x, index)))];
  };
}

function binary(compute: (a: number, b: number) => number, type?: ElementType) {
  return (_node: unknown, operands: Operands): Result => {
    const [a, b] = [take(operands, 0), take(operands, 1)];
    const shape = broadcastSizes(a.shape, b.shape);
    const at = (index: number): number => {
      const where = coordinatesOf(index, shape);
      return compute(read(a, offsetOf(where, a.shape)), read(b, offsetOf(where, b.shape)));
    };
    return [build(type ?? a.type, shape, at)];
  };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function castNumber(x: number, to: ElementType): number {
  if (to === 'bool') return Number(x !== 0);
  return to === 'float32' || to === 'float16' ? x : Math.trunc(x);
}

function whereRule(_node: unknown, operands: Operands): Result {
  const [condition, a, b] = [take(operands, 0), take(operands, 1), take(operands, 2)];
  const shape = broadcastSizes(condition.shape, broadcastSizes(a.shape, b.shape));
  const at = (index: number): number => {
    const where = coordinatesOf(index, shape);
    const source = read(condition, offsetOf(where, condition.shape)) !== 0 ? a : b;
    return read(source, offsetOf(where, source.shape));
  };
  return [build(a.type, shape, at)];
}

function matmulRule(node: NodeOf<'matmul'>, operands: Operands): Result {
  const { transposeA, transposeB, alpha } = node.attributes;
  const [a, b] = [take(operands, 0), take(operands, 1)];
  const rows = a.shape.at(transposeA ? -1 : -2) ?? 1;
  const inner = a.shape.at(transposeA ? -2 : -1) ?? 1;
  const columns = b.shape.at(transposeB ? -2 : -1) ?? 1;
  const batch = broadcastSizes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, rows, columns];
  const at = (index: number): number => {
    const where = coordinatesOf(index, shape);
    const column = where.pop() ?? 0;
    const row = where.pop() ?? 0;
    let sum = 0;
    for (let k = 0; k < inner; k += 1) {
      const left = offsetOf([...where, ...(transposeA ? [k, row] : [row, k])], a.shape);
      const right = offsetOf([...where, ...(transposeB ? [column, k] : [k, column])], b.shape);
      sum += read(a, left) * read(b, right);
    }
    return alpha * sum;
  };
  return [build('float32', shape, at)];
}

function blockMatmulRule(node: NodeOf<'blockMatmul'>, operands: Operands): Result {
  const [x, codes, factors] = [take(operands, 0), take(operands, 1), take(operands, 2)];
  const { bits } = node.attributes;
  const [rows = 0, blocks = 0, bytes = 1] = codes.shape;
  const block = (bytes * 8) / bits;
  const width = x.shape.at(-1) ?? 0;
  const half = (tensor: Tensor64, row: number, place: number): number => {
    const byte = read(tensor, row * (sizeOf(tensor.shape) / rows) + (place >> 1));
    return place % 2 === 0 ? byte % 16 : Math.floor(byte / 16);
  };
  const weight = (row: number, k: number): number => {
    const which = Math.floor(k / block);
    const whole =
      bits === 8
        ? read(codes, row * width + k) - 128
        : half(codes, row, k) - half(take(operands, 3), row, which);
    return whole * read(factors, row * blocks + which);
  };
  const at = (index: number): number => {
    const [row, from] = [index % rows, Math.floor(index / rows) * width];
    let sum = 0;
    for (let k = 0; k < width; k += 1) sum += read(x, from + k) * weight(row, k);
    return sum;
  };
  return [build('float32', [...x.shape.slice(0, -1), rows], at)];
}

function blockMeansRule(node: NodeOf<'blockMeans'>, operands: Operands): Result {
  const x = take(operands, 0);
  const { width } = node.attributes;
  const shape = [...x.shape.slice(0, -1), (x.shape.at(-1) ?? 0) / width];
  const at = (index: number): number =>
    sumOf([...x.data.subarray(index * width, (index + 1) * width)]) / width;
  return [build('float32', shape, at)];
}

/** The groups of flat indices that a reduction joins, in the order of its results. */
function groupsOf(shape: readonly number[], axes: readonly number[]): number[][] {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
  for (let index = 0; index < sizeOf(shape); index += 1) {
    groups[offsetOf(coordinatesOf(index, shape), kept)]?.push(index);
  }
  return groups;
}

function reduceRule(compute: (values: readonly number[]) => number) {
  return (node: NodeOf<'reduceSum' | 'reduceMean' | 'reduceMax'>, operands: Operands): Result => {
    const x = take(operands, 0);
    const { axes, keepDims } = node.attributes;
    const groups = groupsOf(x.shape, axes);
    const shape = keepDims
      ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
      : x.shape.filter((_size, axis) => !axes.includes(axis));
    const at = (index: number): number => compute((groups[index] ?? []).map((i) => read(x, i)));
    return [build(x.type, shape, at)];
  };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function overRows(compute: (row: readonly number[]) => readonly number[]) {
  return (_node: unknown, operands: Operands): Result => {
    const x = take(operands, 0);
    const width = x.shape.at(-1) ?? 1;
    const data = new Float64Array(x.data.length);
    for (let start = 0; start < data.length; start += width) {
      data.set(compute([...x.data.subarray(start, start + width)]), start);
    }
    return [{ ...x, data }];
  };
}

function logSoftmaxRow(row: readonly number[]): readonly number[] {
  const top = Math.max(...row);
  const total = Math.log(sumOf(row.map((value) => Math.exp(value - top)))) + top;
  return row.map((value) => value - total);
}

function checkedIndex(kind: string, index: number, size: number): number {
  const resolved = index < 0 ? index + size : index;
  if (resolved >= 0 && resolved < size) return resolved;
  throw new EngineError('index_out_of_range', `${kind}: index ${index} is not below ${size}.`);
}

/** Element count of one row of a table. */
const rowSize = (table: Tensor64): number => sizeOf(table.shape.slice(1));

function gatherRule(_node: unknown, operands: Operands): Result {
  const [table, ids] = [take(operands, 0), take(operands, 1)];
  const width = rowSize(table);
  const at = (index: number): number => {
    const id = checkedIndex('gather', read(ids, Math.floor(index / width)), table.shape[0] ?? 0);
    return read(table, id * width + (index % width));
  };
  return [build(table.type, [...ids.shape, ...table.shape.slice(1)], at)];
}

function scatterRowsRule(_node: unknown, operands: Operands): Result {
  const [table, ids, rows] = [take(operands, 0), take(operands, 1), take(operands, 2)];
  const width = rowSize(table);
  const data = Float64Array.from(table.data);
  for (let index = 0; index < rows.data.length; index += 1) {
    const row = read(ids, Math.floor(index / width));
    const at = checkedIndex('scatterRows', row, table.shape[0] ?? 0) * width + (index % width);
    data[at] = (data[at] ?? 0) + read(rows, index);
  }
  return [{ ...table, data }];
}

/** Where in a tensor the element of an index tensor points. */
function elementTarget(
  shape: readonly number[],
  index: Tensor64,
  [flat, axis]: readonly [number, number],
): number {
  const where = coordinatesOf(flat, index.shape);
  where[axis] = checkedIndex('gatherElements', read(index, flat), shape[axis] ?? 0);
  return offsetOf(where, shape);
}

function gatherElementsRule(node: NodeOf<'gatherElements'>, operands: Operands): Result {
  const [x, index] = [take(operands, 0), take(operands, 1)];
  const at = (flat: number): number =>
    read(x, elementTarget(x.shape, index, [flat, node.attributes.axis]));
  return [build(x.type, index.shape, at)];
}

function scatterElementsRule(node: NodeOf<'scatterElements'>, operands: Operands): Result {
  const [x, index, source] = [take(operands, 0), take(operands, 1), take(operands, 2)];
  const data = Float64Array.from(x.data);
  for (let flat = 0; flat < source.data.length; flat += 1) {
    const at = elementTarget(x.shape, index, [flat, node.attributes.axis]);
    data[at] = (data[at] ?? 0) + read(source, flat);
  }
  return [{ ...x, data }];
}

function resolveRange(size: number, start: number, end: number): readonly [number, number] {
  const resolve = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  return [resolve(start), resolve(end)];
}

function sliceRule(node: NodeOf<'slice'>, operands: Operands): Result {
  const x = take(operands, 0);
  const { axis, start, end } = node.attributes;
  const [from, to] = resolveRange(x.shape[axis] ?? 0, start, end);
  const shape = x.shape.map((size, index) => (index === axis ? Math.max(to - from, 0) : size));
  const at = (flat: number): number => {
    const where = coordinatesOf(flat, shape);
    where[axis] = (where[axis] ?? 0) + from;
    return read(x, offsetOf(where, x.shape));
  };
  return [build(x.type, shape, at)];
}

function unsliceRule(node: NodeOf<'unslice'>, operands: Operands): Result {
  const [x, like] = [take(operands, 0), take(operands, 1)];
  const { axis, start, end } = node.attributes;
  const [from] = resolveRange(like.shape[axis] ?? 0, start, end);
  const data = new Float64Array(sizeOf(like.shape));
  for (let flat = 0; flat < x.data.length; flat += 1) {
    const where = coordinatesOf(flat, x.shape);
    where[axis] = (where[axis] ?? 0) + from;
    data[offsetOf(where, like.shape)] = read(x, flat);
  }
  return [{ type: x.type, shape: like.shape, data }];
}

function concatRule(node: NodeOf<'concat'>, operands: Operands): Result {
  const { axis } = node.attributes;
  const first = take(operands, 0);
  const total = sumOf(operands.map((value) => value.shape[axis] ?? 0));
  const shape = first.shape.map((size, index) => (index === axis ? total : size));
  const at = (flat: number): number => {
    const where = coordinatesOf(flat, shape);
    let position = where[axis] ?? 0;
    for (const value of operands) {
      const size = value.shape[axis] ?? 0;
      if (position < size) {
        where[axis] = position;
        return read(value, offsetOf(where, value.shape));
      }
      position -= size;
    }
    return Number.NaN;
  };
  return [build(first.type, shape, at)];
}

function transposeRule(node: NodeOf<'transpose'>, operands: Operands): Result {
  const x = take(operands, 0);
  const { perm } = node.attributes;
  const shape = perm.map((axis) => x.shape[axis] ?? 1);
  const at = (flat: number): number => {
    const where = coordinatesOf(flat, shape);
    const source = perm.map((_axis, index) => where[perm.indexOf(index)] ?? 0);
    return read(x, offsetOf(source, x.shape));
  };
  return [build(x.type, shape, at)];
}

/** Sizes of a symbolic shape, filled in from an operand (same place) or from what is left over. */
function reshapeRule(node: NodeOf<'reshape'>, operands: Operands): Result {
  const x = take(operands, 0);
  const from = node.inputs[0]?.shape ?? [];
  const sizes = node.attributes.dims.map((dim, index) => {
    if (typeof dim === 'number') return dim;
    return dim === from[index] ? (x.shape[index] ?? 1) : -1;
  });
  const rest = x.data.length / sizeOf(sizes.filter((size) => size >= 0));
  return [{ ...x, shape: sizes.map((size) => (size < 0 ? rest : size)) }];
}

function repeatTo(x: Tensor64, shape: readonly number[]): Result {
  return [build(x.type, shape, (flat) => read(x, offsetOf(coordinatesOf(flat, shape), x.shape)))];
}

function expandRule(node: NodeOf<'expand'>, operands: Operands): Result {
  const x = take(operands, 0);
  const { dims } = node.attributes;
  const shape = dims.map((dim, index) =>
    typeof dim === 'number' ? dim : (x.shape[index - dims.length + x.shape.length] ?? 1),
  );
  return repeatTo(x, shape);
}

function rmsNormRule(node: NodeOf<'rmsNorm'>, operands: Operands): Result {
  const [x, weight] = [take(operands, 0), take(operands, 1)];
  const width = x.shape.at(-1) ?? 1;
  const inverse = build('float32', [...x.shape.slice(0, -1), 1], (row) => {
    const values = [...x.data.subarray(row * width, (row + 1) * width)];
    const mean = sumOf(values.map((value) => value * value)) / width;
    return 1 / Math.sqrt(mean + node.attributes.epsilon);
  });
  const normalised = build(
    x.type,
    x.shape,
    (index) =>
      read(x, index) * read(inverse, Math.floor(index / width)) * read(weight, index % width),
  );
  return [normalised, inverse];
}

function rotaryRule(node: NodeOf<'rotary'>, operands: Operands): Result {
  const [x, cos, sin] = [take(operands, 0), take(operands, 1), take(operands, 2)];
  const half = (x.shape[3] ?? 0) / 2;
  const at = (flat: number): number => {
    const [batch = 0, head = 0, token = 0, place = 0] = coordinatesOf(flat, x.shape);
    const table = offsetOf([batch, token, place % half], cos.shape);
    const partner = offsetOf([batch, head, token, (place + half) % (2 * half)], x.shape);
    const direction = (place < half ? -1 : 1) * node.attributes.sign;
    return read(x, flat) * read(cos, table) + direction * read(x, partner) * read(sin, table);
  };
  return [build(x.type, x.shape, at)];
}

/** The reference rule of every operation kind; `input` is answered by the interpreter. */
export const referenceRules: OpTable<[Operands], Result> = {
  input: () => [],
  constant: (node) => [toFloat64(node.attributes.tensor)],
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  minimum: binary(Math.min),
  maximum: binary(Math.max),
  less: binary((a, b) => Number(a < b), 'bool'),
  greater: binary((a, b) => Number(a > b), 'bool'),
  equal: binary((a, b) => Number(a === b), 'bool'),
  neg: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  square: unary((x) => x * x),
  reciprocal: unary((x) => 1 / x),
  sigmoid: unary(sigmoid),
  tanh: unary(Math.tanh),
  relu: unary((x) => Math.max(x, 0)),
  silu: (node, operands) => [
    ...unary((x) => x * sigmoid(x))(node, operands),
    ...unary(sigmoid)(node, operands),
  ],
  clip: (node, operands) => {
    const { low, high } = node.attributes;
    return unary((x) => Math.min(Math.max(x, low), high))(node, operands);
  },
  cast: (node, operands) => {
    const { to } = node.attributes;
    const x = take(operands, 0);
    return [build(to, x.shape, (index) => castNumber(read(x, index), to))];
  },
  stopGradient: unary((x) => x),
  where: whereRule,
  matmul: matmulRule,
  blockMatmul: blockMatmulRule,
  blockMeans: blockMeansRule,
  reduceSum: reduceRule(sumOf),
  reduceMean: reduceRule((values) => sumOf(values) / values.length),
  reduceMax: reduceRule((values) => Math.max(...values)),
  elementCount: (node, operands) => {
    const { shape } = take(operands, 0);
    const count = sizeOf(node.attributes.axes.map((axis) => shape[axis] ?? 1));
    return [build('float32', [], () => count)];
  },
  softmax: overRows((row) => logSoftmaxRow(row).map(Math.exp)),
  logSoftmax: overRows(logSoftmaxRow),
  gather: gatherRule,
  scatterRows: scatterRowsRule,
  gatherElements: gatherElementsRule,
  scatterElements: scatterElementsRule,
  slice: sliceRule,
  unslice: unsliceRule,
  concat: concatRule,
  transpose: transposeRule,
  reshape: reshapeRule,
  reshapeLike: (_node, operands) => [{ ...take(operands, 0), shape: take(operands, 1).shape }],
  expand: expandRule,
  expandLike: (_node, operands) => repeatTo(take(operands, 0), take(operands, 1).shape),
  rmsNorm: rmsNormRule,
  rotary: rotaryRule,
};
