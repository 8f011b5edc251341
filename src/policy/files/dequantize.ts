/**
 * Packed numbers of GGUF tensors, widened to float32.
 *
 * Each block holds some weights as small whole numbers with one or two factors. Every value is
 * computed exactly and rounded once, which is what llama.cpp and its Python package give as well: bit
 * for bit the same.
 * Source: ggml-common.h (layouts) and ggml-quants.c, `dequantize_row_*`, of llama.cpp.
 */
import { decodeOneHalf } from '../../engine/index.ts';
import { tensorLayouts, type TensorType } from '../../gguf/index.ts';

/** Packings of which several weights share a factor; the others are plain numbers. */
export type PackedType = Exclude<TensorType, 'F32' | 'F16' | 'BF16'>;

let halves: Float32Array | undefined;

/** Value of every binary16 number, by its bits. */
function listHalves(): Float32Array {
  halves ??= Float32Array.from({ length: 65_536 }, (_, bits) => decodeOneHalf(bits));
  return halves;
}

/** Widens one block: `at` is where it begins in `bytes`, `to` where its weights go in `out`. */
type Unpack = (
  bytes: Uint8Array,
  at: number,
  out: Float32Array,
  to: number,
  half: (at: number) => number,
) => void;

const signed = (byte: number): number => (byte << 24) >> 24;

/** The factor and the offset of one of eight parts of a block, six bits each. */
function readScales(bytes: Uint8Array, at: number, part: number): readonly [number, number] {
  const byte = (index: number): number => bytes[at + index]!;
  if (part < 4) return [byte(part) & 63, byte(part + 4) & 63];
  return [
    (byte(part + 4) & 15) | ((byte(part - 4) >> 6) << 4),
    (byte(part + 4) >> 4) | ((byte(part) >> 6) << 4),
  ];
}

const unpackers: Readonly<Record<PackedType, Unpack>> = {
  Q4_0: (bytes, at, out, to, half) => {
    const factor = half(at);
    for (let index = 0; index < 16; index += 1) {
      const pair = bytes[at + 2 + index]!;
      out[to + index] = factor * ((pair & 15) - 8);
      out[to + index + 16] = factor * ((pair >> 4) - 8);
    }
  },
  Q4_1: (bytes, at, out, to, half) => {
    const [factor, least] = [half(at), half(at + 2)];
    for (let index = 0; index < 16; index += 1) {
      const pair = bytes[at + 4 + index]!;
      out[to + index] = factor * (pair & 15) + least;
      out[to + index + 16] = factor * (pair >> 4) + least;
    }
  },
  Q8_0: (bytes, at, out, to, half) => {
    const factor = half(at);
    for (let index = 0; index < 32; index += 1) {
      out[to + index] = factor * signed(bytes[at + 2 + index]!);
    }
  },
  Q4_K: (bytes, at, out, to, half) => {
    const [factor, least] = [half(at), half(at + 2)];
    for (let part = 0; part < 8; part += 1) {
      const [scale, offset] = readScales(bytes, at + 4, part);
      const [step, below] = [factor * scale, least * offset];
      const from = at + 16 + (part >> 1) * 32;
      const shift = (part & 1) * 4;
      for (let index = 0; index < 32; index += 1) {
        out[to + part * 32 + index] = step * ((bytes[from + index]! >> shift) & 15) - below;
      }
    }
  },
  Q5_K: (bytes, at, out, to, half) => {
    const [factor, least] = [half(at), half(at + 2)];
    for (let part = 0; part < 8; part += 1) {
      const [scale, offset] = readScales(bytes, at + 4, part);
      const [step, below] = [factor * scale, least * offset];
      const from = at + 48 + (part >> 1) * 32;
      const shift = (part & 1) * 4;
      for (let index = 0; index < 32; index += 1) {
        const low = (bytes[from + index]! >> shift) & 15;
        const high = (bytes[at + 16 + index]! >> part) & 1;
        out[to + part * 32 + index] = step * (low + 16 * high) - below;
      }
    }
  },
  Q6_K: (bytes, at, out, to, half) => {
    const factor = half(at + 208);
    for (let part = 0; part < 8; part += 1) {
      const [side, row] = [part >> 2, part & 3];
      const low = at + side * 64 + (row & 1) * 32;
      const high = at + 128 + side * 32;
      const scales = at + 192 + part * 2;
      for (let index = 0; index < 32; index += 1) {
        const four = (bytes[low + index]! >> ((row >> 1) * 4)) & 15;
        const two = (bytes[high + index]! >> (row * 2)) & 3;
        const step = factor * signed(bytes[scales + (index >> 4)]!);
        out[to + part * 32 + index] = step * ((four | (two << 4)) - 32);
      }
    }
  },
};

/** Widens packed weights; `bytes` holds whole blocks. */
export function dequantize(type: PackedType, bytes: Uint8Array): Float32Array {
  const { blockBytes, blockWeights } = tensorLayouts[type];
  const table = listHalves();
  const half = (at: number): number => table[bytes[at]! | (bytes[at + 1]! << 8)]!;
  const count = bytes.length / blockBytes;
  const out = new Float32Array(count * blockWeights);
  const unpack = unpackers[type];
  for (let block = 0; block < count; block += 1) {
    unpack(bytes, block * blockBytes, out, block * blockWeights, half);
  }
  return out;
}
