/**
 * The safetensors format: an eight-byte header length, a JSON header, then the raw tensors.
 *
 * Reads float32, bfloat16 and float16 into float32; writes float32 or bfloat16. The whole header is
 * checked against the file's size before a tensor is read, so a truncated download is named as such.
 * Tensors are read one by one: a file may be larger than what one buffer holds.
 * Source: the format's description at https://github.com/huggingface/safetensors, section Format.
 */
import * as fs from 'node:fs';
import { z } from 'zod';
import { CheckpointError, writeFileAtomic } from '../../base/index.ts';
import { decodeHalf } from '../../engine/index.ts';
import { decodeBfloat16, encodeBfloat16 } from './half-floats.ts';

export type NamedTensor = { readonly shape: readonly number[]; readonly data: Float32Array };

const size = z.int().nonnegative();

const headerSchema = z.record(
  z.string(),
  z.object({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) }),
);

type Entry = z.infer<typeof headerSchema>[string];

type Header = { readonly entries: readonly (readonly [string, Entry])[]; readonly start: number };

const byteSizes: Readonly<Record<string, number>> = { F32: 4, BF16: 2, F16: 2 };

function damaged(file: string, problem: string, tensor?: string): CheckpointError {
  return new CheckpointError('safetensors_damaged', `${file}: ${problem}.`, {
    details: { file, ...(tensor === undefined ? {} : { tensor }) },
    hint: 'The file is truncated or not a safetensors file; copy or save it again.',
  });
}

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
 * copy of the whole is ever held. Throws as `readSafetensors`.
 */
export function readSafetensorsAs<Kept>(
  file: string,
  keep: (name: string, tensor: RawTensor) => Kept,
): Map<string, Kept> {
  let handle: number;
  try {
    handle = fs.openSync(file, 'r');
  } catch (cause) {
    throw new CheckpointError(
      'weights_unreadable',
      `Could not read the weights ${file}: ${(cause as Error).message}`,
      { details: { file }, hint: 'Check the path.', cause },
    );
  }
  try {
    const { entries, start } = readHeader(file, handle);
    const tensors = new Map<string, Kept>();
    for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
      const bytes = readBytes(file, handle, start + offsets[0], offsets[1] - offsets[0]);
      tensors.set(name, keep(name, { shape, dtype, bytes }));
    }
    return tensors;
  } finally {
    fs.closeSync(handle);
  }
}

function readHeader(file: string, handle: number): Header {
  const fileSize = fs.fstatSync(handle).size;
  if (fileSize < 8) throw damaged(file, `expected at least 8 bytes, found ${fileSize}`);
  const headerSize = Number(new DataView(readBytes(file, handle, 0, 8)).getBigUint64(0, true));
  const start = 8 + headerSize;
  if (start > fileSize) {
    throw damaged(file, `the header needs ${headerSize} bytes, the file has ${fileSize}`);
  }
  const text = new TextDecoder().decode(readBytes(file, handle, 8, headerSize));
  const entries = parseHeader(file, text);
  checkOffsets(file, entries, fileSize - start);
  return { entries, start };
}

function parseHeader(file: string, text: string): Header['entries'] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(file, 'the header is not JSON');
  }
  const isTable = typeof json === 'object' && json !== null && !Array.isArray(json);
  if (!isTable) throw damaged(file, 'the header is not a table of tensors');
  const tensors = Object.entries(json as object).filter(([name]) => name !== '__metadata__');
  const parsed = headerSchema.safeParse(Object.fromEntries(tensors));
  if (parsed.success) return Object.entries(parsed.data);
  const [issue] = parsed.error.issues;
  throw damaged(file, `header, ${issue?.path.join('.')}: ${issue?.message}`);
}

/** Tensors must fit their shapes and follow each other without gap or overlap to the file's end. */
function checkOffsets(file: string, entries: Header['entries'], available: number): void {
  let end = 0;
  const inOrder = [...entries].sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  for (const [name, { dtype, shape, data_offsets: offsets }] of inOrder) {
    const width = byteSizes[dtype];
    if (width === undefined) {
      throw new CheckpointError(
        'dtype_unsupported',
        `${file}: ${name}: expected F32, BF16 or F16, found ${dtype}.`,
        { details: { file, tensor: name, dtype }, hint: 'Save the model in one of these types.' },
      );
    }
    const [from, to] = offsets;
    const needed = shape.reduce((a, b) => a * b, width);
    if (from !== end || to - from !== needed) {
      throw damaged(
        file,
        `${name}: expected bytes ${end} to ${end + needed} for ${dtype} [${shape.join(', ')}], found ${from} to ${to}`,
        name,
      );
    }
    if (to > available) {
      throw damaged(file, `${name}: expected ${to} bytes of tensors, found ${available}`, name);
    }
    end = to;
  }
  if (end !== available) {
    throw damaged(file, `expected ${end} bytes of tensors, found ${available}`);
  }
}

/** One read call moves at most 2 GiB. */
const chunkBytes = 2 ** 30;

function readBytes(file: string, handle: number, position: number, length: number): ArrayBuffer {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const part = Math.min(chunkBytes, length - done);
    const count = fs.readSync(handle, bytes, done, part, position + done);
    if (count === 0) throw damaged(file, `the file ended at byte ${position + done}`);
    done += count;
  }
  return bytes.buffer;
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
  writeFileAtomic(file, Buffer.concat([length, padded, ...parts]));
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
