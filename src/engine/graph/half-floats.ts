/**
 * IEEE 754 binary16, the narrow number format of frozen weights: widened exactly, narrowed to nearest.
 *
 * The runtime's CPU kernels widen it fast, so it stands for bfloat16 as well: a bfloat16 number from
 * 2^-17 to 65,504 is exact in binary16, and a smaller one is off by at most 2^-25.
 */

/** Largest finite number of the format. */
export const largestHalf = 65_504;

/** Widens binary16. */
export function decodeHalf(halves: Uint16Array): Float32Array {
  const data = new Float32Array(halves.length);
  for (let index = 0; index < data.length; index += 1) data[index] = decodeOneHalf(halves[index]!);
  return data;
}

/** Widens one binary16 number. */
export function decodeOneHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Narrows to binary16, ties to even; what is too large becomes infinite. */
export function encodeHalf(data: Float32Array): Uint16Array {
  return Uint16Array.from(data, encodeOneHalf);
}

/** Narrows one number. */
export function encodeOneHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65_520) return sign | 0x7c00;
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const steps = roundToEven(size * 2 ** (10 - exponent));
  // A mantissa that rounds up to the next power of two carries into the exponent by itself.
  return sign | (steps < 1024 ? steps : steps + ((exponent + 14) << 10));
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
