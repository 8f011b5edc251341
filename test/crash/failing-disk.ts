/**
 * A disk that fails at a chosen write: the process is killed there, or the disk is full from there on.
 *
 * Every call of `node:fs` that changes something is a point, and one that can be cut off half-way is
 * two: before it, and in the middle of it. After a kill nothing more is changed, not even by those
 * who clear up, as it is when a process is gone. What was written stays, as it does in the system's
 * cache; loss of power is another matter.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import * as path from 'node:path';

export type Failure = 'kill' | 'full';

/** Thrown where the process would be gone. */
export class Killed extends Error {}

type Call = (...args: never[]) => unknown;
type Name =
  | 'openSync'
  | 'writeFileSync'
  | 'fsyncSync'
  | 'renameSync'
  | 'rmSync'
  | 'rmdirSync'
  | 'mkdirSync'
  | 'ftruncateSync'
  | 'symlinkSync';

const names: readonly Name[] = [
  'openSync',
  'writeFileSync',
  'fsyncSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'mkdirSync',
  'ftruncateSync',
  'symlinkSync',
];

/** What needs space: the rest succeeds on a full disk. */
const needsSpace: ReadonlySet<Name> = new Set<Name>([
  'openSync',
  'writeFileSync',
  'mkdirSync',
  'symlinkSync',
]);

const originals = Object.fromEntries(names.map((name) => [name, fs[name]])) as unknown as Readonly<
  Record<Name, Call>
>;

/** Does the work on a disk that fails at the given point, from 1; returns how many points it passed. */
export async function runOnFailingDisk(
  work: () => Promise<unknown>,
  failure: { readonly kind: Failure; readonly point: number },
): Promise<{ readonly points: number; readonly error: unknown }> {
  const disk = new FailingDisk(failure.kind, failure.point);
  const module = fs as unknown as Record<Name, Call>;
  for (const name of names) module[name] = disk.wrap(name);
  syncBuiltinESMExports();
  try {
    await work();
    return { points: disk.points, error: null };
  } catch (error) {
    return { points: disk.points, error };
  } finally {
    Object.assign(fs, originals);
    syncBuiltinESMExports();
  }
}

class FailingDisk {
  points = 0;
  readonly #kind: Failure;
  readonly #point: number;
  #isInside = false;

  constructor(kind: Failure, point: number) {
    this.#kind = kind;
    this.#point = point;
  }

  wrap(name: Name): Call {
    return (...args) => {
      // A call of Node's own making is part of the one that made it.
      if (this.#isInside || !isChange(name, args)) return originals[name](...args);
      this.#isInside = true;
      try {
        return this.#run(name, args);
      } finally {
        this.#isInside = false;
      }
    };
  }

  #run(name: Name, args: never[]): unknown {
    // Waiting for the disk takes most of the time and changes nothing here.
    if (name === 'fsyncSync') return undefined;
    if (this.#passes(name)) this.#fail();
    const half = halve(name, args);
    if (half !== null && this.#passes(name)) {
      half();
      this.#fail();
    }
    return originals[name](...args);
  }

  /** Passes a point; true where the failure is there, or was before. */
  #passes(name: Name): boolean {
    if (this.#kind === 'full' && !needsSpace.has(name)) return false;
    this.points += 1;
    return this.points >= this.#point;
  }

  #fail(): never {
    if (this.#kind === 'kill') throw new Killed('killed');
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  }
}

function isChange(name: Name, args: readonly unknown[]): boolean {
  if (name !== 'openSync') return true;
  const { O_CREAT, O_WRONLY, O_RDWR } = fs.constants;
  const flags = args[1];
  return typeof flags === 'number' && (flags & (O_CREAT | O_WRONLY | O_RDWR)) !== 0;
}

/** What a call that is cut off in its middle has done; null for one that is done at once. */
function halve(name: Name, args: readonly unknown[]): (() => void) | null {
  if (name === 'writeFileSync') {
    const data = Buffer.from(args[1] as string);
    return () =>
      originals.writeFileSync(args[0] as never, data.subarray(0, data.length / 2) as never);
  }
  const isTree =
    name === 'rmSync' && fs.lstatSync(args[0] as string, { throwIfNoEntry: false })?.isDirectory();
  if (isTree !== true) return null;
  return () => {
    const [first] = fs.readdirSync(args[0] as string);
    const file = path.join(args[0] as string, first ?? '');
    originals.rmSync(file as never, { recursive: true } as never);
  };
}
