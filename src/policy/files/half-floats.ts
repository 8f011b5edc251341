/**
 * The two 16-bit number formats of weight files: bfloat16 and IEEE 754 binary16.
 *
 * Widening is exact. Narrowing to bfloat16 rounds to nearest, ties to even, as torch does.
 */

/** Widens bfloat16: the upper half of a float32. */
export function decodeBfloat16(halves: Uint16Array): Float32Array {
  const data = new Float32Array(halves.length);
  const words = new Uint32Array(data.buffer);
  for (let index = 0; index < halves.length; index += 1) words[index] = halves[index]! << 16;
  return data;
}

/** Narrows to bfloat16. */
export function encodeBfloat16(data: Float32Array): Uint16Array {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const halves = new Uint16Array(words.length);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    const isNan = (word & 0x7fffffff) > 0x7f800000;
    halves[index] = isNan ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return halves;
}

/** Widens binary16. */
export function decodeHalf(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, decodeOneHalf);
}

function decodeOneHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
