/** What a file was when it was saved, its size and SHA-256, and whether it still is that. */
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { DataError, lookAt } from '../base/index.ts';

export const markSchema = z.object({
  sizeBytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
});

export type FileMark = z.infer<typeof markSchema>;

/** Marks what is about to be written. */
export function markText(text: string): FileMark {
  return {
    sizeBytes: Buffer.byteLength(text),
    sha256: crypto.createHash('sha256').update(text).digest('hex'),
  };
}

/** Marks a file as it stands; a missing one is as one of no bytes. Throws `DataError`. */
export function markFile(file: string): FileMark {
  const stats = lookAt(file);
  if (stats === null) return markText('');
  return { sizeBytes: stats.size, sha256: hashStart(file, stats.size) };
}

/** Says what is wrong with a file that was saved with this mark; null where nothing is. */
export function findMarkProblem(file: string, mark: FileMark): string | null {
  const stats = lookAt(file);
  if (stats === null) return 'is missing';
  if (!stats.isFile()) return 'is not a file';
  if (stats.size !== mark.sizeBytes) {
    return `holds ${stats.size} bytes instead of ${mark.sizeBytes}`;
  }
  return hashStart(file, stats.size) === mark.sha256 ? null : 'fails its SHA-256 check';
}

/** SHA-256 of the first bytes of a file, in hex; of all of it where it is shorter. */
export function hashStart(file: string, sizeBytes: number): string {
  const hash = crypto.createHash('sha256');
  const chunk = Buffer.allocUnsafe(1 << 20);
  try {
    const handle = fs.openSync(file, fs.constants.O_RDONLY);
    try {
      for (let left = sizeBytes; left > 0;) {
        const count = fs.readSync(handle, chunk, 0, Math.min(left, chunk.length), null);
        if (count === 0) break;
        hash.update(chunk.subarray(0, count));
        left -= count;
      }
    } finally {
      fs.closeSync(handle);
    }
  } catch (cause) {
    throw new DataError('file_unreadable', `Could not read ${file}: ${(cause as Error).message}`, {
      details: { file },
      cause,
    });
  }
  return hash.digest('hex');
}

/** True for a name that stays below its folder: relative, `/` between parts, nothing of `.` or `..`. */
export function isInside(name: string): boolean {
  return (
    name !== '' &&
    !name.includes('\\') &&
    !path.isAbsolute(name) &&
    name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

/** True if no folder on the way from the root to the name is a symbolic link. */
export function hasOwnFolders(root: string, name: string): boolean {
  const parents = name.split('/').slice(0, -1);
  return parents.every((_, index) => {
    const folder = path.join(root, ...parents.slice(0, index + 1));
    return lookAt(folder)?.isDirectory() ?? false;
  });
}
