/**
 * The cache of models that tools of the hub share: `models--OWNER--NAME/{blobs,refs,snapshots}`.
 *
 * A file lies under its hash in `blobs/`; `snapshots/COMMIT/NAME` is a link to it; `refs/BRANCH` holds
 * the commit a branch had when it was last pulled. What is here is used without asking the hub.
 * Source: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import {
  describeWriteFailure,
  listFolder,
  lookBehind,
  readJsonFile,
  readTextFile,
} from '../base/index.ts';
import type { HubName } from './model-name.ts';

export const commitPattern = /^[0-9a-f]{40}$/u;

/** The folder of a repository in the cache. */
export function repositoryFolder(cache: string, repository: string): string {
  return path.join(cache, `models--${repository.replace('/', '--')}`);
}

/** The folder in which a repository is locked while it is written to. */
export function locksFolder(cache: string, repository: string): string {
  return path.join(cache, '.locks', path.basename(repositoryFolder(cache, repository)));
}

/** The commit that a revision stands for in the cache; null where nothing says. */
export function readCommit(cache: string, { repository, revision }: HubName): string | null {
  if (commitPattern.test(revision)) return revision;
  const file = path.join(repositoryFolder(cache, repository), 'refs', ...revision.split('/'));
  if (lookBehind(file)?.isFile() !== true) return null;
  const commit = readTextFile(file, 'reference', { maxBytes: 1024 }).trim();
  return commitPattern.test(commit) ? commit : null;
}

/** The folder of a commit in the cache. */
export function snapshotFolder(cache: string, repository: string, commit: string): string {
  return path.join(repositoryFolder(cache, repository), 'snapshots', commit);
}

const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/** Whether a snapshot has all that a model folder needs. */
function isWholeFolder(snapshot: string): boolean {
  const has = (name: string): boolean => lookBehind(path.join(snapshot, name))?.isFile() === true;
  if (!['config.json', 'tokenizer.json', 'tokenizer_config.json'].every(has)) return false;
  if (has('model.safetensors')) return true;
  const index = 'model.safetensors.index.json';
  if (!has(index)) return false;
  const json = readJsonFile(path.join(snapshot, index), 'weight index', { maxBytes: 32 * 2 ** 20 });
  const parts = indexSchema.safeParse(json).data?.weight_map;
  return parts !== undefined && Object.values(parts).every(has);
}

/** Finds a model that is in the cache whole: its folder, or its GGUF file. Null where it is not. */
export function findInCache(cache: string, name: HubName): string | null {
  const commit = readCommit(cache, name);
  if (commit === null) return null;
  const snapshot = snapshotFolder(cache, name.repository, commit);
  if (name.file !== undefined) {
    const file = path.join(snapshot, name.file);
    return lookBehind(file)?.isFile() === true ? file : null;
  }
  if (isWholeFolder(snapshot)) return snapshot;
  const [single, ...others] = listGgufFiles(snapshot);
  return single !== undefined && others.length === 0 ? path.join(snapshot, single) : null;
}

const listGgufFiles = (snapshot: string): string[] =>
  listFolder(snapshot, 'snapshot').filter((name) => name.endsWith('.gguf'));

/** A model of the cache, at one commit. */
export type CachedModel = {
  readonly repository: string;
  readonly commit: string;
  /** Branches and tags that stood for it. */
  readonly references: readonly string[];
  readonly folder: string;
  readonly sizeBytes: number;
  /** Whether a policy can be opened from it: a whole folder, or GGUF files. */
  readonly isUsable: boolean;
  readonly ggufFiles: readonly string[];
};

/** Lists what is in the cache, by name. */
export function listCachedModels(cache: string): CachedModel[] {
  return listFolder(cache, 'cache').flatMap((name) => {
    const [, owner, model] = /^models--(.+?)--(.+)$/u.exec(name) ?? [];
    if (owner === undefined || model === undefined) return [];
    const repository = `${owner}/${model}`;
    const references = listReferences(path.join(cache, name, 'refs'));
    return listFolder(path.join(cache, name, 'snapshots'), 'folder of snapshots')
      .filter((commit) => commitPattern.test(commit))
      .map((commit) => {
        const folder = snapshotFolder(cache, repository, commit);
        const ggufFiles = listGgufFiles(folder);
        return {
          repository,
          commit,
          references: references.filter(([, of]) => of === commit).map(([reference]) => reference),
          folder,
          sizeBytes: measure(folder),
          isUsable: ggufFiles.length > 0 || isWholeFolder(folder),
          ggufFiles,
        };
      });
  });
}

function listReferences(folder: string): [reference: string, commit: string][] {
  if (lookBehind(folder)?.isDirectory() !== true) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const reference = path.relative(folder, file).split(path.sep).join('/');
      return [reference, readTextFile(file, 'reference', { maxBytes: 1024 }).trim()];
    });
}

function measure(snapshot: string): number {
  return listFolder(snapshot, 'snapshot')
    .map((name) => lookBehind(path.join(snapshot, name)))
    .reduce((sum, stats) => sum + (stats?.isFile() === true ? stats.size : 0), 0);
}

/** Removes a commit of a repository, or all of it, with the files that nothing else needs. */
export function removeFromCache(cache: string, repository: string, commit: string | null): void {
  const folder = repositoryFolder(cache, repository);
  const snapshots = path.join(folder, 'snapshots');
  const others = listFolder(snapshots, 'folder of snapshots').filter((each) => each !== commit);
  try {
    if (commit === null || others.length === 0) {
      fs.rmSync(folder, { recursive: true, force: true });
      return;
    }
    fs.rmSync(path.join(snapshots, commit), { recursive: true, force: true });
    for (const [reference, of] of listReferences(path.join(folder, 'refs'))) {
      if (of === commit) fs.rmSync(path.join(folder, 'refs', ...reference.split('/')));
    }
    const needed = new Set(others.flatMap((each) => listTargets(path.join(snapshots, each))));
    for (const blob of listFolder(path.join(folder, 'blobs'), 'folder of blobs')) {
      if (!needed.has(blob)) fs.rmSync(path.join(folder, 'blobs', blob), { force: true });
    }
  } catch (cause) {
    throw describeWriteFailure(folder, cause);
  }
}

/** Names of the blobs that the links of a snapshot lead to. */
function listTargets(snapshot: string): string[] {
  return fs
    .readdirSync(snapshot, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => path.basename(fs.readlinkSync(path.join(entry.parentPath, entry.name))));
}
