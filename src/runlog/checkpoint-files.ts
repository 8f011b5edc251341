/** The files of one checkpoint: its manifest, the check against it, and their removal. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import {
  checkContent,
  CheckpointError,
  flushFile,
  listFolder,
  lookAt,
  readJsonFile,
  writeFileAtomic,
} from '../base/index.ts';
import { findMarkProblem, hasOwnFolders, isInside, markFile, markSchema } from './file-marks.ts';
import { removeInside } from './owned-folder.ts';

const checkpointFormat = 2;
const manifestName = 'manifest.json';

const manifestSchema = z.object({
  format: z.literal(checkpointFormat),
  files: z.array(
    markSchema.extend({ name: z.string().refine(isInside, 'expected a name inside the folder') }),
  ),
});

type CheckpointManifest = z.infer<typeof manifestSchema>;

/** Seals a folder: flushes every file in it and names it, with size and hash, in its manifest. */
export function sealCheckpoint(folder: string): void {
  const files = listFiles(folder).map((name) => {
    const file = path.join(folder, name);
    flushFile(file);
    return { name, ...markFile(file) };
  });
  const manifest: CheckpointManifest = { format: checkpointFormat, files };
  writeFileAtomic(path.join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** True for a folder that was sealed, whatever became of it since. */
export function isSealed(folder: string): boolean {
  const isFolder = lookAt(folder)?.isDirectory() ?? false;
  return isFolder && fs.existsSync(path.join(folder, manifestName));
}

/** Checks every file against the manifest; returns what is wrong, or null. */
export function findCheckpointProblem(folder: string): string | null {
  let manifest: CheckpointManifest;
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

function readManifest(folder: string): CheckpointManifest {
  const file = path.join(folder, manifestName);
  const purpose = 'checkpoint manifest';
  const content = readJsonFile(file, purpose);
  const format = z.object({ format: z.unknown() }).safeParse(content).data?.format;
  if (format !== undefined && format !== checkpointFormat) {
    throw new CheckpointError(
      'checkpoint_format',
      `its format is ${String(format)}, this version reads ${checkpointFormat}`,
    );
  }
  return checkContent(manifestSchema, content, { file, purpose });
}

/**
 * Removes the files its manifest names, the manifest last, then the folders that are empty. Files of
 * others stay, and the folder with them.
 */
export function removeCheckpoint(folder: string): void {
  let names: string[];
  try {
    names = readManifest(folder).files.map(({ name }) => name);
  } catch {
    // What cannot be read names nothing to remove.
    return;
  }
  for (const name of [...names, manifestName]) removeInside(folder, name);
  const folders = new Set(names.flatMap(listParents));
  for (const name of [...folders].sort().reverse()) removeIfEmpty(path.join(folder, name));
  removeIfEmpty(folder);
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
