/**
 * Models by name: where each lies on this machine, and how a hub's comes here.
 *
 * A name is `hf:OWNER/NAME`, or a path. What is in the cache is used without asking the hub;
 * `rlpa models pull` brings it up to date. Whatever opens a model by name comes through here.
 */
import { CheckpointError, makeFolder } from '../../base/index.ts';
import {
  findInCache,
  isHubName,
  locksFolder,
  parseHubName,
  pullModel,
  readHubSettings,
  renderHubName,
  renderPlan,
  type Environment,
  type HubName,
} from '../../hub/index.ts';
import { lockFolder } from '../../runlog/index.ts';
import type { AppContext } from '../context.ts';

/**
 * Makes sure that a named model is on this machine: one of a hub is downloaded where it is not in the
 * cache. Returns its folder or GGUF file; a path as it stands. Throws what `pullModel` throws.
 */
export async function provideModel(name: string, context: AppContext): Promise<string> {
  if (!isHubName(name)) return name;
  const hubName = parseHubName(name);
  const { cache } = readHubSettings(context.environment);
  return findInCache(cache, hubName) ?? (await pullNow(hubName, context));
}

/** Downloads a model of a hub, or what is new of it; one process at a time. */
export async function pullNow(name: HubName, context: AppContext): Promise<string> {
  const { environment, signal, log, onProgress } = context;
  const { cache } = readHubSettings(environment);
  const locks = locksFolder(cache, name.repository);
  makeFolder(locks);
  const lock = lockFolder(locks, locks);
  try {
    const label = renderHubName(name);
    return await pullModel(name, {
      environment,
      signal,
      onPlan: (plan) => log(renderPlan(plan)),
      onProgress: (done, total) =>
        onProgress({ label, done: done / 1e6, total: total / 1e6, unit: 'MB' }),
    });
  } finally {
    lock.release();
  }
}

/** Where a named model lies, without asking a hub. Throws `CheckpointError` where the cache has it not. */
export function locateNamed(name: string, environment: Environment): string {
  if (!isHubName(name)) return name;
  const hubName = parseHubName(name);
  const { cache } = readHubSettings(environment);
  const found = findInCache(cache, hubName);
  if (found !== null) return found;
  throw new CheckpointError('model_not_pulled', `${name} is not in the cache ${cache}.`, {
    hint: `Download it: rlpa models pull ${name}`,
  });
}
