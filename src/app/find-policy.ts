/**
 * From what a person names as a policy to the folder that holds it.
 *
 * `base` is the checkpoint that comes with the package; a run directory stands for the model it left
 * behind; anything else is a Hugging Face model folder, or a PEFT adapter folder that names its base.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { CheckpointError, DataError, describeFound, readJsonFile } from '../base/index.ts';
import { baseFolder } from './package-files.ts';
import { createDefaultSettings } from './settings/defaults.ts';
import { settingsSchema } from './settings/schema.ts';
import type { WorldKind, WorldSettings } from './open-world.ts';

export type PolicyLocation = {
  /** Folder with config.json, weights and tokenizer. */
  readonly folder: string;
  readonly adapter?: string;
  /** World settings of the run it came from; null where nothing says. */
  readonly world: WorldSettings | null;
  /** Its remote models as they stand there, unchecked; absent where nothing says. */
  readonly models?: unknown;
  /** Most tokens of an output it was trained with; absent where nothing says. */
  readonly maxTokens?: number;
  /** What records and tables call it. */
  readonly name: string;
};

/** Finds a policy. Throws `DataError` for a missing folder, `CheckpointError` for one without a model. */
export function findPolicy(
  text: string,
  preferredWorld: WorldKind = 'small-world',
): PolicyLocation {
  if (text === 'base') return findBase(preferredWorld);
  if (!fs.existsSync(text)) {
    throw new DataError('policy_missing', `There is no folder ${text}.`, {
      details: { folder: text },
      hint: "Name a run directory, a model folder, or 'base' for the checkpoint that comes with the package.",
    });
  }
  const run = readRun(text);
  const inRun = path.join(text, 'model');
  if (run !== null && !fs.existsSync(inRun)) {
    throw new CheckpointError('run_unfinished', `The run in ${text} has not left a model yet.`, {
      details: { folder: text },
      hint: `Finish it: rlpa train --out ${text} --resume`,
    });
  }
  const folder = run === null ? text : inRun;
  const origin = run ?? readRun(path.dirname(path.resolve(text)));
  const common = {
    world: origin?.world ?? null,
    ...(origin?.models === undefined ? {} : { models: origin.models }),
    ...(origin?.maxTokens === undefined ? {} : { maxTokens: origin.maxTokens }),
    name: path.basename(path.resolve(text)),
  };
  return { ...locateModel(folder), ...common };
}

const adapterSchema = z.looseObject({ base_model_name_or_path: z.string() });

/**
 * Finds the parts of a saved model: the folder itself, or for an adapter its base and the adapter.
 * Throws `CheckpointError` where the base is not there.
 */
export function locateModel(folder: string): Pick<PolicyLocation, 'folder' | 'adapter'> {
  const file = path.join(folder, 'adapter_config.json');
  if (!fs.existsSync(file)) return { folder };
  const json = readJsonFile(file, 'adapter configuration', { maxBytes: 2 ** 20 });
  const base = adapterSchema.safeParse(json).data?.base_model_name_or_path;
  if (base !== undefined && fs.existsSync(base)) return { folder: base, adapter: folder };
  const found = describeFound(json, ['base_model_name_or_path']);
  throw new CheckpointError(
    'adapter_base_missing',
    `${file}: base_model_name_or_path: expected a folder of this machine, found ${found}.`,
    { details: { file }, hint: 'Put the base model folder there, or mend the path.' },
  );
}

function findBase(world: WorldKind): PolicyLocation {
  const folder = [world, 'small-world']
    .map((name) => path.join(baseFolder, name))
    .find((candidate) => fs.existsSync(path.join(candidate, 'config.json')));
  if (folder === undefined) {
    throw new CheckpointError('base_missing', `The base checkpoint is missing: ${baseFolder}.`, {
      hint: 'Install the package again, or rebuild it: rlpa warm-start --out DIR',
    });
  }
  return { folder, world: null, name: `base ${path.basename(folder)}` };
}

/** What is asked of config.json here; that of a model folder has no settings. */
const originSchema = z.object({
  settings: z.object({
    world: z.record(z.string(), z.unknown()).optional(),
    models: z.unknown().optional(),
    sampling: z.unknown().optional(),
  }),
});

type RunOrigin = {
  readonly world: WorldSettings;
  readonly models: unknown;
  readonly maxTokens: number | undefined;
};

/**
 * World and models of a run directory; null where the folder is none. A run of an earlier version lacks
 * newer settings, whose defaults are what it did. Throws `CheckpointError` for settings unknown here.
 */
function readRun(folder: string): RunOrigin | null {
  const file = path.join(folder, 'config.json');
  if (!fs.existsSync(file)) return null;
  const settings = originSchema.safeParse(readJsonFile(file, 'configuration')).data?.settings;
  if (settings?.world === undefined) return null;
  const parsed = settingsSchema.shape.world.safeParse({
    ...createDefaultSettings().world,
    ...settings.world,
  });
  const maxTokens = settingsSchema.shape.sampling.safeParse(settings.sampling).data?.maxTokens;
  if (parsed.success) return { world: parsed.data, models: settings.models, maxTokens };
  throw new CheckpointError(
    'run_config_unknown',
    `${file} is the configuration of a run whose world this version does not know: ${describeIssue(parsed.error.issues[0])}.`,
    { details: { file }, hint: 'Use the version of rlpa that made the run (environment.json).' },
  );
}

function describeIssue(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): string {
  return issue === undefined
    ? 'it cannot be read'
    : `world.${issue.path.map(String).join('.')}: ${issue.message}`;
}
