/** The world in which a finished policy talks: the one it was trained in, unless flags say otherwise. */
import {
  defaultWorld,
  findWorld,
  findWorldWithSetting,
  type OpenedWorld,
  type WorldDefinition,
} from '../../worlds/index.ts';
import { resolveSettings, type ConfigFlags } from '../settings/resolve.ts';
import type { AppContext } from '../context.ts';
import { findPolicy, type PolicyLocation } from '../policies/find-policy.ts';
import { openModelsFor, type OpenedModels } from '../models/open-models.ts';
import { openWorld } from '../open-world.ts';
import { renderLedger } from '../models/run-ledger.ts';

export type TalkFlags = Pick<
  ConfigFlags,
  'personas' | 'onBadRow' | 'users' | 'judge' | 'config' | 'set'
> & { readonly policy?: string };

export type Talk = {
  readonly location: PolicyLocation;
  readonly definition: WorldDefinition;
  readonly opened: OpenedWorld;
  /** Null where everything works by program. */
  readonly models: OpenedModels | null;
};

/** Most tokens of one output: what the policy was trained with, or what its world usually takes. */
export function chooseMaxTokens(
  { maxTokens }: PolicyLocation,
  definition: WorldDefinition,
): number {
  return maxTokens ?? definition.maxTokens;
}

/** Finds the policy and opens its world. */
export function openTalk(flags: TalkFlags, context: AppContext): Talk {
  const { policy = 'base', ...given } = flags;
  const meant = given.personas === undefined ? null : findWorldWithSetting('personas');
  const location = findPolicy(policy, { world: meant ?? undefined });
  const kind = meant?.kind ?? location.world?.kind ?? defaultWorld.kind;
  const { models: savedModels, world: savedWorld } = location;
  const resolved = resolveSettings(given, {
    preset: findWorld(kind).preset,
    saved: {
      directory: policy,
      values: {
        world: { ...savedWorld, kind },
        // Nothing is trained here; what a base may begin with is no matter.
        policy: { model: location.folder },
        ...(savedModels === undefined ? {} : { models: savedModels }),
      },
    },
  });
  const { definition, settings } = resolved;
  if (kind !== (location.world ?? defaultWorld).kind && !settings.world.explainsProtocol) {
    context.log(`This policy was not trained in the world ${kind}: it may know few of its words.`);
  }
  const models = openModelsFor(resolved, context);
  return {
    location,
    definition,
    opened: openWorld(resolved, { models, log: context.log }),
    models,
  };
}

/** Does the work and tells what its calls came to, however it ends. */
export async function withTalkLedger<Result>(
  { models }: Talk,
  context: AppContext,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } finally {
    const record = await models?.close();
    if (record !== undefined) context.log(renderLedger(record));
  }
}

/** The flags that decide policy and world; the others of a command mean something else here. */
export function pickTalkFlags(flags: TalkFlags): TalkFlags {
  const names = ['policy', 'personas', 'onBadRow', 'users', 'judge', 'config', 'set'] as const;
  return Object.fromEntries(
    names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  );
}
