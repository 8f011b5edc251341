/**
 * The header of a GGUF file: its metadata, and which tensors it holds, and where.
 *
 * Read in one go, without waiting, and checked against the file's size before a tensor is read, so a
 * truncated download is named as such. What a model of this package cannot hold is refused by name:
 * other packings, other byte orders, several files.
 */
import { CheckpointError, withWeightsFile } from '../base/index.ts';
import { ByteReader, damaged } from './bytes.ts';
import {
  tensorLayouts,
  valueTypes,
  type GgufHeader,
  type GgufScalar,
  type GgufTensor,
  type GgufValue,
  type TensorType,
} from './types.ts';

/** "GGUF", least significant byte first. */
export const magic = 0x46554747;

/** Versions that are read; 1 had shorter counts and no file of it is in use. */
const versions: readonly number[] = [2, 3];

/** Most entries of a list: more than any vocabulary has. */
const longestList = 2 ** 21;

const mostDimensions = 4;

/** Reads the header of a file. Throws `CheckpointError` naming file, place, expected and found. */
export function readGgufHeader(file: string): GgufHeader {
  return withWeightsFile(file, (handle) => {
    const reader = new ByteReader(file, handle);
    const [tensorCount, valueCount] = readStart(reader);
    const metadata = new Map<string, GgufValue>();
    for (let index = 0; index < valueCount; index += 1) {
      const key = reader.string();
      if (metadata.has(key)) throw damaged(file, `expected ${quote(key)} once, found it twice`);
      metadata.set(key, readValue(reader, reader.uint32()));
    }
    const parts = metadata.get('split.count');
    if (parts !== undefined && parts !== 0 && parts !== 1) {
      throw new CheckpointError(
        'gguf_split',
        `${file}: one of ${String(parts)} parts of a model.`,
        {
          details: { file },
          hint: 'Join the parts (llama-gguf-split --merge), or take a file that is whole.',
        },
      );
    }
    const entries = Array.from({ length: tensorCount }, () => readTensorEntry(reader));
    return { metadata, tensors: place(reader, entries, metadata.get('general.alignment') ?? 32) };
  });
}

function readStart(reader: ByteReader): readonly [tensors: number, values: number] {
  const { file } = reader;
  if (reader.sizeBytes < 24) {
    throw damaged(file, `expected at least 24 bytes, found ${reader.sizeBytes}`);
  }
  const found = reader.uint32();
  if (found !== magic) throw damaged(file, 'expected "GGUF" at its start, found something else');
  const version = reader.uint32();
  if (!versions.includes(version)) {
    throw new CheckpointError(
      'gguf_version',
      `${file}: expected GGUF version ${versions.join(' or ')}, least significant byte first, found ${version}.`,
      { details: { file }, hint: 'Convert the model again with a present llama.cpp.' },
    );
  }
  const [tensorCount, valueCount] = [reader.uint64(), reader.uint64()];
  // A name's length, a count, a type and a place: the least a tensor takes.
  reader.expectRoom(tensorCount, 24, 'entries of tensors');
  reader.expectRoom(valueCount, 13, 'metadata values');
  return [tensorCount, valueCount];
}

type ScalarReader = { readonly bytes: number; readonly read: (reader: ByteReader) => GgufScalar };

const scalarReaders: ReadonlyMap<number, ScalarReader> = new Map([
  [valueTypes.uint8, { bytes: 1, read: (reader) => reader.uint8() }],
  [valueTypes.int8, { bytes: 1, read: (reader) => reader.int8() }],
  [valueTypes.uint16, { bytes: 2, read: (reader) => reader.uint16() }],
  [valueTypes.int16, { bytes: 2, read: (reader) => reader.int16() }],
  [valueTypes.uint32, { bytes: 4, read: (reader) => reader.uint32() }],
  [valueTypes.int32, { bytes: 4, read: (reader) => reader.int32() }],
  [valueTypes.float32, { bytes: 4, read: (reader) => reader.float32() }],
  [valueTypes.bool, { bytes: 1, read: (reader) => reader.uint8() !== 0 }],
  [valueTypes.string, { bytes: 8, read: (reader) => reader.string() }],
  [valueTypes.uint64, { bytes: 8, read: (reader) => reader.uint64() }],
  [valueTypes.int64, { bytes: 8, read: (reader) => reader.int64() }],
  [valueTypes.float64, { bytes: 8, read: (reader) => reader.float64() }],
] as [number, ScalarReader][]);

function readValue(reader: ByteReader, type: number): GgufValue {
  if (type !== valueTypes.array) return findReader(reader, type).read(reader);
  const each = findReader(reader, reader.uint32());
  const count = reader.uint64();
  reader.expectRoom(count, each.bytes, 'entries of a list');
  if (count > longestList) {
    throw damaged(
      reader.file,
      `byte ${reader.position}: expected a list of at most ${longestList}, found ${count}`,
    );
  }
  return Array.from({ length: count }, () => each.read(reader));
}

function findReader(reader: ByteReader, type: number): ScalarReader {
  const found = scalarReaders.get(type);
  if (found !== undefined) return found;
  throw damaged(
    reader.file,
    `byte ${reader.position - 4}: expected the type of a value, found ${type}`,
  );
}

type TensorEntry = Omit<GgufTensor, 'start'> & { readonly offset: number };

const typesByCode = new Map(
  Object.entries(tensorLayouts).map(([type, { code }]) => [code, type as TensorType]),
);

function readTensorEntry(reader: ByteReader): TensorEntry {
  const { file } = reader;
  const name = reader.string();
  const dimensions = reader.uint32();
  if (dimensions < 1 || dimensions > mostDimensions) {
    throw damaged(
      file,
      `${quote(name)}: expected 1 to ${mostDimensions} dimensions, found ${dimensions}`,
    );
  }
  const shape = Array.from({ length: dimensions }, () => reader.uint64()).reverse();
  const code = reader.uint32();
  const offset = reader.uint64();
  const type = typesByCode.get(code);
  if (type === undefined) {
    throw new CheckpointError(
      'gguf_packing',
      `${file}: ${quote(name)}: expected ${Object.keys(tensorLayouts).join(', ')}, found packing number ${code}.`,
      { details: { file, tensor: name }, hint: 'Take a file of the same model in one of these.' },
    );
  }
  const { blockWeights, blockBytes } = tensorLayouts[type];
  const width = shape.at(-1) ?? 0;
  if (width % blockWeights !== 0) {
    throw damaged(
      file,
      `${quote(name)}: expected rows of whole ${type} blocks of ${blockWeights}, found ${width}`,
    );
  }
  const sizeBytes = shape.reduce((a, b) => a * b, blockBytes / blockWeights);
  return { name, shape, type, offset, sizeBytes };
}

/** Tensors must lie in the file whole, at their alignment, none across another. */
function place(
  reader: ByteReader,
  entries: readonly TensorEntry[],
  alignment: GgufValue,
): ReadonlyMap<string, GgufTensor> {
  const { file } = reader;
  const isFit = typeof alignment === 'number' && alignment >= 8 && alignment <= 2 ** 20;
  if (!isFit || !Number.isInteger(Math.log2(alignment))) {
    throw damaged(
      file,
      `general.alignment: expected a power of two from 8, found ${JSON.stringify(alignment)}`,
    );
  }
  const data = Math.ceil(reader.position / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  let end = 0;
  for (const { offset, ...entry } of [...entries].sort((a, b) => a.offset - b.offset)) {
    const { name, sizeBytes } = entry;
    if (tensors.has(name)) throw damaged(file, `expected ${quote(name)} once, found it twice`);
    if (offset % alignment !== 0 || offset < end) {
      throw damaged(
        file,
        `${quote(name)}: expected it after byte ${data + end}, found it at ${data + offset}`,
      );
    }
    end = offset + sizeBytes;
    if (!(data + end <= reader.sizeBytes)) {
      throw damaged(
        file,
        `${quote(name)}: expected bytes up to ${data + end}, found a file of ${reader.sizeBytes}`,
      );
    }
    tensors.set(name, { ...entry, start: data + offset });
  }
  return tensors;
}

/** A name from the file, in so many letters as can be read. */
const quote = (name: string): string => JSON.stringify(name.slice(0, 100));
