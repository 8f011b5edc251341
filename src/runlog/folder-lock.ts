/**
 * The lock of a folder that one process at a time may write to.
 *
 * It is a lock of the operating system on an open file, so it ends with the process however that
 * ends, `kill -9` included: nothing goes stale, no time is waited for, nothing is left to delete. The
 * system also keeps it between containers of one machine and, on NFS 4, between machines. A record
 * beside it says who holds it, for the message to whoever comes second.
 *
 * A process that opens a folder again takes the lock over from itself: the earlier opening can no
 * longer write. So a run whose training failed may be resumed by the process that caught the failure.
 */
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { z } from 'zod';
import {
  ConfigError,
  describeWriteFailure,
  readJsonFile,
  systemClock,
  UnsupportedOpError,
} from '../base/index.ts';

const lockName = 'lock';
const holderName = 'holder.json';

const holderSchema = z.object({ pid: z.int(), host: z.string(), since: z.string() });
type Holder = z.infer<typeof holderSchema>;

/** The locks this process holds, by the real path of their folder. */
const held = new Map<string, FolderLock>();

/** A lock that is held until it is released, taken over, or the process ends. */
export class FolderLock {
  readonly #key: string;
  readonly #file: string;
  readonly #handle: number;
  #isHeld = true;

  constructor(key: string, file: string, handle: number) {
    this.#key = key;
    this.#file = file;
    this.#handle = handle;
  }

  /** Throws `ConfigError` once another opening may write: released, taken over, or lock file gone. */
  assertHeld(): void {
    if (this.#isHeld && isSameFile(this.#handle, this.#file)) return;
    throw new ConfigError(
      'lock_lost',
      `${path.dirname(path.dirname(this.#file))} is no longer held by this opening: it was closed, opened again, or its lock file is gone.`,
      { hint: 'Nothing more is written there. Go on with --resume.' },
    );
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    held.delete(this.#key);
    fs.closeSync(this.#handle);
  }
}

/**
 * Locks `directory` by a file in its folder `place`, which must exist.
 * Throws `ConfigError` naming the process that holds it, or where the file system has no locks.
 */
export function lockFolder(directory: string, place: string): FolderLock {
  const key = fs.realpathSync(place);
  const file = path.join(place, lockName);
  held.get(key)?.release();
  const handle = openLockFile(file);
  try {
    if (!tryLock(handle, directory) || !isSameFile(handle, file)) {
      throw describeHolder(directory, place);
    }
    writeHolder(place);
    const lock = new FolderLock(key, file, handle);
    held.set(key, lock);
    return lock;
  } catch (error) {
    fs.closeSync(handle);
    throw error;
  }
}

function openLockFile(file: string): number {
  const { O_RDWR, O_CREAT } = fs.constants;
  const noFollow = (fs.constants.O_NOFOLLOW as number | undefined) ?? 0;
  try {
    return fs.openSync(file, O_RDWR | O_CREAT | noFollow, 0o666);
  } catch (cause) {
    throw describeWriteFailure(file, cause);
  }
}

/** Someone who removed the lock file and made it anew would lock another file of the same name. */
function isSameFile(handle: number, file: string): boolean {
  const stats = fs.statSync(file, { throwIfNoEntry: false, bigint: true });
  return stats !== undefined && stats.ino === fs.fstatSync(handle, { bigint: true }).ino;
}

type FileLocks = { readonly tryLock: (handle: number) => boolean };

function tryLock(handle: number, directory: string): boolean {
  const locks = loadFileLocks();
  try {
    return locks.tryLock(handle);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new ConfigError(
      'lock_unsupported',
      `The file system of ${directory} has no file locks (${code ?? message}), so nothing would keep two processes from writing there at once.`,
      { hint: 'Put the folder on another disk; of network file systems, NFS 4 has locks.', cause },
    );
  }
}

/** Loaded at the first lock, because importing the package loads no native code. */
function loadFileLocks(): FileLocks {
  try {
    return createRequire(import.meta.url)('fs-native-extensions') as FileLocks;
  } catch (cause) {
    throw new UnsupportedOpError(
      'lock_unavailable',
      `The package fs-native-extensions, which locks folders, could not be loaded: ${(cause as Error).message}`,
      { hint: 'Install again: npm ci. It has binaries for Linux, macOS and Windows.', cause },
    );
  }
}

function writeHolder(place: string): void {
  const file = path.join(place, holderName);
  const holder: Holder = {
    pid: process.pid,
    host: os.hostname(),
    since: systemClock.timestamp(),
  };
  try {
    fs.rmSync(file, { force: true });
    fs.writeFileSync(file, `${JSON.stringify(holder)}\n`, { flag: 'wx' });
  } catch (cause) {
    throw describeWriteFailure(file, cause);
  }
}

function describeHolder(directory: string, place: string): ConfigError {
  const holder = readHolder(place);
  const who =
    holder === null
      ? 'another process'
      : `process ${holder.pid} on ${holder.host}, since ${holder.since}`;
  return new ConfigError('folder_in_use', `${directory} is being written to by ${who}.`, {
    details: { directory, holder },
    hint: 'Wait for it or stop it, then run the same command again: the lock ends with that process, and nothing has to be deleted.',
  });
}

/** The record is written after the lock is taken, so there may be none, or half of one. */
function readHolder(place: string): Holder | null {
  try {
    const limits = { maxBytes: 4096 };
    const content = readJsonFile(path.join(place, holderName), 'record of the holder', limits);
    return holderSchema.safeParse(content).data ?? null;
  } catch {
    return null;
  }
}
