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
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const halves = new Uint16Array(words.length);
  for (let index = 0; index < words.length; index += 1) halves[index] = narrow(words[index]!);
  return halves;
}

const oneNumber = new Float32Array(1);
const oneWord = new Uint32Array(oneNumber.buffer);

/** Narrows one number, by way of float32. */
export function encodeOneHalf(value: number): number {
  oneNumber[0] = value;
  return narrow(oneWord[0]!);
}

/** Narrows a float32, given and returned by its bits. */
function narrow(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = (word >>> 23) & 0xff;
  const fraction = word & 0x7fffff;
  if (exponent === 255 && fraction !== 0) return 0x7e00;
  // From 65,536 on.
  if (exponent >= 143) return sign | 0x7c00;
  // From 2^-14 on; a mantissa that rounds up to the next power of two carries into the exponent.
  if (exponent >= 113) return sign | dropBits(((exponent - 112) << 23) | fraction, 13);
  // Below 2^-25 nothing is left.
  return exponent < 102 ? sign : sign | dropBits(fraction | 0x800000, 126 - exponent);
}

/** Drops the last bits, to nearest, ties to even. */
function dropBits(bits: number, count: number): number {
  const kept = bits >>> count;
  const rest = bits & ((1 << count) - 1);
  const half = 1 << (count - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}
