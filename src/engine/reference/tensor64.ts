/** Float64 tensors of the reference interpreter, and index arithmetic over them. */
import { decodeHalf } from '../graph/index.ts';
import type { ElementType, Tensor } from '../graph/index.ts';

/** A tensor with every number as float64, whatever its element type. */
export type Tensor64 = {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
};

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A tensor filled from a function of the flat index. */
export function build(
  type: ElementType,
  shape: readonly number[],
  at: (index: number) => number,
): Tensor64 {
  const data = new Float64Array(sizeOf(shape));
  for (let index = 0; index < data.length; index += 1) data[index] = at(index);
  return { type, shape, data };
}

/** Widens a tensor. */
export function toFloat64(tensor: Tensor | Tensor64): Tensor64 {
  const { data, type, shape } = tensor;
  if (data instanceof Uint16Array)
    return { type, shape, data: Float64Array.from(decodeHalf(data)) };
  return { type, shape, data: Float64Array.from(data as ArrayLike<number | bigint>, Number) };
}

/** Row-major steps of a shape. */
function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

/** Coordinates of a flat index. */
export function coordinatesOf(index: number, shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length).fill(0);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis] ?? 1;
    result[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return result;
}

/** Flat index of coordinates; coordinates are right-aligned and size 1 repeats. */
export function offsetOf(coordinates: readonly number[], shape: readonly number[]): number {
  const strides = stridesOf(shape);
  const lead = coordinates.length - shape.length;
  let offset = 0;
  for (let axis = 0; axis < shape.length; axis += 1) {
    const at = shape[axis] === 1 ? 0 : (coordinates[axis + lead] ?? 0);
    offset += at * (strides[axis] ?? 1);
  }
  return offset;
}

/** The shape two tensors broadcast to; throws `RangeError` where they do not. */
export function broadcastSizes(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_unused, index) => {
    const left = a[index - rank + a.length] ?? 1;
    const right = b[index - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new RangeError(`[${a.join()}] and [${b.join()}] do not broadcast`);
    }
    return left === 1 ? right : left;
  });
}
