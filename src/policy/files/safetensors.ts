/**
 * The safetensors format: an eight-byte header length, a JSON header, then the raw tensors.
 *
 * Reads float32, bfloat16 and float16 into float32; writes float32 or bfloat16. Tensors are read one
 * by one, after the header was checked: a file may be larger than what one buffer holds.
 * Source: the format's description at https://github.com/huggingface/safetensors, section Format.
 */
import { CheckpointError, withWeightsFile, writePartsAtomic } from '../../base/index.ts';
import { decodeHalf } from '../../engine/index.ts';
import { decodeBfloat16, encodeBfloat16 } from './half-floats.ts';
import { readBytes, readHeader } from './safetensors-header.ts';

export type NamedTensor = { readonly shape: readonly number[]; readonly data: Float32Array };

/**
 * Reads all tensors of a file. Throws `CheckpointError` naming file, tensor, expected and found.
 * Values are passed on as they are: see `checkFinite`.
 */
export function readSafetensors(file: string): Map<string, NamedTensor> {
  return readSafetensorsAs(file, (_name, { shape, dtype, bytes }) => ({
    shape,
    data: decodeTensor(bytes, dtype),
  }));
}

/** A tensor as it lies in the file. */
export type RawTensor = {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly bytes: ArrayBuffer;
};

/**
 * Reads a file tensor by tensor, each turned into what the caller keeps of it, so that no second
 * copy of the whole is ever held; those not `wanted` are passed over. Throws as `readSafetensors`.
 */
export function readSafetensorsAs<Kept>(
  file: string,
  keep: (name: string, tensor: RawTensor) => Kept,
  wanted: (name: string) => boolean = () => true,
): Map<string, Kept> {
  return withWeightsFile(file, (handle) => {
    const { entries, start } = readHeader(file, handle);
    const tensors = new Map<string, Kept>();
    for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
      if (!wanted(name)) continue;
      const bytes = readBytes(file, handle, start + offsets[0], offsets[1] - offsets[0]);
      tensors.set(name, keep(name, { shape, dtype, bytes }));
    }
    return tensors;
  });
}

/** Widens the numbers of a tensor to float32. */
export function decodeTensor(bytes: ArrayBuffer, dtype: string): Float32Array {
  if (dtype === 'F32') return new Float32Array(bytes);
  const halves = new Uint16Array(bytes);
  return dtype === 'BF16' ? decodeBfloat16(halves) : decodeHalf(halves);
}

export type WriteOptions = { readonly dtype?: 'F32' | 'BF16' };

/** Writes tensors in the given order, atomically. Throws `DataError` where that fails. */
export function writeSafetensors(
  file: string,
  tensors: Iterable<readonly [string, NamedTensor]>,
  options: WriteOptions = {},
): void {
  const { dtype = 'F32' } = options;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const values = dtype === 'F32' ? data : encodeBfloat16(data);
    const part = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    header[name] = { dtype, shape, data_offsets: [offset, offset + part.length] };
    parts.push(part);
    offset += part.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  writePartsAtomic(file, [length, padded, ...parts]);
}

/** Throws `CheckpointError` naming the first tensor that holds a number that is not finite. */
export function checkFinite(file: string, tensors: ReadonlyMap<string, NamedTensor>): void {
  for (const [name, { data }] of tensors) checkFiniteTensor(file, name, data);
}

/** Throws `CheckpointError` where a tensor holds a number that is not finite. */
export function checkFiniteTensor(file: string, name: string, data: Float32Array): void {
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new CheckpointError(
      'weights_not_finite',
      `${file}: ${name}: expected finite numbers, found ${data[at]} at position ${at}.`,
      {
        details: { file, tensor: name, position: at },
        hint: 'The training that wrote it diverged, or the file is damaged; use an earlier one.',
      },
    );
  }
}
