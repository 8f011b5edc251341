/** Opens a profile store where a person says it lies. */
import { systemClock, type Clock } from '../base/index.ts';
import { openDatabase } from './open-database.ts';
import { ProfileStore } from './profile-store.ts';

/**
 * Opens a store: the path of a SQLite file, `:memory:`, or `postgres://…`; brings its tables up to date.
 * Throws `ConfigError` for a place that is none, `StoreError` where the database does not open.
 */
export async function openProfileStore(
  location: string,
  clock: Clock = systemClock,
): Promise<ProfileStore> {
  return new ProfileStore(await openDatabase(location), clock);
}
