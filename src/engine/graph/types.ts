/**
 * The typed tensor graph: values, nodes, and the one list of operations.
 *
 * `OpAttributes` is the list: its keys are the operation kinds. Shape inference, gradients, the
 * reference interpreter and the ONNX lowering are each an `OpTable` over it, so an operation
 * missing from any of them does not compile.
 * Graphs hold no numbers except constants, and know nothing of how they are run.
 */
import type { Graph } from './graph.ts';

/** A size: a literal, or the name of a size known only at run time (`'batch'`). */
export type Dim = number | string;

/**
 * `float16`, `int8` and `uint8` are for weights that do not change: they are cast before anything else,
 * or multiplied as blocks.
 */
export type ElementType = 'float32' | 'float16' | 'int32' | 'int64' | 'int8' | 'uint8' | 'bool';

/** A dense row-major tensor; `bool` is held as `Uint8Array` of 0 and 1, `float16` as its bits. */
export type Tensor = {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint16Array | Int32Array | BigInt64Array | Int8Array | Uint8Array;
};

/** One output of one node. */
export type Value = {
  readonly graph: Graph;
  readonly id: number;
  readonly type: ElementType;
  readonly shape: readonly Dim[];
};

export type None = Readonly<Record<string, never>>;

/** What every operation kind carries besides its inputs. Axes are never negative here. */
export type OpAttributes = {
  input: { readonly name: string };
  constant: { readonly tensor: Tensor };
  add: None;
  sub: None;
  mul: None;
  div: None;
  minimum: None;
  maximum: None;
  less: None;
  greater: None;
  equal: None;
  neg: None;
  exp: None;
  log: None;
  sqrt: None;
  square: None;
  reciprocal: None;
  sigmoid: None;
  tanh: None;
  relu: None;
  /** Outputs: x * sigmoid(x), and sigmoid(x) for the gradient. */
  silu: None;
  clip: { readonly low: number; readonly high: number };
  cast: { readonly to: ElementType };
  stopGradient: None;
  where: None;
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean; readonly alpha: number };
  /**
   * x [..., K], codes, factors [N, blocks] and, of 4 bits, zeros: the product with a weight whose numbers
   * are (code - zero) * factor. Codes are uint8: of 8 bits [N, blocks, block], zero is 128; of 4 bits
   * [N, blocks, block / 2], two a byte, the first in its lower half, and so are zeros [N, blocks / 2]. Of 4
   * bits the last block of a row may be longer than what x has for it. `isRounded` lets x be rounded to
   * 8 bits a block, too.
   */
  blockMatmul: { readonly bits: 4 | 8; readonly isRounded: boolean };
  /** x [A, B, K]: the means of `width` numbers each along the last axis, [A, B, K / width]. */
  blockMeans: { readonly width: number };
  reduceSum: { readonly axes: readonly number[]; readonly keepDims: boolean };
  reduceMean: { readonly axes: readonly number[]; readonly keepDims: boolean };
  reduceMax: { readonly axes: readonly number[]; readonly keepDims: boolean };
  /** The product of the sizes along `axes`, as a float32 scalar. */
  elementCount: { readonly axes: readonly number[] };
  softmax: None;
  logSoftmax: None;
  /** table [V, ...], ids [...]: rows of the table; `areUnique` promises that no id comes twice. */
  gather: { readonly areUnique: boolean };
  /** data [V, ...], ids [...], rows [..., ...]: data plus every row added at its id. */
  scatterRows: { readonly areUnique: boolean };
  gatherElements: { readonly axis: number };
  /** data, index, source: data plus every source element added at its index along the axis. */
  scatterElements: { readonly axis: number };
  /** Negative positions count from the end; `end` of `Infinity` is the end. */
  slice: {
    readonly axis: number;
    readonly start: number;
    readonly end: number;
    readonly size: Dim;
  };
  /** x, like: zeros in the shape of `like`, with x at the place that the slice would read. */
  unslice: { readonly axis: number; readonly start: number; readonly end: number };
  concat: { readonly axis: number; readonly size: Dim };
  transpose: { readonly perm: readonly number[] };
  reshape: { readonly dims: readonly Dim[] };
  /** x, like. */
  reshapeLike: None;
  expand: { readonly dims: readonly Dim[] };
  /** x, like. */
  expandLike: None;
  /** x [..., D], weight [D]; outputs: normalised, and the inverse deviation [..., 1]. */
  rmsNorm: { readonly epsilon: number };
  /** x [B, H, T, D], cos and sin [B or 1, T, D/2]; `sign` -1 turns the other way. */
  rotary: { readonly sign: 1 | -1 };
};

export type OpKind = keyof OpAttributes;

/** One operation applied to values. */
export type NodeOf<K extends OpKind> = {
  readonly kind: K;
  readonly attributes: OpAttributes[K];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
};

export type Node = { readonly [K in OpKind]: NodeOf<K> }[OpKind];

/** A total table: one function per operation kind. */
export type OpTable<Rest extends readonly unknown[], Result> = {
  readonly [K in OpKind]: (node: NodeOf<K>, ...rest: Rest) => Result;
};

/** Calls the entry of a total table that belongs to the node. */
export function applyOpTable<Rest extends readonly unknown[], Result>(
  table: OpTable<Rest, Result>,
  node: Node,
  ...rest: Rest
): Result {
  const entry = table[node.kind] as (node: Node, ...rest: Rest) => Result;
  return entry(node, ...rest);
}
