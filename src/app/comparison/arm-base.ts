/** What an arm of a comparison begins with: found or built, and told by content. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { nameByHash } from '../../base/index.ts';
import type { ArmRun } from '../../eval/index.ts';
import { OwnedFolder } from '../../runlog/index.ts';
import { buildBase } from '../base/build-base.ts';
import { isBuiltBase } from '../policies/provenance.ts';
import type { AppContext } from '../context.ts';
import { openWorld } from '../open-world.ts';
import { digestModel } from '../policies/digest.ts';
import { findInCache, isHubName, parseHubName, readHubSettings } from '../../hub/index.ts';
import { findPolicy } from '../policies/find-policy.ts';
import { provideModel } from '../policies/provide-model.ts';
import type { ModelLocation } from '../policies/open-policy.ts';
import type { ResolvedSettings } from '../settings/resolve.ts';

type ArmBase = NonNullable<ArmRun['base']>;

/** Where a comparison lies, and what its arm is called. */
type ArmPlace = { readonly directory: string; readonly arm: string };

/** Finds what an arm begins with; null where it is not built yet, or no longer there. */
export function locateBase(
  resolved: ResolvedSettings,
  { directory }: Pick<ArmPlace, 'directory'>,
  { environment }: Pick<AppContext, 'environment'>,
): ModelLocation | null {
  const { settings, definition, parts } = resolved;
  const { model, adapter } = settings.policy;
  const named = model === 'warm-start' ? nameBuiltBase(resolved, directory) : model;
  if (named !== 'base' && !isHere(named, environment)) return null;
  const location = findPolicy(named, { world: definition, own: parts.world, environment });
  return adapter === null ? location : { ...location, adapter };
}

function isHere(named: string, environment: AppContext['environment']): boolean {
  if (!isHubName(named)) return fs.existsSync(named);
  return findInCache(readHubSettings(environment).cache, parseHubName(named)) !== null;
}

/** Says what an arm begins with, by name and content; null where it is not there. */
export function describeBase(
  resolved: ResolvedSettings,
  plan: Pick<ArmPlace, 'directory'>,
  context: Pick<AppContext, 'environment'>,
): ArmBase | null {
  const location = locateBase(resolved, plan, context);
  return location === null ? null : { name: location.name, sha256: digestModel(location) };
}

/** The folder of a base that is warm-started for the comparison: one for all that want the same. */
function nameBuiltBase(resolved: ResolvedSettings, directory: string): string {
  const key = JSON.stringify([...listBaseSettings(resolved), resolved.settings.warmStart]);
  return path.join(directory, `base-${nameByHash(key)}`);
}

/** A base of a hub is downloaded; one that has to be warm-started is built once for all seeds and arms that want the same. */
export async function provideBase(
  resolved: ResolvedSettings,
  { directory, arm }: ArmPlace,
  context: AppContext,
): Promise<ResolvedSettings> {
  const { settings } = resolved;
  if (settings.policy.model !== 'warm-start') {
    await provideModel(settings.policy.model, context);
    return resolved;
  }
  const folder = nameBuiltBase(resolved, directory);
  if (!isBuiltBase(folder)) {
    context.log(`Building the base of ${arm} ...`);
    const held = OwnedFolder.open(folder, 'base');
    try {
      const opened = openWorld(resolved, { models: null, log: context.log });
      await buildBase(folder, opened, resolved, context);
      held.dissolve();
    } finally {
      held.close();
    }
  }
  return { ...resolved, settings: { ...settings, policy: { ...settings.policy, model: folder } } };
}

/** Settings of a world that decide what its base is taught: how turns are written and shown, and its own. */
function listBaseSettings({ definition, settings }: ResolvedSettings): unknown[] {
  const { kind, profileMode, contextTurns } = settings.world;
  const own = Object.keys(definition.settings ?? {}).map((key) => settings.world[key]);
  return [kind, profileMode, contextTurns, ...own];
}
