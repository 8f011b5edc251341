/**
 * Where the entries of a ledger are kept: in memory, or in a file that stays when the program ends.
 *
 * The file only grows, and every write is one append, so any number of processes may share it: all of
 * them read the same entries in the same order. No lock is needed, and none can be left behind. An
 * entry stands between line breaks of its own, so that one which a full disk cut short spoils no other.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { promisify } from 'node:util';
import { CheckpointError, DataError, describeWriteFailure, makeFolder } from '../../base/index.ts';
import { ledgerEntrySchema, ledgerFormat, type LedgerEntry } from './ledger-entry.ts';

/** Entries in an order that all who read them agree on. */
export interface LedgerStore {
  /** Adds an entry. Throws `DataError` when it could not be kept. */
  append(entry: LedgerEntry): void;
  /** The entries since the last call, those of other processes included. */
  readNew(): readonly LedgerEntry[];
  /** Waits until what was added would survive a loss of power. */
  sync(): Promise<void>;
  /** Nothing is added or read afterwards. */
  close(): void;
}

/** Creates a store that is gone when the program ends. */
export function createMemoryStore(): LedgerStore {
  let entries: LedgerEntry[] = [];
  return {
    append: (entry) => entries.push(entry),
    readNew: () => {
      const unread = entries;
      entries = [];
      return unread;
    },
    sync: () => Promise.resolve(),
    close: () => undefined,
  };
}

/** Opens the file, new or with what stands in it. Throws `DataError`, `CheckpointError` when reading. */
export function openLedgerFile(file: string): LedgerStore {
  return new LedgerFile(file);
}

const flush = promisify(fs.fdatasync);
/** Characters no entry comes near. */
const longestLine = 65_536;

class LedgerFile implements LedgerStore {
  readonly #file: string;
  readonly #handle: number;
  readonly #chunk = Buffer.alloc(65_536);
  readonly #decoder = new StringDecoder('utf8');
  #isOpen = true;
  #readTo = 0;
  #line = 0;
  #rest = '';

  constructor(file: string) {
    this.#file = file;
    makeFolder(path.dirname(file));
    this.#handle = this.#guard(() => openForAppending(file));
    this.append({ kind: 'begin', format: ledgerFormat });
  }

  append(entry: LedgerEntry): void {
    const bytes = Buffer.from(`\n${JSON.stringify(entry)}\n`);
    this.#guard(() => {
      const written = fs.writeSync(this.#handle, bytes);
      if (written < bytes.length) throw Object.assign(new Error('cut short'), { code: 'ENOSPC' });
    });
  }

  readNew(): readonly LedgerEntry[] {
    const entries: LedgerEntry[] = [];
    for (;;) {
      const size = fs.readSync(this.#handle, this.#chunk, 0, this.#chunk.length, this.#readTo);
      if (size === 0) return entries;
      this.#readTo += size;
      const text = this.#rest + this.#decoder.write(this.#chunk.subarray(0, size));
      const lines = text.split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) entries.push(...this.#parse(line));
      if (this.#rest.length > longestLine) throw this.#describeMalformed();
    }
  }

  async sync(): Promise<void> {
    await flush(this.#handle).catch((cause: unknown) => {
      throw describeWriteFailure(this.#file, cause);
    });
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    fs.closeSync(this.#handle);
  }

  #parse(line: string): LedgerEntry[] {
    this.#line += 1;
    // Blank, or broken off while it was written: nobody went on from there, so nothing was sent.
    if (!line.endsWith('}')) return [];
    const entry = ledgerEntrySchema.safeParse(parseJson(line)).data;
    if (entry === undefined) throw this.#describeMalformed();
    return [entry];
  }

  #describeMalformed(): CheckpointError {
    const { dir, base } = path.parse(this.#file);
    return new CheckpointError(
      'ledger_malformed',
      `${this.#file}, line ${this.#line}: expected an entry of a ledger of format ${ledgerFormat}.`,
      {
        details: { file: this.#file, line: this.#line },
        hint: `What was spent cannot be told from it. Move ${path.join(dir, base)} away to begin new books; the budget then counts from zero.`,
      },
    );
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      throw cause instanceof DataError ? cause : describeWriteFailure(this.#file, cause);
    }
  }
}

/** A link is not followed and a pipe not waited for: the file may have come with a folder of others. */
function openForAppending(file: string): number {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW = 0 } = fs.constants;
  const handle = fs.openSync(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o644);
  if (fs.fstatSync(handle).isFile()) return handle;
  fs.closeSync(handle);
  throw new DataError('ledger_no_file', `${file} is no plain file.`, {
    details: { file },
    hint: 'The books are kept there: move away what stands in its place.',
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
