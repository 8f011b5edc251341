/**
 * Writes GGUF files, version 3, least significant byte first.
 *
 * Tensors are made one by one while the file is written, so that the whole is never held twice, and the
 * file gets its name when it is complete.
 */
import { writePartsAtomic } from '../base/index.ts';
import { magic } from './header.ts';
import {
  tensorLayouts,
  valueTypes,
  type GgufScalar,
  type TensorType,
  type TypedValue,
} from './types.ts';

const version = 3;
const alignment = 32;

export type WrittenTensor = {
  readonly name: string;
  /** Outermost first. */
  readonly shape: readonly number[];
  readonly type: TensorType;
  /** Makes its bytes, when their turn comes. */
  readonly pack: () => Uint8Array;
};

export type WrittenGguf = {
  readonly metadata: ReadonlyMap<string, TypedValue>;
  readonly tensors: readonly WrittenTensor[];
};

/** Writes a file atomically. Throws `DataError` where that fails. */
export function writeGguf(file: string, content: WrittenGguf): void {
  writePartsAtomic(file, listParts(content));
}

function* listParts({ metadata, tensors }: WrittenGguf): Generator<Uint8Array> {
  const header = [
    uint32(magic),
    uint32(version),
    uint64(tensors.length),
    uint64(metadata.size),
    ...[...metadata].flatMap(([key, value]) => [text(key), ...encodeValue(value)]),
  ];
  let offset = 0;
  for (const { name, shape, type } of tensors) {
    header.push(text(name), uint32(shape.length), ...[...shape].reverse().map(uint64));
    header.push(uint32(tensorLayouts[type].code), uint64(offset));
    offset += pad(sizeOf({ shape, type }));
  }
  const start = Buffer.concat(header);
  yield start;
  yield Buffer.alloc(pad(start.length) - start.length);
  for (const tensor of tensors) {
    const bytes = tensor.pack();
    const size = sizeOf(tensor);
    if (bytes.length !== size)
      throw new Error(`internal: ${tensor.name} has ${bytes.length} bytes`);
    yield bytes;
    yield Buffer.alloc(pad(size) - size);
  }
}

const pad = (size: number): number => Math.ceil(size / alignment) * alignment;

function sizeOf({ shape, type }: Pick<WrittenTensor, 'shape' | 'type'>): number {
  const { blockBytes, blockWeights } = tensorLayouts[type];
  return shape.reduce((a, b) => a * b, blockBytes / blockWeights);
}

function encodeValue(of: TypedValue): Buffer[] {
  const code = uint32(valueTypes[of.type]);
  if ('value' in of) return [code, encodeScalar(of.type, of.value)];
  const { type, values } = of;
  const entries = values.map((value) => encodeScalar(type, value));
  return [uint32(valueTypes.array), code, uint64(values.length), ...entries];
}

function encodeScalar(type: TypedValue['type'], value: GgufScalar): Buffer {
  switch (type) {
    case 'string':
      return text(String(value));
    case 'bool':
      return Buffer.of(value === true ? 1 : 0);
    case 'uint32':
      return uint32(Number(value));
    case 'int32': {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(Number(value));
      return bytes;
    }
    case 'float32': {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(Number(value));
      return bytes;
    }
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([uint64(bytes.length), bytes]);
}
