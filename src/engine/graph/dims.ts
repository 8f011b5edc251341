/**
 * Arithmetic of sizes that may be symbolic: equality, broadcasting, and products.
 *
 * A symbolic size is a product of names and a literal, written canonically (`batch*tokens`,
 * `4*tokens`), so that folding axes together and apart again gives back equal names. Sums are
 * opaque names (`past+tokens`). A symbolic size broadcasts with itself and with a literal 1 only:
 * which axes a gradient must be summed over is therefore known without running.
 */
import { ShapeError } from '../../base/index.ts';
import type { Dim, ElementType, Value } from './types.ts';

type Factors = { readonly literal: number; readonly names: readonly string[] };

function factorsOf(dims: readonly Dim[]): Factors {
  let literal = 1;
  const names: string[] = [];
  for (const dim of dims) {
    if (typeof dim === 'number') literal *= dim;
    else {
      for (const part of dim.split('*')) {
        if (/^\d+$/.test(part)) literal *= Number(part);
        else names.push(part);
      }
    }
  }
  return { literal, names: names.sort() };
}

function dimFrom(factors: Factors): Dim {
  if (factors.names.length === 0 || factors.literal === 0) return factors.literal;
  const names = factors.names.join('*');
  return factors.literal === 1 ? names : `${factors.literal}*${names}`;
}

/** Makes a text that is not a product into one name. */
export function opaqueName(text: string): string {
  return text.replaceAll('*', '·');
}

/** Multiplies sizes. */
export function multiplyDims(dims: readonly Dim[]): Dim {
  return dimFrom(factorsOf(dims));
}

/** Divides one product of sizes by another; undefined where it does not go out evenly. */
export function divideDims(whole: readonly Dim[], parts: readonly Dim[]): Dim | undefined {
  const a = factorsOf(whole);
  const b = factorsOf(parts);
  if (b.literal === 0 || a.literal % b.literal !== 0) return undefined;
  const names = [...a.names];
  for (const name of b.names) {
    const at = names.indexOf(name);
    if (at < 0) return undefined;
    names.splice(at, 1);
  }
  return dimFrom({ literal: a.literal / b.literal, names });
}

/** Whether two shapes are the same, symbols by name. */
export function isSameShape(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, index) => dim === b[index]);
}

/** Shape to text, for messages: `[batch, 4]`. */
export function renderShape(shape: readonly Dim[]): string {
  return `[${shape.join(', ')}]`;
}

/** Type and shape to text: `float32[batch, 4]`. */
export function renderType(value: {
  readonly type: ElementType;
  readonly shape: readonly Dim[];
}): string {
  return `${value.type}${renderShape(value.shape)}`;
}

/** Builds the error for operands that do not fit an operation. */
export function shapeError(op: string, expected: string, actual: readonly Value[]): ShapeError {
  const found = actual.map(renderType);
  return new ShapeError('shape_mismatch', `${op}: expected ${expected}; got ${found.join(', ')}.`, {
    details: { op, expected, actual: found },
  });
}

/** Right-aligned broadcasting of two shapes; undefined where they do not fit. */
export function broadcastShapes(a: readonly Dim[], b: readonly Dim[]): readonly Dim[] | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let index = 0; index < rank; index += 1) {
    const left = a[index - rank + a.length] ?? 1;
    const right = b[index - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    result.push(left === 1 ? right : left);
  }
  return result;
}

/**
 * How to write a reshape with literals, 0 (same size as the input at this index) and at most one
 * -1; undefined where that cannot say it.
 */
export function planReshape(
  from: readonly Dim[],
  to: readonly Dim[],
): readonly number[] | undefined {
  let open = 0;
  const plan = to.map((dim, index) => {
    if (typeof dim === 'number') return dim;
    if (dim === from[index]) return 0;
    open += 1;
    return -1;
  });
  return open <= 1 ? plan : undefined;
}

/**
 * How to write an expansion with literals, and 1 where the input already has the (symbolic) size;
 * undefined where a symbolic size is not to be had from the input.
 */
export function planExpand(
  from: readonly Dim[],
  to: readonly Dim[],
): readonly number[] | undefined {
  const plan: number[] = [];
  for (const [index, dim] of to.entries()) {
    if (typeof dim === 'number') plan.push(dim);
    else if (dim === from[index - to.length + from.length]) plan.push(1);
    else return undefined;
  }
  return plan;
}

/** The size of a slice; negative positions count from the end, `Infinity` is the end. */
export function sliceSize(dim: Dim, start: number, end: number): Dim {
  if (typeof dim === 'number') {
    const resolve = (at: number): number => Math.min(Math.max(at < 0 ? dim + at : at, 0), dim);
    return Math.max(resolve(end) - resolve(start), 0);
  }
  if (start === 0 && end === Infinity) return dim;
  if (start < 0 && (end < 0 || end === Infinity)) return (end === Infinity ? 0 : end) - start;
  if (start >= 0 && end >= 0 && end !== Infinity) return end - start;
  return opaqueName(`${dim}[${start}:${end === Infinity ? '' : end}]`);
}
