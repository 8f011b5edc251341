/**
 * Weights that do not change, held in 32, 16 or 8 bits.
 *
 * Only the linear maps of the layers are narrowed: norms, biases and embeddings are few beside them,
 * or are looked up row by row. 16 bits are binary16, which holds a bfloat16 checkpoint as it is but
 * for numbers below 2^-17. 8 bits are whole numbers times one factor a row (the row's largest
 * absolute value over 127); the factor is applied to the product, never to the weight.
 */
import { CheckpointError } from '../../base/index.ts';
import { decodeHalf, encodeHalf, type Tensor } from '../../engine/index.ts';
import {
  checkFiniteTensor,
  convertBfloat16ToHalf,
  decodeTensor,
  type RawTensor,
} from '../files/index.ts';

/** Bits a frozen linear map is held in. */
export type FrozenBits = 32 | 16 | 8;

/** A frozen weight, with the factors of its rows where it is held in 8 bits. */
export type HeldWeight = {
  readonly shape: readonly number[];
  readonly tensor: Tensor;
  readonly scale?: Tensor;
};

/** Whether a weight is one of the linear maps of a layer. */
export const isProjection = (name: string): boolean => /_proj\.weight$/.test(name);

/** Name of the factors of a weight's rows where it is held in 8 bits. */
export function scaleName(weight: string): string {
  return `${weight}.scale`;
}

/** Turns a tensor of a file into a held weight. Throws `CheckpointError` for what is not finite. */
export function holdRawTensor(
  bits: FrozenBits,
  file: string,
  name: string,
  { shape, dtype, bytes }: RawTensor,
): HeldWeight {
  if (bits === 16 && isProjection(name) && dtype === 'BF16') {
    const data = convertBfloat16ToHalf(new Uint16Array(bytes));
    checkFiniteHalves(file, name, data);
    return { shape, tensor: { type: 'float16', shape, data } };
  }
  const data = decodeTensor(bytes, dtype);
  checkFiniteTensor(file, name, data);
  return holdArray(bits, name, shape, data);
}

/** Turns numbers into a held weight. */
export function holdArray(
  bits: FrozenBits,
  name: string,
  shape: readonly number[],
  data: Float32Array,
): HeldWeight {
  if (bits === 32 || !isProjection(name)) {
    return { shape, tensor: { type: 'float32', shape, data } };
  }
  if (bits === 16) {
    const halves = encodeHalf(data);
    checkFiniteHalves('The model', name, halves);
    return { shape, tensor: { type: 'float16', shape, data: halves } };
  }
  return quantizeRows(shape, data);
}

function checkFiniteHalves(file: string, name: string, halves: Uint16Array): void {
  const at = halves.findIndex((half) => (half & 0x7c00) === 0x7c00);
  if (at < 0) return;
  throw new CheckpointError(
    'weights_not_finite',
    `${file}: ${name}: expected numbers up to 65,504 to hold in 16 bits, found a larger one (or none at all) at position ${at}.`,
    {
      details: { file, tensor: name, position: at },
      hint: 'Hold the frozen weights in 32 bits, or check the file.',
    },
  );
}

function quantizeRows(shape: readonly number[], data: Float32Array): HeldWeight {
  const [rows, columns] = shape as readonly [number, number];
  const whole = new Int8Array(data.length);
  const factors = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const end = (row + 1) * columns;
    const largest = findLargest(data, row * columns, end);
    if (largest === 0) continue;
    factors[row] = largest / 127;
    const inverse = 127 / largest;
    for (let index = row * columns; index < end; index += 1) {
      whole[index] = Math.round(data[index]! * inverse);
    }
  }
  return {
    shape,
    tensor: { type: 'int8', shape, data: whole },
    scale: { type: 'float32', shape: [rows], data: factors },
  };
}

/** The largest absolute value from one position up to another. */
export function findLargest(data: Float32Array, from: number, to: number): number {
  let largest = 0;
  for (let index = from; index < to; index += 1) {
    const size = Math.abs(data[index]!);
    if (size > largest) largest = size;
  }
  return largest;
}

/** Held weights as tensors by name; factors under names of their own. */
export function listHeldTensors(held: ReadonlyMap<string, HeldWeight>): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const [name, { tensor, scale }] of held) {
    tensors[name] = tensor;
    if (scale) tensors[scaleName(name)] = scale;
  }
  return tensors;
}

/** The numbers of a held weight, as a copy. */
export function widenHeld({ tensor, scale }: HeldWeight): Float32Array {
  const { data } = tensor;
  if (data instanceof Uint16Array) return decodeHalf(data);
  if (!scale) return (data as Float32Array).slice();
  const columns = tensor.shape[1]!;
  return Float32Array.from(
    data as Int8Array,
    (whole, index) => whole * Number(scale.data[Math.floor(index / columns)]),
  );
}
