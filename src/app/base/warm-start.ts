/** Builds a base checkpoint from demonstrations, in a folder of its own. */
import { ConfigError } from '../../base/index.ts';
import { checkFolderKind, inspectFolder, OwnedFolder } from '../../runlog/index.ts';
import { pickParts, type WorldParts } from '../../worlds/index.ts';
import { createContext, type AppContext } from '../context.ts';
import { openWorld } from '../open-world.ts';
import {
  resolveSettings,
  type ResolvedSettings,
  type SettingsSource,
} from '../settings/resolve.ts';
import { dialectSettings, refuseUnused } from '../settings/unused.ts';
import { buildBase } from './build-base.ts';
import { isUnfinished } from './unfinished.ts';
import { announceDevice } from '../policies/announce-device.ts';
import type { Provenance } from '../policies/provenance.ts';

export type WarmStartOptions = Partial<AppContext> &
  SettingsSource &
  WorldParts & {
    /** Model folder to write: new or empty, or with `resume` the one to go on in. */
    readonly out: string;
    /** Goes on with a warm start that was stopped. */
    readonly resume?: boolean | undefined;
  };

/** A demonstration is neither judged nor paid, and no model is asked. */
const baseSettings = [
  ...['kind', 'personas', 'onBadRow', 'testShare', 'validationShare'].map(
    (name) => `world.${name}`,
  ),
  'world.parts.',
  ...dialectSettings,
  ...['model', 'adapter', 'lora'].map((name) => `policy.${name}`),
  'warmStart.',
  'engine.',
];

/** Resolves the settings of a warm start; its seed is `warmStart.seed`. */
export function resolveWarmStart(options: SettingsSource & WorldParts): ResolvedSettings {
  return resolveSettings(options, { parts: pickParts(options) });
}

/**
 * Trains a model on demonstrations of a mediocre assistant: a new small one, or where `policy.model` names
 * a folder that chat model, which keeps its tokenizer and template. Throws `ConfigError`,
 * `DataError`, and `AbortedError` with what is done saved: `resume` goes on and ends with the same bytes.
 */
export async function warmStart(options: WarmStartOptions): Promise<Provenance> {
  const { out, resume = false } = options;
  const context = createContext(options);
  refuseUnused(options, { only: baseSettings }, 'A warm start');
  const resolved = resolveWarmStart(options);
  checkFolderKind(out, 'base');
  if (resume) checkUnfinished(out);
  else checkUnused(out);
  await announceDevice(resolved.settings.engine, context);
  const opened = openWorld(resolved, { models: null, log: context.log });
  const folder = OwnedFolder.open(out, 'base');
  try {
    checkFolderKind(out, 'base');
    const provenance = await buildBase(out, opened, resolved, context);
    folder.dissolve();
    return provenance;
  } catch (error) {
    folder.abandon();
    throw error;
  }
}

function checkUnfinished(out: string): void {
  if (isUnfinished(out) || inspectFolder(out).names.length === 0) return;
  throw new ConfigError('nothing_to_resume', `There is no stopped warm start in ${out}.`, {
    details: { directory: out },
    hint: 'Check --out, or leave --resume away to begin one in a new folder.',
  });
}

/** A base that was cut off before anything could be saved is begun anew in its folder. */
function checkUnused(out: string): void {
  if (!isUnfinished(out)) return;
  throw new ConfigError('warm_start_unfinished', `${out} holds a warm start that was stopped.`, {
    details: { directory: out },
    hint: 'Go on with it: --resume. Or choose another --out.',
  });
}
