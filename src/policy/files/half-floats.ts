/**
 * bfloat16, the upper half of a float32: widening is exact, narrowing rounds to nearest, ties to
 * even, as torch does.
 */
import { encodeOneHalf } from '../../engine/index.ts';

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

let bfloatToHalf: Uint16Array | undefined;

/** Turns bfloat16 into binary16, in place; exact from 2^-17 to 65,504, infinite beyond. */
export function convertBfloat16ToHalf(halves: Uint16Array): Uint16Array {
  if (!bfloatToHalf) {
    const all = decodeBfloat16(Uint16Array.from({ length: 65_536 }, (_, bits) => bits));
    bfloatToHalf = Uint16Array.from(all, encodeOneHalf);
  }
  for (let index = 0; index < halves.length; index += 1) {
    halves[index] = bfloatToHalf[halves[index]!]!;
  }
  return halves;
}
