/**
 * Folders that are either whole or not there: written under a temporary name, sealed with a manifest
 * of sizes and SHA-256 hashes, flushed, then renamed.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import {
  checkContent,
  CheckpointError,
  flushFile,
  listFolder,
  lookAt,
  makeFolder,
  readJsonFile,
  RlpaError,
  writeFileAtomic,
} from '../base/index.ts';
import { findMarkProblem, hasOwnFolders, isInside, markFile, markSchema } from './file-marks.ts';
import { removeInside, type OwnedFolder } from './owned-folder.ts';

const manifestFormat = 2;
const manifestName = 'manifest.json';
export const temporaryPrefix = '.tmp-';

const manifestSchema = z.object({
  format: z.literal(manifestFormat),
  files: z.array(
    markSchema.extend({ name: z.string().refine(isInside, 'expected a name inside the folder') }),
  ),
});

type Manifest = z.infer<typeof manifestSchema>;

/**
 * Writes a folder of an owned one, in place of what it was before; `/` stands between parts of its
 * name. Throws `CheckpointError` or `DataError`; what was there before is lost only once the new one
 * is whole.
 */
export async function writeSealed(
  owner: OwnedFolder,
  name: string,
  write: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = path.join(owner.directory, name);
  const temporaryName = path.posix.join(
    path.posix.dirname(name),
    `${temporaryPrefix}${path.posix.basename(name)}`,
  );
  const temporary = path.join(owner.directory, temporaryName);
  try {
    makePlace(owner, temporaryName, removeUnfinished);
    makeFolder(path.dirname(temporary));
    fs.mkdirSync(temporary);
    await write(temporary);
    owner.assertHeld();
    seal(temporary);
    makePlace(owner, name, removeSealed);
    fs.renameSync(temporary, folder);
    return folder;
  } catch (cause) {
    clearUp(temporary);
    throw describeSaveFailure(folder, cause);
  }
}

/** Removes what an earlier save left at a place, and claims it; what is not ours stays in the way. */
function makePlace(owner: OwnedFolder, name: string, remove: (folder: string) => void): void {
  if (owner.isClaimed(name)) remove(path.join(owner.directory, name));
  owner.claim(name);
}

export function removeUnfinished(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
}

/** Clears up after a failure, which is what is to be told. */
function clearUp(folder: string): void {
  try {
    removeUnfinished(folder);
  } catch {
    // It is claimed: the next opening removes it.
  }
}

/** Seals a folder: flushes every file in it and names it, with size and hash, in its manifest. */
export function seal(folder: string): void {
  const files = listFiles(folder).map((name) => {
    const file = path.join(folder, name);
    flushFile(file);
    return { name, ...markFile(file) };
  });
  const manifest: Manifest = { format: manifestFormat, files };
  writeFileAtomic(path.join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** True for a folder that was sealed, whatever became of it since. */
export function isSealed(folder: string): boolean {
  const isFolder = lookAt(folder)?.isDirectory() ?? false;
  return isFolder && fs.existsSync(path.join(folder, manifestName));
}

/** Checks every file against the manifest; returns what is wrong, or null. */
export function findSealedProblem(folder: string): string | null {
  let manifest: Manifest;
  try {
    manifest = readManifest(folder);
  } catch (error) {
    return (error as Error).message.replace(/\.$/u, '');
  }
  for (const { name, ...mark } of manifest.files) {
    const problem = hasOwnFolders(folder, name)
      ? findMarkProblem(path.join(folder, name), mark)
      : 'is missing';
    if (problem !== null) return `${name} ${problem}`;
  }
  return null;
}

function readManifest(folder: string): Manifest {
  const file = path.join(folder, manifestName);
  const purpose = 'manifest';
  const content = readJsonFile(file, purpose);
  const format = z.object({ format: z.unknown() }).safeParse(content).data?.format;
  if (format !== undefined && format !== manifestFormat) {
    throw new CheckpointError(
      'manifest_format',
      `its format is ${String(format)}, this version reads ${manifestFormat}`,
    );
  }
  return checkContent(manifestSchema, content, { file, purpose });
}

/**
 * Removes the files its manifest names and the folders that are then empty; the manifest last, so that
 * a removal that is cut off can be gone on with. Files of others stay, and the folder with them.
 */
export function removeSealed(folder: string): void {
  const names = listSealed(folder);
  for (const name of names) removeInside(folder, name);
  const folders = new Set(names.flatMap(listParents));
  for (const name of [...folders].sort().reverse()) {
    if (hasOwnFolders(folder, name)) removeIfEmpty(path.join(folder, name));
  }
  if (names.length > 0) removeInside(folder, manifestName);
  removeIfEmpty(folder);
}

/** What cannot be read names nothing to remove; nothing is sealed that holds no file. */
function listSealed(folder: string): string[] {
  try {
    return readManifest(folder).files.map(({ name }) => name);
  } catch {
    return [];
  }
}

function listParents(name: string): string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function removeIfEmpty(folder: string): void {
  const isFolder = lookAt(folder)?.isDirectory() ?? false;
  if (isFolder && listFolder(folder, 'folder').length === 0) fs.rmdirSync(folder);
}

function listFiles(folder: string, prefix = ''): string[] {
  return fs
    .readdirSync(path.join(folder, prefix), { withFileTypes: true })
    .flatMap((entry) => {
      const name = path.posix.join(prefix, entry.name);
      return entry.isDirectory() ? listFiles(folder, name) : [name];
    })
    .sort();
}

function describeSaveFailure(folder: string, cause: unknown): RlpaError {
  if (cause instanceof RlpaError) return cause;
  const isFull = ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '');
  const reason = isFull ? 'no space is left on the disk' : String((cause as Error).message);
  return new CheckpointError(
    isFull ? 'disk_full' : 'save_failed',
    `Could not save ${folder}: ${reason}.`,
    {
      details: { folder },
      hint: 'What was saved before is intact: free some space, then continue with --resume.',
      cause,
    },
  );
}
