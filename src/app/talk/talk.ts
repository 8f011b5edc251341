/**
 * A finished policy and the world it talks in: the one it was trained in, unless something else is said.
 *
 * Measuring, simulating and chatting share this. The policy may be a folder, or a remote model, which
 * is told what to write like any model that never saw a demonstration.
 */
import type { ChatModel } from '../../chat/index.ts';
import type { World } from '../../env/index.ts';
import { defaultWorld, pickParts, type WorldParts } from '../../worlds/index.ts';
import type { AppContext } from '../context.ts';
import { openModelsFor, type OpenedModels } from '../models/open-models.ts';
import { renderLedger } from '../models/run-ledger.ts';
import { hasTrained } from '../package-files.ts';
import { providePolicy, type PolicyLocation } from '../policies/find-policy.ts';
import {
  groupFamilies,
  nobody,
  readMetFamilies,
  type GroupFamilies,
} from '../policies/met-families.ts';
import { checkDevice } from '../policies/announce-device.ts';
import { openPolicy } from '../policies/open-policy.ts';
import { parseRemotePolicy, type RemotePolicy } from '../policies/remote-policy.ts';
import { listFlagLayers } from '../settings/flag-layers.ts';
import type { Layer } from '../settings/layers.ts';
import {
  resolveSettings,
  type ResolvedSettings,
  type SettingsSource,
} from '../settings/resolve.ts';
import { refuseUnused } from '../settings/unused.ts';
import { findMeantWorld, listWorldFiles } from '../settings/world-kind.ts';

export type TalkOptions = Partial<AppContext> &
  WorldParts &
  Omit<SettingsSource, 'preset'> & {
    /**
     * A run directory, a model folder, a GGUF file, a model of a hub (`hf:OWNER/NAME`), `base` (the
     * default: the checkpoint that comes with the package) or `trained` (what training made of it; the
     * default of a person's chat), or a model of an OpenAI-compatible server: `https://host/v1#model`.
     */
    readonly policy?: string | undefined;
  };

/** Clients that a world asks, a person does not. */
const worldClients = ['user', 'judge', 'matcher', 'embeddings'] as const;

/** Settings that every talk takes. */
const talkSettings = ['world.', 'models.', 'engine.'];

/** A policy with the settings it talks under. */
export type Talk = {
  /** What records and tables call the policy. */
  readonly name: string;
  readonly location: PolicyLocation | RemotePolicy;
  readonly resolved: ResolvedSettings;
  /** Remote models that are asked; null where everything works by program. */
  readonly models: OpenedModels | null;
};

export type TalkSort = {
  /** A person talks: nobody is simulated, judged or paid. */
  readonly isSpokenOnly?: boolean;
  /** Scripts talk: the policy only says in which world, and with whom. */
  readonly isScripted?: boolean;
};

/**
 * Finds the policy and resolves what it talks under.
 * Throws `ConfigError`, `DataError` or `CheckpointError`, and `ProviderError` for a model of a hub.
 */
export async function openTalk(
  options: TalkOptions,
  context: AppContext,
  { isSpokenOnly = false, isScripted = false }: TalkSort = {},
): Promise<Talk> {
  const parts = pickParts(options);
  const meant = options.world ?? findMeantWorld(listGivenLayers(options)) ?? undefined;
  const isChat = isSpokenOnly && hasTrained(meant ?? defaultWorld);
  const { policy = isChat ? 'trained' : 'base' } = options;
  const location =
    parseRemotePolicy(policy) ??
    (await providePolicy(policy, { world: meant, own: options.world }, context));
  const { world, learntIn } = location;
  const layers: Layer[] = [];
  if (learntIn === null) {
    layers.push({
      origin: 'a model from elsewhere',
      values: { world: { explainsProtocol: true } },
    });
  }
  const resolved = resolveSettings(options, {
    parts,
    saved: { directory: policy, values: describeSaved(location, meant?.kind) },
    between: layers,
    isSpokenOnly,
    above: location.kind === 'remote' ? [{ origin: '--policy', values: location.settings }] : [],
  });
  const kind = resolved.definition.kind;
  if (!isScripted && world === null && learntIn !== null && learntIn !== kind) {
    context.log(`This policy was not trained in the world ${kind}: it may know few of its words.`);
  }
  const models = openModelsFor(resolved, context, {
    except: [
      ...(location.kind === 'remote' && !isScripted ? [] : (['policy'] as const)),
      ...(isSpokenOnly ? worldClients : []),
    ],
    reads: isSpokenOnly ? [] : listWorldFiles(resolved.definition),
  });
  return { name: location.name, location, resolved, models };
}

function listGivenLayers({ settings = {}, flags = {} }: TalkOptions): Layer[] {
  return [{ origin: 'program', values: settings }, ...listFlagLayers(flags)];
}

/** What the policy was made with, as settings of a run. */
function describeSaved(
  location: PolicyLocation | RemotePolicy,
  meantKind: string | undefined,
): unknown {
  const kind = meantKind ?? location.world?.kind ?? location.learntIn ?? undefined;
  const spoken = kind === undefined ? {} : { world: { kind } };
  // Not the base of the presets: a model that follows instructions, elsewhere.
  if (location.kind === 'remote') return { ...spoken, policy: { model: location.name } };
  const { folder, world, models, maxTokens } = location;
  return {
    ...(kind === undefined ? {} : { world: { ...world, kind } }),
    ...(models === undefined ? {} : { models }),
    ...(maxTokens === undefined ? {} : { sampling: { maxTokens } }),
    // Nothing is trained here; what a base may begin with is no matter.
    policy: { model: folder },
  };
}

/** Closes remote models, and tells what they came to. */
export async function settleModels(
  { models }: Pick<Talk, 'models'>,
  { log }: Pick<AppContext, 'log'>,
): Promise<void> {
  const record = await models?.close();
  if (record !== undefined) log(renderLedger(record));
}

/** The families that the policy of a talk learnt from, and one that it never met: the wanted one, if any. */
export function findTalkFamilies(
  { location, resolved: { consent } }: Pick<Talk, 'location' | 'resolved'>,
  world: World,
  { log, family }: Pick<AppContext, 'log'> & { readonly family?: string | undefined },
): GroupFamilies {
  const met = location.kind === 'remote' ? nobody : readMetFamilies(location, { consent, log });
  return groupFamilies(world, met, family);
}

/** A policy that answers, until it is closed. */
export type Talker = { readonly chat: ChatModel; close(): Promise<void> };

/**
 * Opens the policy of a talk; for a person, unless a setting says otherwise, to answer soon rather than to the
 * last digit. Closing tells what remote models came to.
 */
export async function openTalker(
  talk: Talk,
  context: AppContext,
  { isForPeople = false }: { readonly isForPeople?: boolean } = {},
): Promise<Talker> {
  const { location, resolved, models } = talk;
  const settle = (): Promise<void> => settleModels(talk, context);
  if (location.kind === 'remote') {
    const chat = models?.clients.policy;
    if (chat === undefined) throw new Error('internal: a remote policy without a client');
    return { chat, close: settle };
  }
  try {
    const { engine } = resolved.settings;
    await checkDevice(engine, context);
    const decodeBits = engine.decodeBits === 'auto' && isForPeople ? 8 : engine.decodeBits;
    const policy = await openPolicy({ location, ...engine, decodeBits });
    return {
      chat: policy.chat,
      close: async () => {
        await policy.close();
        await settle();
      },
    };
  } catch (error) {
    await settle();
    throw error;
  }
}

/** Does the work with the policy of a talk, and closes it however it ends. */
export async function withTalker<Result>(
  talk: Talk,
  context: AppContext,
  work: (chat: ChatModel) => Promise<Result>,
): Promise<Result> {
  const talker = await openTalker(talk, context);
  try {
    return await work(talker.chat);
  } finally {
    await talker.close();
  }
}

/** Refuses settings that a talk of this sort has no use for. */
export function checkTalkSettings(
  options: TalkOptions,
  more: readonly string[],
  work: string,
): void {
  refuseUnused(options, { only: [...talkSettings, ...more] }, work);
}
