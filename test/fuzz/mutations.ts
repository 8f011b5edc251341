/** What can happen to a file: cut, flipped, doubled, replaced by something that is no file. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { listPaths, oddValues, setAt } from './values.ts';

export type Mutation =
  | { readonly kind: 'cut' | 'flip' | 'insert' | 'double'; readonly at: number }
  | { readonly kind: 'json'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'replaced'; readonly value: unknown }
  | { readonly kind: 'deleted' | 'empty' | 'zeros' | 'sparse' }
  | { readonly kind: 'folder' | 'fifo' | 'loop' | 'device' | 'linkOut' | 'unreadable' };

/** Where in a file, as a share of its length. */
const place = fc.double({ min: 0, max: 1, noNaN: true });

const kinds = <Kind extends string>(...names: readonly Kind[]): fc.Arbitrary<Kind> =>
  fc.constantFrom(...names);

export const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('json'), at: place, value: oddValues }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: kinds('cut', 'flip', 'insert', 'double'), at: place }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kinds('deleted', 'empty', 'zeros', 'sparse') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kinds('folder', 'fifo', 'loop', 'device', 'linkOut', 'unreadable'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replaced'), value: oddValues }) },
) as fc.Arbitrary<Mutation>;

/** An earlier mutation may have made a file sparse and endless. */
const largestRead = 2 ** 26;

/** Applies a mutation to a file that may or may not be there; `secret` is a file outside. */
export function mutate(file: string, mutation: Mutation, secret: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const stats = fs.lstatSync(file, { throwIfNoEntry: false });
  const isReadable = stats !== undefined && stats.isFile() && stats.size < largestRead;
  const bytes = isReadable ? fs.readFileSync(file) : Buffer.alloc(0);
  const write = (content: string | Uint8Array): void => {
    fs.rmSync(file, { recursive: true, force: true });
    fs.writeFileSync(file, content);
  };
  const index = 'at' in mutation ? Math.floor(mutation.at * bytes.length) : 0;
  switch (mutation.kind) {
    case 'cut':
      return write(bytes.subarray(0, index));
    case 'flip': {
      if (bytes.length > 0) bytes[index % bytes.length]! ^= 1 << (index % 8);
      return write(bytes);
    }
    case 'insert':
      return write(
        Buffer.concat([bytes.subarray(0, index), Buffer.from('\0{]\xff"'), bytes.subarray(index)]),
      );
    case 'double':
      return write(Buffer.concat([bytes, bytes.subarray(index)]));
    case 'json':
      return write(changeJson(bytes.toString(), mutation.at, mutation.value));
    case 'replaced':
      return write(JSON.stringify(mutation.value) ?? '');
    case 'empty':
      return write('');
    case 'zeros':
      return write(Buffer.alloc(4096));
    default:
      fs.rmSync(file, { recursive: true, force: true });
      makeOdd(file, mutation.kind, secret);
  }
}

/** Changes one value of a JSON text, or of one line of JSON Lines; other text is left as it is. */
function changeJson(text: string, at: number, value: unknown): string {
  const lines = text.split('\n');
  const whole = parse(text);
  if (whole !== undefined) return changeValue(whole, at, value);
  const line = Math.floor(at * Math.max(0, lines.length - 1));
  const json = parse(lines[line] ?? '');
  if (json === undefined) return text;
  lines[line] = changeValue(json, (at * 7) % 1, value);
  return lines.join('\n');
}

function changeValue(json: unknown, at: number, value: unknown): string {
  const paths = listPaths(json);
  const chosen = paths[Math.floor(at * (paths.length - 1))] ?? [];
  return JSON.stringify(setAt(json, chosen, value)) ?? 'null';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function makeOdd(file: string, kind: string, secret: string): void {
  if (kind === 'sparse') {
    fs.writeFileSync(file, '');
    fs.truncateSync(file, 2 ** 40);
  } else if (kind === 'folder') fs.mkdirSync(file);
  else if (kind === 'fifo') execFileSync('mkfifo', [file]);
  else if (kind === 'loop') fs.symlinkSync(path.basename(file), file);
  else if (kind === 'device') fs.symlinkSync('/dev/zero', file);
  else if (kind === 'linkOut') fs.symlinkSync(secret, file);
  else if (kind === 'unreadable') fs.writeFileSync(file, '{}', { mode: 0o000 });
}
