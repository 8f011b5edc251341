/** The world in which a finished policy talks: the one it was trained in, unless flags say otherwise. */
import { defaultTrainingSettings } from '../rl/index.ts';
import { resolveSettings, type ConfigFlags } from './settings/resolve.ts';
import type { AppContext } from './context.ts';
import { findPolicy, type PolicyLocation } from './find-policy.ts';
import { openModelsFor, type OpenedModels } from './open-models.ts';
import { renderLedger } from './run-ledger.ts';
import { openWorld, type OpenedWorld, type WorldKind } from './open-world.ts';

export type TalkFlags = Pick<
  ConfigFlags,
  'personas' | 'onBadRow' | 'users' | 'judge' | 'config' | 'set' | 'allowServer' | 'allowCache'
> & { readonly policy?: string };

export type Talk = {
  readonly location: PolicyLocation;
  readonly opened: OpenedWorld;
  /** Null where everything works by program. */
  readonly models: OpenedModels | null;
};

/** Most tokens of one output, by world; what the presets train with. */
const maxOutputTokens: Readonly<Record<WorldKind, number>> = {
  'small-world': defaultTrainingSettings.sampling.maxTokens,
  'free-text': 96,
};

/** Most tokens of one output: what the policy was trained with, or what its world usually takes. */
export function chooseMaxTokens({ maxTokens }: PolicyLocation, kind: WorldKind): number {
  return maxTokens ?? maxOutputTokens[kind];
}

/** Finds the policy and opens its world. */
export function openTalk(flags: TalkFlags, context: AppContext): Talk {
  const { policy = 'base', ...given } = flags;
  const givenKind = given.personas === undefined ? undefined : 'free-text';
  const location = findPolicy(policy, givenKind);
  const kind = givenKind ?? location.world?.kind ?? 'small-world';
  const { models: savedModels, world: savedWorld } = location;
  const resolved = resolveSettings(given, {
    preset: kind,
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
  const { settings } = resolved;
  if (kind === 'free-text' && location.world === null && !settings.world.explainsProtocol) {
    context.log('This policy was not trained on free text: most words will be unknown to it.');
  }
  const models = openModelsFor(resolved, context);
  const opened = openWorld(
    settings.world,
    context.log,
    models === null ? null : { opened: models, settings: settings.models },
  );
  return { location, opened, models };
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
  const names = [
    'policy',
    'personas',
    'onBadRow',
    'users',
    'judge',
    'config',
    'set',
    'allowServer',
    'allowCache',
  ] as const;
  return Object.fromEntries(
    names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  );
}
