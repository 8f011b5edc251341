/**
 * Reads the start of a file value by value, in pieces, and no further than asked.
 *
 * A header of a GGUF file does not say how long it is. So bytes are fetched as they are needed, and
 * every length that stands in the file is held against what the file still has before anything is set
 * aside for it.
 */
import * as fs from 'node:fs';
import { CheckpointError } from '../base/index.ts';

/** Bytes that are fetched at once. */
const pieceBytes = 2 ** 20;

/** Most bytes of a header; those of the largest vocabularies have some 20 MB. */
const largestHeader = 96 * 2 ** 20;

/** Most bytes of a string; chat templates have some thousands. */
const longestString = 4 * 2 ** 20;

/** An error of a file that is not what its header demands. */
export function damaged(file: string, problem: string): CheckpointError {
  return new CheckpointError('gguf_damaged', `${file}: ${problem}.`, {
    details: { file },
    hint: 'The file is truncated or not a GGUF file; download or copy it again.',
  });
}

/** A place in an open file that moves on with every value. */
export class ByteReader {
  readonly file: string;
  readonly sizeBytes: number;
  readonly #handle: number;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where the fetched bytes begin in the file. */
  #start = 0;
  #at = 0;

  constructor(file: string, handle: number) {
    this.file = file;
    this.#handle = handle;
    this.sizeBytes = fs.fstatSync(handle).size;
  }

  /** Bytes that were read. */
  get position(): number {
    return this.#start + this.#at;
  }

  /** Throws where a number of things, each of so many bytes at least, cannot be in what is left. */
  expectRoom(count: number, bytesEach: number, what: string): void {
    const left = Math.min(this.sizeBytes, largestHeader) - this.position;
    if (count * bytesEach <= left) return;
    throw damaged(
      this.file,
      `byte ${this.position}: expected ${what}, ${count} of them, found ${Math.max(0, left)} bytes left`,
    );
  }

  uint8(): number {
    return this.#take(1).readUInt8();
  }

  int8(): number {
    return this.#take(1).readInt8();
  }

  uint16(): number {
    return this.#take(2).readUInt16LE();
  }

  int16(): number {
    return this.#take(2).readInt16LE();
  }

  uint32(): number {
    return this.#take(4).readUInt32LE();
  }

  int32(): number {
    return this.#take(4).readInt32LE();
  }

  float32(): number {
    return this.#take(4).readFloatLE();
  }

  float64(): number {
    return this.#take(8).readDoubleLE();
  }

  /** Beyond 2^53 the nearest number: larger than any file, so that whatever it counts is refused. */
  uint64(): number {
    return Number(this.#take(8).readBigUInt64LE());
  }

  int64(): number {
    return Number(this.#take(8).readBigInt64LE());
  }

  string(): string {
    const length = this.uint64();
    if (length > longestString) {
      throw damaged(
        this.file,
        `byte ${this.position}: expected a text of at most ${longestString} bytes, found ${length}`,
      );
    }
    return this.#take(length).toString('utf8');
  }

  #take(count: number): Buffer {
    if (this.#at + count > this.#bytes.length) this.#load(count);
    const from = this.#at;
    this.#at += count;
    return this.#bytes.subarray(from, this.#at);
  }

  #load(count: number): void {
    this.expectRoom(count, 1, 'bytes of a header');
    const rest = this.#bytes.subarray(this.#at);
    const next = Buffer.allocUnsafe(rest.length + Math.max(pieceBytes, count));
    rest.copy(next);
    let length = rest.length;
    while (length < count) {
      const from = this.position + length;
      const read = fs.readSync(this.#handle, next, length, next.length - length, from);
      if (read === 0) throw damaged(this.file, `the file ended at byte ${from}`);
      length += read;
    }
    this.#start = this.position;
    this.#at = 0;
    this.#bytes = next.subarray(0, length);
  }
}
