/**
 * The header of a safetensors file: which tensors it holds, and where.
 *
 * The whole header is checked against the file's size before a tensor is read, so a truncated download
 * is named as such, and nothing is set aside for what is not there.
 * Source: the format's description at https://github.com/huggingface/safetensors, section Format.
 */
import * as fs from 'node:fs';
import { z } from 'zod';
import { CheckpointError, describeIssues, withWeightsFile } from '../../base/index.ts';

const size = z.int().nonnegative();

const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(size).max(8),
    data_offsets: z.tuple([size, size]),
  }),
);

/** What the header says of one tensor; `data_offsets` count from the header's end. */
export type TensorEntry = z.infer<typeof headerSchema>[string];

export type SafetensorsHeader = {
  /** In the order of the header. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** Where the tensors begin, in bytes. */
  readonly start: number;
};

const byteSizes: Readonly<Record<string, number>> = { F32: 4, BF16: 2, F16: 2 };

/** Largest header, in bytes: that of some hundred thousand tensors. */
const largestHeader = 16 * 2 ** 20;

/** An error of a file that is not what its header, or its place, demands. */
export function damaged(file: string, problem: string, tensor?: string): CheckpointError {
  return new CheckpointError('safetensors_damaged', `${file}: ${problem}.`, {
    details: { file, ...(tensor === undefined ? {} : { tensor }) },
    hint: 'The file is truncated or not a safetensors file; copy or save it again.',
  });
}

/** Reads the header of a file. Throws `CheckpointError` naming file, tensor, expected and found. */
export function readSafetensorsHeader(file: string): SafetensorsHeader {
  return withWeightsFile(file, (handle) => readHeader(file, handle));
}

/** Reads the header of an open file. */
export function readHeader(file: string, handle: number): SafetensorsHeader {
  const fileSize = fs.fstatSync(handle).size;
  if (fileSize < 8) throw damaged(file, `expected at least 8 bytes, found ${fileSize}`);
  const headerSize = Number(new DataView(readBytes(file, handle, 0, 8)).getBigUint64(0, true));
  const start = 8 + headerSize;
  if (start > fileSize) {
    throw damaged(file, `the header needs ${headerSize} bytes, the file has ${fileSize}`);
  }
  if (headerSize > largestHeader) {
    throw damaged(file, `expected a header of at most ${largestHeader} bytes, found ${headerSize}`);
  }
  const text = new TextDecoder().decode(readBytes(file, handle, 8, headerSize));
  const entries = parseHeader(file, text);
  checkOffsets(file, entries, fileSize - start);
  return { entries: new Map(entries), start };
}

type Entries = readonly (readonly [string, TensorEntry])[];

function parseHeader(file: string, text: string): Entries {
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
  const [problem] = describeIssues(parsed.error.issues, json, 'header');
  throw damaged(file, `header, ${problem}`);
}

/** Tensors must fit their shapes and follow each other without gap or overlap to the file's end. */
function checkOffsets(file: string, entries: Entries, available: number): void {
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

/** Reads bytes of an open file. Throws `CheckpointError` where it ends before. */
export function readBytes(
  file: string,
  handle: number,
  position: number,
  length: number,
): ArrayBuffer {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const part = Math.min(chunkBytes, length - done);
    const count = fs.readSync(handle, bytes, done, part, position + done);
    if (count === 0) throw damaged(file, `the file ended at byte ${position + done}`);
    done += count;
  }
  return bytes.buffer;
}
