/**
 * A folder that rlpa writes to: found to be ours before anything is written, then locked, with a
 * manifest of what is ours in it. The bookkeeping is in its folder `.rlpa`.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  ConfigError,
  listFolder,
  lookAt,
  lookBehind,
  makeFolder,
  temporaryPattern,
} from '../base/index.ts';
import { hasOwnFolders, isInside, type FileMark } from './file-marks.ts';
import { lockFolder, type FolderLock } from './folder-lock.ts';
import {
  bookkeepingName,
  FolderManifest,
  manifestOf,
  readFolderKind,
  type FolderKind,
} from './folder-manifest.ts';

/** What stands in a folder, its bookkeeping left out; nothing in one that is missing. */
export type FolderContent = {
  readonly names: readonly string[];
  /** What its manifest says it is; null where it has none. */
  readonly kind: string | null;
};

/** Looks into a folder and writes nothing. Throws `ConfigError` for an empty name or a file. */
export function inspectFolder(directory: string): FolderContent {
  if (directory.trim() === '') {
    throw new ConfigError('path_empty', 'Expected the name of a folder, found an empty one.', {
      hint: 'Is a variable of the shell unset? Nothing is written to the current folder by default.',
    });
  }
  if (!checkFolder(directory, lookBehind)) return { names: [], kind: null };
  checkFolder(path.join(directory, bookkeepingName), lookAt);
  const names = listFolder(directory, 'folder').filter((name) => name !== bookkeepingName);
  return { names, kind: readFolderKind(manifestOf(directory)) };
}

/** Says whether the folder is there. Throws `ConfigError` where something else is. */
function checkFolder(folder: string, look: typeof lookAt): boolean {
  const stats = look(folder);
  if (stats === null || stats.isDirectory()) return stats !== null;
  throw new ConfigError('directory_unusable', `${folder} is not a folder.`, {
    details: { directory: folder },
    hint: 'Choose another folder.',
  });
}

/**
 * Throws `ConfigError` unless the folder is missing, empty, or of this kind. `isOurs` recognises a
 * folder from before there were manifests.
 */
export function checkFolderKind(
  directory: string,
  kind: FolderKind,
  isOurs: (names: readonly string[]) => boolean = () => false,
): void {
  const { names, kind: found } = inspectFolder(directory);
  if (found === kind || (found === null && (names.length === 0 || isOurs(names)))) return;
  const what = found === null ? 'holds files that are not ours' : `is the folder of a ${found}`;
  throw new ConfigError('directory_not_empty', `${directory} is not empty and ${what}.`, {
    details: { directory, found, expected: kind },
    hint: 'Choose another --out; nothing there was changed.',
  });
}

/** Marks a folder, made if need be, as of a kind, without holding it: its parts have their own locks. */
export function markFolder(
  directory: string,
  kind: FolderKind,
  isOurs?: (names: readonly string[]) => boolean,
): void {
  checkFolderKind(directory, kind, isOurs);
  if (readFolderKind(manifestOf(directory)) === null) {
    FolderManifest.open(manifestOf(directory), kind);
  }
}

/** A folder that this process alone writes to, until it is closed. */
export class OwnedFolder {
  readonly directory: string;
  readonly #lock: FolderLock;
  readonly #manifest: FolderManifest;
  readonly #isNew: boolean;

  private constructor(parts: {
    readonly directory: string;
    readonly lock: FolderLock;
    readonly manifest: FolderManifest;
    readonly isNew: boolean;
  }) {
    this.directory = parts.directory;
    this.#lock = parts.lock;
    this.#manifest = parts.manifest;
    this.#isNew = parts.isNew;
  }

  /**
   * Makes the folder if need be and locks it; what its content may be is the caller's to check.
   * Throws `ConfigError` naming the process that holds it, `DataError` where it cannot be written.
   */
  static open(directory: string, kind: FolderKind): OwnedFolder {
    const bookkeeping = path.join(directory, bookkeepingName);
    const isNew = lookBehind(directory) === null;
    makeFolder(bookkeeping);
    const lock = lockFolder(directory, bookkeeping);
    try {
      const manifest = FolderManifest.open(manifestOf(directory), kind);
      return new OwnedFolder({ directory, lock, manifest, isNew });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Claims a file or folder that is about to be written. Throws `ConfigError` where the lock is lost. */
  claim(name: string, mark?: FileMark): void {
    this.assertHeld();
    this.#manifest.claim(name, mark);
  }

  isClaimed(name: string): boolean {
    return this.#manifest.has(name);
  }

  /** What was written under a claimed name; null where nothing was marked. */
  markOf(name: string): FileMark | null {
    return this.#manifest.markOf(name);
  }

  claimedNames(): string[] {
    return this.#manifest.names();
  }

  assertHeld(): void {
    this.#lock.assertHeld();
  }

  /** Removes a file that is claimed; anything else is left alone. */
  remove(name: string): void {
    this.assertHeld();
    if (!this.isClaimed(name)) return;
    removeInside(this.directory, name);
  }

  /** Removes what writes that were cut off left beside, or inside, what is claimed. */
  removeTemporaries(): void {
    this.assertHeld();
    const claimed = this.claimedNames();
    const folders = new Set(claimed.flatMap((name) => [path.posix.dirname(name), name]));
    for (const folder of folders) this.#removeTemporariesIn(folder);
  }

  #removeTemporariesIn(folder: string): void {
    if (folder !== '.' && !hasOwnFolders(this.directory, `${folder}/-`)) return;
    for (const file of listFolder(path.join(this.directory, folder), 'folder')) {
      const name = temporaryPattern.exec(file)?.groups?.['name'];
      if (name === undefined) continue;
      const isOurs = this.isClaimed(folder) || this.isClaimed(path.posix.join(folder, name));
      if (isOurs) removeInside(this.directory, path.posix.join(folder, file));
    }
  }

  /** Lets another opening write. */
  close(): void {
    this.#lock.release();
  }

  /** Removes the bookkeeping of a folder that is finished and is to be like any other, and closes it. */
  dissolve(): void {
    this.assertHeld();
    const bookkeeping = path.join(this.directory, bookkeepingName);
    fs.rmSync(bookkeeping, { recursive: true, force: true });
    this.close();
  }

  /** Gives up what was begun: where nothing was written it leaves nothing, any other folder is closed. */
  abandon(): void {
    if (inspectFolder(this.directory).names.length > 0) return this.close();
    this.dissolve();
    if (this.#isNew) fs.rmdirSync(this.directory);
  }
}

/** Removes one file below a root, never through a symbolic link, never a folder. */
export function removeInside(root: string, name: string): void {
  if (!isInside(name) || !hasOwnFolders(root, name)) return;
  const file = path.join(root, name);
  if (lookAt(file)?.isDirectory() ?? true) return;
  fs.rmSync(file);
}
