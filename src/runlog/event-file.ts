/**
 * TensorBoard event files: the metrics of a run for `tensorboard --logdir`.
 *
 * The file is made from metrics.jsonl and can always be made again from it, so a resumed run writes
 * it anew instead of mending it. Format: TFRecord (length, masked CRC-32C of the length, data, masked
 * CRC-32C of the data) around messages of TensorFlow's event.proto; only the fields written here are
 * declared. Wall times are those of writing.
 */
import { createRequire } from 'node:module';
import protobuf from 'protobufjs/light.js';
import { appendFile, writeFileAtomic } from '../base/index.ts';
import type { IterationRecord } from './records.ts';

// The package is CommonJS and has no entry for imports of its parts.
const crc32c = createRequire(import.meta.url)('crc-32/crc32c.js') as {
  readonly buf: (bytes: Uint8Array) => number;
};

const root = protobuf.Root.fromJSON({
  nested: {
    Event: {
      fields: {
        wallTime: { type: 'double', id: 1 },
        step: { type: 'int64', id: 2 },
        fileVersion: { type: 'string', id: 3 },
        summary: { type: 'Summary', id: 5 },
      },
    },
    Summary: { fields: { value: { rule: 'repeated', type: 'SummaryValue', id: 1 } } },
    SummaryValue: {
      fields: { tag: { type: 'string', id: 1 }, simpleValue: { type: 'float', id: 2 } },
    },
  },
});
const eventType = root.lookupType('Event');

/** Begins an event file with the records there are so far. */
export function writeEventFile(
  file: string,
  records: readonly IterationRecord[],
  wallSeconds: number,
): void {
  const header = encodeEvent({ wallTime: wallSeconds, fileVersion: 'brain.Event:2' });
  const events = records.map((record) => encodeRecord(record, wallSeconds));
  writeFileAtomic(file, Buffer.concat([header, ...events]));
}

/** Appends one iteration. */
export function appendEvent(file: string, record: IterationRecord, wallSeconds: number): void {
  appendFile(file, encodeRecord(record, wallSeconds));
}

/** One scalar for each number of the record; what is null (a mean of nothing) is left out. */
function encodeRecord({ iteration, ...metrics }: IterationRecord, wallTime: number): Buffer {
  const value = Object.entries(metrics).flatMap(([tag, simpleValue]) =>
    simpleValue === null || Number.isNaN(simpleValue) ? [] : [{ tag, simpleValue }],
  );
  return encodeEvent({ wallTime, step: iteration, summary: { value } });
}

function encodeEvent(event: Readonly<Record<string, unknown>>): Buffer {
  const data = eventType.encode(eventType.create(event)).finish();
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, maskedChecksum(length), data, maskedChecksum(data)]);
}

/** TFRecord's masking: rotate right by 15 bits and add a constant. */
function maskedChecksum(bytes: Uint8Array): Buffer {
  const sum = crc32c.buf(bytes) >>> 0;
  const masked = (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(masked);
  return buffer;
}
