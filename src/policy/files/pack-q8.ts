/**
 * Weights in eight bits: blocks of 32 whole numbers with one factor, the largest of them over 127.
 *
 * Source: `quantize_row_q8_0_ref` of llama.cpp's ggml-quants.c, which rounds halves away from zero.
 */
import { encodeOneHalf } from '../../engine/index.ts';
import { tensorLayouts } from '../../gguf/index.ts';

/** Packs weights, whose number is a multiple of 32, as Q8_0. */
export function packQ8(data: Float32Array): Uint8Array {
  const { blockBytes, blockWeights } = tensorLayouts.Q8_0;
  const bytes = new Uint8Array((data.length / blockWeights) * blockBytes);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < data.length / blockWeights; block += 1) {
    const from = block * blockWeights;
    const to = block * blockBytes;
    let largest = 0;
    for (let index = from; index < from + blockWeights; index += 1) {
      largest = Math.max(largest, Math.abs(data[index]!));
    }
    const factor = Math.fround(largest / 127);
    const inverse = factor === 0 ? 0 : Math.fround(1 / factor);
    view.setUint16(to, encodeOneHalf(factor), true);
    for (let index = 0; index < blockWeights; index += 1) {
      const scaled = Math.fround(data[from + index]! * inverse);
      view.setInt8(to + 2 + index, Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5));
    }
  }
  return bytes;
}
