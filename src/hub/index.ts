/** Models from a hub: their names, the cache they are kept in, and how they get there. */
export {
  commitPattern,
  findInCache,
  listCachedModels,
  locksFolder,
  readCommit,
  removeFromCache,
  type CachedModel,
} from './cache.ts';
export { isHubName, parseHubName, renderHubName, type HubName } from './model-name.ts';
export {
  describeBytes,
  planPull,
  pullModel,
  renderPlan,
  type PullOptions,
  type PullPlan,
} from './pull.ts';
export type { HubFile } from './repository.ts';
export type { Patience } from './requests.ts';
export { readHubSettings, type Environment, type HubSettings } from './settings.ts';
