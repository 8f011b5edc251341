import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import protobuf from 'protobufjs/light.js';
import { afterAll, describe, expect, it } from 'vitest';
import { appendEvent, writeEventFile } from './event-file.ts';
import { openRun } from './index.ts';
import { restoreScratch, saveScratch } from './testing/scratch-run.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-events-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** CRC-32C bit by bit, as its definition has it: independent of the library. */
function computeChecksum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0x82f63b78 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

const mask = (sum: number): number => (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;

/** Reads the records of an event file, checking both checksums of each. */
function readRecords(file: string): Buffer[] {
  const bytes = fs.readFileSync(file);
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    expect(bytes.readUInt32LE(at + 8)).toBe(mask(computeChecksum(bytes.subarray(at, at + 8))));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(bytes.readUInt32LE(at + 12 + length)).toBe(mask(computeChecksum(data)));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

/** Reads a message by field numbers alone, as TensorFlow's event.proto has them. */
function readEvent(data: Buffer): { step: number; version: string; scalars: [string, number][] } {
  const reader = protobuf.Reader.create(data);
  const event = { step: 0, version: '', scalars: [] as [string, number][] };
  while (reader.pos < reader.len) {
    const field = reader.uint32() >>> 3;
    if (field === 1) expect(reader.double()).toBe(1000);
    else if (field === 2) event.step = Number(reader.int64());
    else if (field === 3) event.version = reader.string();
    else {
      const end = reader.uint32() + reader.pos;
      while (reader.pos < end) {
        expect(reader.uint32()).toBe((1 << 3) | 2);
        reader.uint32();
        expect(reader.uint32()).toBe((1 << 3) | 2);
        const tag = reader.string();
        expect(reader.uint32()).toBe((2 << 3) | 5);
        event.scalars.push([tag, reader.float()]);
      }
    }
  }
  return event;
}

describe('a TensorBoard event file', () => {
  it('knows the checksum of its definition', () => {
    expect(computeChecksum(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  it('holds a version and then every number of every iteration', () => {
    const file = path.join(folder, 'events');
    writeEventFile(file, [{ iteration: 1, 'reward/a': 0.5, 'reward/none': null }], 1000);
    appendEvent(file, { iteration: 2, 'reward/a': 0.25, 'reward/nan': Number.NaN }, 1000);
    expect(readRecords(file).map(readEvent)).toEqual([
      { step: 0, version: 'brain.Event:2', scalars: [] },
      { step: 1, version: '', scalars: [['reward/a', 0.5]] },
      { step: 2, version: '', scalars: [['reward/a', 0.25]] },
    ]);
  });

  it('of a run that was cut back is made anew', async () => {
    const run = openRun({ directory: path.join(folder, 'run'), settings: {} });
    const write = (iteration: number, value: number): void => {
      run.appendMetrics({ iteration, a: value });
      run.appendEvent({ iteration, a: value }, 1000);
    };
    write(1, 1);
    await saveScratch(run, 1);
    for (const iteration of [2, 3]) write(iteration, iteration);
    restoreScratch(run);
    write(2, 8);
    const steps = readRecords(run.file('events.out.tfevents.rlpa')).map(readEvent);
    expect(steps.map(({ scalars }) => scalars[0]?.[1])).toEqual([undefined, 1, 8]);
  });
});
