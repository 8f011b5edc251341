/**
 * The safetensors format: an eight-byte header length, a JSON header, then the raw tensors.
 *
 * Reads float32, bfloat16 and float16 into float32; writes float32 or bfloat16. Every offset is
 * checked against the file before a byte is used, so a truncated download is named as such.
 */
import * as fs from 'node:fs';
import { CheckpointError, writeFileAtomic } from '../../base/index.ts';

export type NamedTensor = { readonly shape: readonly number[]; readonly data: Float32Array };

type Entry = {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
};

const byteSizes: Readonly<Record<string, number>> = { F32: 4, BF16: 2, F16: 2 };

function damaged(file: string, problem: string): CheckpointError {
  return new CheckpointError('safetensors_damaged', `${file}: ${problem}.`, {
    details: { file },
    hint: 'The file is truncated or not a safetensors file; copy or save it again.',
  });
}

/** Reads all tensors of a file. Throws `CheckpointError` naming file, tensor, expected and found. */
export function readSafetensors(file: string): Map<string, NamedTensor> {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch (cause) {
    throw new CheckpointError(
      'weights_unreadable',
      `Could not read the weights ${file}: ${(cause as Error).message}`,
      {
        hint: 'Check the path.',
        cause,
      },
    );
  }
  const header = readHeader(file, bytes);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const tensors = new Map<string, NamedTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = entry;
    const size = byteSizes[dtype];
    if (size === undefined) {
      throw damaged(file, `${name}: expected F32, BF16 or F16, found ${String(dtype)}`);
    }
    const length = shape.reduce((a, b) => a * b, 1);
    const [from, to] = offsets;
    if (to - from !== length * size) {
      throw damaged(
        file,
        `${name}: ${to - from} bytes for shape [${shape.join(', ')}] of ${dtype}`,
      );
    }
    if (from < 0 || start + to > bytes.length) {
      throw damaged(file, `${name}: expected ${start + to} bytes, the file has ${bytes.length}`);
    }
    tensors.set(name, {
      shape,
      data: decode(bytes.subarray(start + from, start + to), dtype, length),
    });
  }
  return tensors;
}

function readHeader(file: string, bytes: Buffer): Record<string, Entry> {
  const size = bytes.length < 8 ? Number.NaN : Number(bytes.readBigUInt64LE(0));
  if (!(size > 0 && 8 + size <= bytes.length)) {
    throw damaged(file, `the header needs ${size} bytes, the file has ${bytes.length}`);
  }
  try {
    return JSON.parse(bytes.toString('utf8', 8, 8 + size)) as Record<string, Entry>;
  } catch {
    throw damaged(file, 'the header is not JSON');
  }
}

function decode(bytes: Buffer, dtype: string, length: number): Float32Array {
  const data = new Float32Array(length);
  if (dtype === 'F32') {
    new Uint8Array(data.buffer).set(bytes);
    return data;
  }
  const halves = new Uint16Array(length);
  new Uint8Array(halves.buffer).set(bytes);
  if (dtype === 'BF16') {
    const words = new Uint32Array(data.buffer);
    for (let index = 0; index < length; index += 1) words[index] = halves[index]! << 16;
    return data;
  }
  for (let index = 0; index < length; index += 1) data[index] = decodeHalf(halves[index]!);
  return data;
}

/** IEEE 754 binary16. */
function decodeHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export type WriteOptions = { readonly dtype?: 'F32' | 'BF16' };

/** Writes tensors in the given order, atomically. Equal input gives equal bytes. */
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
    const part = dtype === 'F32' ? bytesOf(data) : encodeBfloat16(data);
    header[name] = { dtype, shape, data_offsets: [offset, offset + part.length] };
    parts.push(part);
    offset += part.length;
  }
  const text = JSON.stringify(header);
  const padded = text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(Buffer.byteLength(padded)));
  writeFileAtomic(file, Buffer.concat([size, Buffer.from(padded), ...parts]));
}

const bytesOf = (data: Float32Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Rounds to nearest, ties to even. */
function encodeBfloat16(data: Float32Array): Uint8Array {
  const words = new Uint32Array(data.slice().buffer);
  const halves = new Uint16Array(words.length);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    const isNan = (word & 0x7fffffff) > 0x7f800000;
    halves[index] = isNan ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return new Uint8Array(halves.buffer);
}

/** Throws `CheckpointError` naming the first tensor that holds a number that is not finite. */
export function checkFinite(file: string, tensors: ReadonlyMap<string, NamedTensor>): void {
  for (const [name, { data }] of tensors) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    throw new CheckpointError(
      'weights_not_finite',
      `${file}: ${name} holds ${data[at]} at position ${at}.`,
      {
        details: { file, tensor: name },
        hint: 'The training that wrote it diverged; use an earlier checkpoint.',
      },
    );
  }
}
