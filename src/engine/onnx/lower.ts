/**
 * Lowering: how each operation is written in ONNX, one rule per operation kind, total by type.
 *
 * Fused operators of the `com.microsoft` domain are used where the CPU library has them. Index
 * arithmetic for symbolic sizes happens on tiny shape vectors inside the graph.
 */
import { applyOpTable, planExpand, planReshape } from '../graph/index.ts';
import type { Node, NodeOf, OpTable, Value } from '../graph/index.ts';
import { invariant } from '../../base/index.ts';
import { elementTypeCodes } from './emitter.ts';
import type { EmitOptions, Emitter } from './emitter.ts';

type AnyNode = { readonly inputs: readonly Value[]; readonly outputs: readonly Value[] };

const microsoft = 'com.microsoft';

function writeAs(
  emitter: Emitter,
  node: AnyNode,
  opType: string,
  options: EmitOptions & { readonly inputs?: readonly string[] } = {},
): void {
  const inputs = options.inputs ?? node.inputs.map((value) => emitter.nameOf(value));
  const outputs = node.outputs.map((value) => emitter.nameOf(value));
  emitter.write(opType, inputs, outputs, options);
}

function plain(opType: string, options: EmitOptions = {}) {
  return (node: AnyNode, emitter: Emitter): void => writeAs(emitter, node, opType, options);
}

/** Name of the input at a place. */
function nameAt(emitter: Emitter, node: AnyNode, index: number): string {
  return emitter.nameOf(valueAt(node, index));
}

function valueAt(node: AnyNode, index: number): Value {
  const value = node.inputs[index];
  invariant(value, 'a lowered node has its operands');
  return value;
}

function writeWith(
  emitter: Emitter,
  node: AnyNode,
  opType: string,
  extra: readonly string[],
  options: EmitOptions = {},
): void {
  writeAs(emitter, node, opType, { ...options, inputs: [nameAt(emitter, node, 0), ...extra] });
}

function lowerMatmul(node: NodeOf<'matmul'>, emitter: Emitter): void {
  const { transposeA, transposeB, alpha } = node.attributes;
  if (!transposeA && !transposeB && alpha === 1) return writeAs(emitter, node, 'MatMul');
  writeAs(emitter, node, 'FusedMatMul', {
    domain: microsoft,
    attributes: {
      transA: Number(transposeA),
      transB: Number(transposeB),
      alpha: { float: alpha },
    },
  });
}

/** 8 bits a number are an extra of WebGPU, too. */
function lowerBlockMatmul(node: NodeOf<'blockMatmul'>, emitter: Emitter): void {
  const { bits, isRounded } = node.attributes;
  const [rows, , bytes] = valueAt(node, 1).shape.map(Number) as [number, number, number];
  writeAs(emitter, node, 'MatMulNBits', {
    domain: microsoft,
    onProcessor: true,
    attributes: {
      ...{
        N: rows,
        K: Number(valueAt(node, 0).shape.at(-1)),
        bits,
        block_size: (bytes * 8) / bits,
      },
      accuracy_level: isRounded ? 4 : 1,
    },
  });
}

function lowerBlockMeans(node: NodeOf<'blockMeans'>, emitter: Emitter): void {
  const { width } = node.attributes;
  writeAs(emitter, node, 'AveragePool', {
    attributes: { kernel_shape: [width], strides: [width] },
  });
}

function reduceAs(opType: string) {
  return (node: NodeOf<'reduceSum' | 'reduceMean' | 'reduceMax'>, emitter: Emitter): void => {
    const { axes, keepDims } = node.attributes;
    writeWith(emitter, node, opType, [emitter.integers(axes)], {
      attributes: { keepdims: Number(keepDims) },
    });
  };
}

function shapeOf(emitter: Emitter, value: Value): string {
  return emitter.helper('Shape', [emitter.nameOf(value)]);
}

function lowerElementCount(node: NodeOf<'elementCount'>, emitter: Emitter): void {
  const sizes = emitter.helper('Gather', [
    shapeOf(emitter, valueAt(node, 0)),
    emitter.integers(node.attributes.axes),
  ]);
  const count = emitter.helper('ReduceProd', [sizes], { attributes: { keepdims: 0 } });
  emitter.write('Cast', [count], [emitter.nameOf(node.outputs[0] as Value)], {
    attributes: { to: elementTypeCodes.float32 },
  });
}

/**
 * ScatterND adds whole rows, but duplicates from several threads in no fixed order, so that results
 * differ from run to run. Where ids may repeat, ScatterElements adds one element at a time, in order.
 */
function lowerScatterRows(node: NodeOf<'scatterRows'>, emitter: Emitter): void {
  const rest = valueAt(node, 0).shape.slice(1);
  const rows = emitter.helper('Reshape', [
    nameAt(emitter, node, 2),
    rest.every((dim) => typeof dim === 'number')
      ? emitter.integers([-1, ...rest])
      : emitter.helper('Concat', [emitter.integers([-1]), restOf(emitter, valueAt(node, 0))], {
          attributes: { axis: 0 },
        }),
  ]);
  if (node.attributes.areUnique) {
    const places = emitter.helper('Reshape', [nameAt(emitter, node, 1), emitter.integers([-1, 1])]);
    const ids = emitter.helper('Cast', [places], { attributes: { to: elementTypeCodes.int64 } });
    writeWith(emitter, node, 'ScatterND', [ids, rows], { attributes: { reduction: 'add' } });
    return;
  }
  const column = emitter.helper('Reshape', [
    nameAt(emitter, node, 1),
    emitter.integers([-1, ...rest.map(() => 1)]),
  ]);
  const ids = emitter.helper('Expand', [column, emitter.helper('Shape', [rows])]);
  writeWith(emitter, node, 'ScatterElements', [ids, rows], {
    attributes: { axis: 0, reduction: 'add' },
  });
}

/** Sizes of all axes but the first. */
function restOf(emitter: Emitter, value: Value): string {
  return emitter.helper('Shape', [emitter.nameOf(value)], { attributes: { start: 1 } });
}

function lowerSlice(node: NodeOf<'slice'>, emitter: Emitter): void {
  const { axis, start, end } = node.attributes;
  writeWith(
    emitter,
    node,
    'Slice',
    [[start], [end], [axis]].map((list) => emitter.integers(list)),
  );
}

function lowerUnslice(node: NodeOf<'unslice'>, emitter: Emitter): void {
  const { axis, start, end } = node.attributes;
  const dim = emitter.helper('Gather', [
    shapeOf(emitter, valueAt(node, 1)),
    emitter.integers([axis]),
  ]);
  const before =
    start >= 0
      ? emitter.integers([start])
      : emitter.helper('Add', [dim, emitter.integers([start])]);
  const after = ((): string => {
    if (end === Infinity) return emitter.integers([0]);
    if (end < 0) return emitter.integers([-end]);
    return emitter.helper('Sub', [dim, emitter.integers([end])]);
  })();
  const pads = emitter.helper('Concat', [before, after], { attributes: { axis: 0 } });
  writeWith(emitter, node, 'Pad', [pads, '', emitter.integers([axis])]);
}

function lowerReshape(node: NodeOf<'reshape'>, emitter: Emitter): void {
  const plan = planReshape(valueAt(node, 0).shape, node.attributes.dims);
  invariant(plan, 'a reshape was checked when it was made');
  writeWith(emitter, node, 'Reshape', [emitter.integers(plan)]);
}

function lowerExpand(node: NodeOf<'expand'>, emitter: Emitter): void {
  const plan = planExpand(valueAt(node, 0).shape, node.attributes.dims);
  invariant(plan, 'an expansion was checked when it was made');
  writeWith(emitter, node, 'Expand', [emitter.integers(plan)]);
}

function lowerLike(opType: string) {
  return (node: AnyNode, emitter: Emitter): void =>
    writeWith(emitter, node, opType, [shapeOf(emitter, valueAt(node, 1))]);
}

/** Row numbers of a folded `[B * T, D/2]` table: all of it, or one shared run of positions. */
function positionsOf(emitter: Emitter, cos: Value): string {
  if (cos.shape[0] === 1) return emitter.integers([0]);
  const sizes = emitter.helper('Gather', [shapeOf(emitter, cos), emitter.integers([0, 1])]);
  const count = emitter.helper('ReduceProd', [sizes], { attributes: { keepdims: 0 } });
  const range = emitter.helper('Range', [emitter.integers(0), count, emitter.integers(1)]);
  return emitter.helper('Reshape', [range, sizes]);
}

function lowerRotary(node: NodeOf<'rotary'>, emitter: Emitter): void {
  const half = Number(valueAt(node, 1).shape[2]);
  const flat = emitter.integers([-1, half]);
  const cos = emitter.helper('Reshape', [nameAt(emitter, node, 1), flat]);
  const sin = emitter.helper('Reshape', [nameAt(emitter, node, 2), flat]);
  const turned = node.attributes.sign === 1 ? sin : emitter.helper('Neg', [sin]);
  const positions = positionsOf(emitter, valueAt(node, 1));
  writeWith(emitter, node, 'RotaryEmbedding', [positions, cos, turned], { domain: microsoft });
}

function lowerSilu(node: NodeOf<'silu'>, emitter: Emitter): void {
  const [result, gate] = node.outputs.map((value) => emitter.nameOf(value));
  const x = nameAt(emitter, node, 0);
  emitter.write('Sigmoid', [x], [gate ?? '']);
  emitter.write('Mul', [x, gate ?? ''], [result ?? '']);
}

/** Numbers of 16 bits are an extra of WebGPU that an adapter may lack. */
function lowerCast(node: NodeOf<'cast'>, emitter: Emitter): void {
  const { to } = node.attributes;
  writeAs(emitter, node, 'Cast', {
    attributes: { to: elementTypeCodes[to] },
    onProcessor: [to, valueAt(node, 0).type].includes('float16'),
  });
}

/**
 * WebGPU leaves the second output as it finds it, so there the inverse deviation is composed. On the
 * processor the norm has it at hand, and a second pass over x would cost time. It is asked for only where
 * something reads it: the runtime joins the norm with the addition before it where it has one output.
 */
function lowerRmsNorm(node: NodeOf<'rmsNorm'>, emitter: Emitter): void {
  const { epsilon } = node.attributes;
  const [result, inverse] = node.outputs as [Value, Value];
  const [x, weight] = [nameAt(emitter, node, 0), nameAt(emitter, node, 1)];
  const isComposed = emitter.device === 'webgpu';
  const options = { attributes: { axis: -1, epsilon: { float: epsilon }, stash_type: 1 } };
  const written = isComposed || !emitter.isUsed(inverse) ? [result] : [result, inverse];
  const names = written.map((value) => emitter.nameOf(value));
  emitter.write('SimplifiedLayerNormalization', [x, weight], names, options);
  if (!isComposed || !emitter.isUsed(inverse)) return;
  const mean = emitter.helper('ReduceMean', [
    emitter.helper('Mul', [x, x]),
    emitter.integers([-1]),
  ]);
  const deviation = emitter.helper('Sqrt', [emitter.helper('Add', [mean, emitter.float(epsilon)])]);
  emitter.write('Reciprocal', [deviation], [emitter.nameOf(inverse)]);
}

const rules: OpTable<[Emitter], void> = {
  input: () => undefined,
  constant: (node, emitter) =>
    emitter.tensor(emitter.nameOf(node.outputs[0] as Value), node.attributes.tensor),
  add: plain('Add'),
  sub: plain('Sub'),
  mul: plain('Mul'),
  div: plain('Div'),
  minimum: plain('Min'),
  maximum: plain('Max'),
  less: plain('Less'),
  greater: plain('Greater'),
  equal: plain('Equal'),
  neg: plain('Neg'),
  exp: plain('Exp'),
  log: plain('Log'),
  sqrt: plain('Sqrt'),
  square: (node, emitter) => {
    const x = nameAt(emitter, node, 0);
    writeAs(emitter, node, 'Mul', { inputs: [x, x] });
  },
  reciprocal: plain('Reciprocal'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  relu: plain('Relu'),
  silu: lowerSilu,
  clip: (node, emitter) =>
    writeWith(emitter, node, 'Clip', [
      emitter.float(node.attributes.low),
      emitter.float(node.attributes.high),
    ]),
  cast: lowerCast,
  stopGradient: plain('Identity'),
  where: plain('Where'),
  matmul: lowerMatmul,
  blockMatmul: lowerBlockMatmul,
  blockMeans: lowerBlockMeans,
  reduceSum: reduceAs('ReduceSum'),
  reduceMean: reduceAs('ReduceMean'),
  reduceMax: reduceAs('ReduceMax'),
  elementCount: lowerElementCount,
  softmax: plain('Softmax', { attributes: { axis: -1 } }),
  logSoftmax: plain('LogSoftmax', { attributes: { axis: -1 } }),
  gather: plain('Gather', { attributes: { axis: 0 } }),
  scatterRows: lowerScatterRows,
  gatherElements: (node, emitter) =>
    writeAs(emitter, node, 'GatherElements', { attributes: { axis: node.attributes.axis } }),
  scatterElements: (node, emitter) =>
    writeAs(emitter, node, 'ScatterElements', {
      attributes: { axis: node.attributes.axis, reduction: 'add' },
    }),
  slice: lowerSlice,
  unslice: lowerUnslice,
  concat: (node, emitter) =>
    writeAs(emitter, node, 'Concat', { attributes: { axis: node.attributes.axis } }),
  transpose: (node, emitter) =>
    writeAs(emitter, node, 'Transpose', { attributes: { perm: node.attributes.perm } }),
  reshape: lowerReshape,
  reshapeLike: lowerLike('Reshape'),
  expand: lowerExpand,
  expandLike: lowerLike('Expand'),
  rmsNorm: lowerRmsNorm,
  rotary: lowerRotary,
};

/** Writes one node of the graph. */
export function lowerNode(node: Node, emitter: Emitter): void {
  applyOpTable(rules, node, emitter);
}
