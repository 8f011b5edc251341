/**
 * The models of this machine's cache: which there are, how one comes, how one goes.
 *
 * The cache is shared with other tools of the hub, so what is listed may have come by them.
 */
import { ConfigError, DataError, makeFolder } from '../../base/index.ts';
import {
  commitPattern,
  listCachedModels,
  locksFolder,
  parseHubName,
  planPull,
  readCommit,
  readHubSettings,
  removeFromCache,
  type CachedModel,
  type PullPlan,
} from '../../hub/index.ts';
import { lockFolder } from '../../runlog/index.ts';
import { createContext, type AppContext } from '../context.ts';
import { pullNow } from '../policies/provide-model.ts';

/** Lists the models in the cache, by name. */
export function listModels(given: Partial<AppContext> = {}): readonly CachedModel[] {
  const { environment } = createContext(given);
  return listCachedModels(readHubSettings(environment).cache);
}

/**
 * Downloads a model of a hub, or brings it up to date, and returns its folder or GGUF file. Throws
 * `ConfigError` for a name that is none, and what `pullModel` throws.
 */
export function pull(name: string, given: Partial<AppContext> = {}): Promise<string> {
  return pullNow(parseHubName(name), createContext(given));
}

/** Says what a pull would take, without one. Throws as `pull`. */
export function describePull(name: string, given: Partial<AppContext> = {}): Promise<PullPlan> {
  const { environment, signal } = createContext(given);
  return planPull(parseHubName(name), { environment, signal });
}

/**
 * Removes a model from the cache: one revision where one is named, else all. Returns the bytes that its
 * snapshots had. Throws `DataError` where it is not there.
 */
export function removeModel(name: string, given: Partial<AppContext> = {}): number {
  const { environment } = createContext(given);
  const { cache } = readHubSettings(environment);
  const { repository, revision, file } = parseHubName(name);
  if (file !== undefined) {
    throw new ConfigError(
      'hub_name_unfit',
      `Expected hf:OWNER/NAME[@REVISION], found a file: ${name}.`,
      {
        hint: `Remove the whole model: rlpa models remove hf:${repository}`,
      },
    );
  }
  const isNamed = name.includes('@');
  const commit = isNamed ? findCommit(cache, { repository, revision }) : null;
  const gone = listCachedModels(cache).filter(
    (model) => model.repository === repository && (!isNamed || model.commit === commit),
  );
  if (gone.length === 0) {
    throw new DataError('model_not_cached', `${name} is not in the cache ${cache}.`, {
      hint: 'List what is there: rlpa models list',
    });
  }
  const locks = locksFolder(cache, repository);
  makeFolder(locks);
  const lock = lockFolder(locks, locks);
  try {
    removeFromCache(cache, repository, commit);
  } finally {
    lock.release();
  }
  return gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** A commit may be given by its first letters, as lists show it. */
function findCommit(
  cache: string,
  name: { readonly repository: string; readonly revision: string },
): string | null {
  const commit = readCommit(cache, name);
  if (commit !== null && !commitPattern.test(name.revision)) return commit;
  const found = listCachedModels(cache).filter(
    (model) => model.repository === name.repository && model.commit.startsWith(name.revision),
  );
  return found.length === 1 ? (found[0]?.commit ?? null) : null;
}
