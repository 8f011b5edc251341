import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '../../base/index.ts';
import { decodeHalf } from '../../engine/index.ts';
import { checkFinite, readSafetensors, writeSafetensors } from './index.ts';
import { expectRefusal } from './testing/expect-refusal.ts';

const fixture = path.resolve(import.meta.dirname, '../../../test/fixtures/qwen2-tiny');
const makeFolder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'files-'));

/** A file from a header and that many bytes. */
function writeRaw(header: unknown, byteCount: number): string {
  const file = path.join(makeFolder(), 'a.safetensors');
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  fs.writeFileSync(file, Buffer.concat([size, text, Buffer.alloc(byteCount)]));
  return file;
}

describe('safetensors', () => {
  it('come back bit for bit', () => {
    const shape = fc.array(fc.nat({ max: 4 }), { maxLength: 3 });
    const tensor = shape.chain((dims) => {
      const length = dims.reduce((a, b) => a * b, 1);
      const data = fc.float32Array({ minLength: length, maxLength: length, noNaN: true });
      return data.map((values) => ({ shape: dims, data: values }));
    });
    const file = path.join(makeFolder(), 'a.safetensors');
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), tensor), (table) => {
        const named = Object.entries(table).filter(([name]) => name !== '__metadata__');
        writeSafetensors(file, named);
        expect([...readSafetensors(file)].sort()).toEqual([...named].sort());
      }),
      { seed: 11, numRuns: 40 },
    );
  });

  it('are rounded to nearest as bfloat16, ties to even', () => {
    const file = path.join(makeFolder(), 'a.safetensors');
    const values = [
      1,
      -2.5,
      1 + 2 ** -8,
      1 + 3 * 2 ** -8,
      1 + 2 ** -8 + 2 ** -20,
      3e38,
      Infinity,
      0,
    ];
    const data = Float32Array.from(values);
    writeSafetensors(file, [['x', { shape: [values.length], data }]], { dtype: 'BF16' });
    const read = readSafetensors(file).get('x')?.data ?? new Float32Array();
    expect([...read].slice(0, 5)).toEqual([1, -2.5, 1, 1 + 2 ** -6, 1 + 2 ** -7]);
    expect(read[5]! / 3e38).toBeCloseTo(1, 2);
    expect([...read].slice(6)).toEqual([Infinity, 0]);
  });

  it('are read from binary16', () => {
    const halves = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x8000, 0x7c00, 0x3555];
    expect([...decodeHalf(Uint16Array.from(halves))]).toEqual([
      1,
      -2,
      65504,
      2 ** -24,
      2 ** -14,
      -0,
      Infinity,
      0.333251953125,
    ]);
    const entry = { dtype: 'F16', shape: [2, 1], data_offsets: [0, 4] };
    const tensor = readSafetensors(writeRaw({ x: entry }, 4)).get('x');
    expect(tensor).toEqual({ shape: [2, 1], data: new Float32Array(2) });
  });

  it('that are damaged are refused, naming what is wrong', () => {
    const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
    const cases: readonly [string, RegExp][] = [
      [writeRaw({ x: entry }, 4), /x: expected 8 bytes of tensors, found 4/],
      [writeRaw({ x: entry }, 12), /expected 8 bytes of tensors, found 12/],
      [writeRaw({ x: { ...entry, shape: [3] } }, 8), /x: expected bytes 0 to 12/],
      [writeRaw({ x: { ...entry, data_offsets: [4, 12] } }, 12), /found 4 to 12/],
      [writeRaw({ x: entry, y: entry }, 8), /y: expected bytes 8 to 16/],
      [writeRaw({ x: { ...entry, dtype: 'I64' } }, 8), /x: expected F32, BF16 or F16, found I64/],
      [writeRaw({ x: { ...entry, shape: [-2] } }, 8), /x\.shape\.0/],
      [writeRaw({ x: { dtype: 'F32' } }, 8), /x\.shape/],
      [writeRaw('{"x": ', 8), /not JSON/],
      [writeRaw('null', 8), /not a table/],
      [writeRaw('[]', 8), /not a table/],
    ];
    for (const [file, text] of cases) expectRefusal(() => readSafetensors(file), text);
    const [file] = cases[0]!;
    fs.truncateSync(file, 20);
    expectRefusal(() => readSafetensors(file), /the header needs \d+ bytes, the file has 20/);
    fs.truncateSync(file, 3);
    expectRefusal(() => readSafetensors(file), /at least 8 bytes, found 3/);
    expectRefusal(() => readSafetensors(`${file}.not-there`), /Could not read the weights/);
  });

  it('never crash on a file cut anywhere', () => {
    const whole = fs.readFileSync(path.join(fixture, 'model.safetensors'));
    const file = path.join(makeFolder(), 'a.safetensors');
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), (length) => {
        fs.writeFileSync(file, whole.subarray(0, length));
        expect(() => readSafetensors(file)).toThrow(CheckpointError);
      }),
      { seed: 13, numRuns: 40 },
    );
  });

  it('with numbers that are not finite are named', () => {
    const data = Float32Array.from([1, Number.NaN]);
    const tensors = new Map([['layer.weight', { shape: [2], data }]]);
    expectRefusal(() => checkFinite('f', tensors), /f: layer\.weight: .*found NaN at position 1/);
  });
});
