/**
 * The manifest of a folder that rlpa writes to: what kind of folder it is, and which files in it are
 * ours. Only what it names is ever deleted.
 *
 * One JSON object a line: first the kind, then a claim for each file or folder, written before the
 * thing itself, so that nothing of ours is ever unclaimed. A claim may carry the size and hash of
 * what is about to be written. Lines that cannot be read claim nothing.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { appendFile, readLines, truncateFile, writeFileAtomic } from '../base/index.ts';
import { isInside, markSchema, type FileMark } from './file-marks.ts';

/**
 * What a folder holds: a training run, what `compare` makes of several, an arm that is only measured,
 * what `rescore` or `warm-start` writes.
 */
export type FolderKind = 'run' | 'comparison' | 'measurement' | 'rescoring' | 'base';

const format = 1;
const headerSchema = z.object({ format: z.literal(format), kind: z.string() });
const claimSchema = z.object({ path: z.string(), mark: markSchema.optional() });

/** Content of what is claimed; null where it grows or is a folder. */
type Claims = Map<string, FileMark | null>;

export class FolderManifest {
  readonly #file: string;
  readonly #claims: Claims;

  private constructor(file: string, claims: Claims) {
    this.#file = file;
    this.#claims = claims;
  }

  /** Opens the manifest of a locked folder, beginning it where there is none. Throws `DataError`. */
  static open(file: string, kind: FolderKind): FolderManifest {
    const { kind: found, claims, wholeBytes } = readManifest(file);
    if (found === null) {
      const lines = [...claims].map(([name, mark]) => composeClaim(name, mark));
      writeFileAtomic(file, [toLine({ format, kind }), ...lines].join(''));
    } else {
      truncateFile(file, wholeBytes);
    }
    return new FolderManifest(file, claims);
  }

  /** Claims a file or folder of this name, `/` between its parts; call it before writing. */
  claim(name: string, mark: FileMark | null = null): void {
    if (this.#claims.has(name) && mark === null) return;
    appendFile(this.#file, composeClaim(name, mark));
    this.#claims.set(name, mark);
  }

  has(name: string): boolean {
    return this.#claims.has(name);
  }

  /** Size and hash of what was written under this name; null where nobody took them. */
  markOf(name: string): FileMark | null {
    return this.#claims.get(name) ?? null;
  }

  names(): string[] {
    return [...this.#claims.keys()];
  }
}

/** Says what kind of folder a manifest is of; null where there is none that can be read. */
export function readFolderKind(file: string): string | null {
  try {
    return readManifest(file).kind;
  } catch {
    return null;
  }
}

type FoundManifest = {
  readonly kind: string | null;
  readonly claims: Claims;
  /** Length without a last line that was cut short. */
  readonly wholeBytes: number;
};

function readManifest(file: string): FoundManifest {
  const claims: Claims = new Map();
  let kind: string | null = null;
  let wholeBytes = 0;
  if (!fs.existsSync(file)) return { kind, claims, wholeBytes };
  const lines = readLines(file, 'manifest');
  for (const { text, number, isWhole, endByte } of lines) {
    if (!isWhole) break;
    wholeBytes = endByte;
    const line = parseLine(text);
    if (number === 1) kind = headerSchema.safeParse(line).data?.kind ?? null;
    const claim = claimSchema.safeParse(line).data;
    if (claim !== undefined && isInside(claim.path)) claims.set(claim.path, claim.mark ?? null);
  }
  return { kind, claims, wholeBytes };
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

const composeClaim = (name: string, mark: FileMark | null): string =>
  toLine({ path: name, ...(mark === null ? {} : { mark }) });

const toLine = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** Where the manifest and the lock of a folder are kept. */
export const bookkeepingName = '.rlpa';

/** Full path of a folder's manifest. */
export function manifestOf(directory: string): string {
  return path.join(directory, bookkeepingName, 'manifest.jsonl');
}
