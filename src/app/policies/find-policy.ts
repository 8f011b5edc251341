/**
 * From what a person names as a policy to the folder that holds it.
 *
 * `base` is the checkpoint that comes with the package, `trained` what training made of it; a run
 * directory stands for the model it left behind; `hf:OWNER/NAME` for a model of a hub; anything else is
 * a Hugging Face model folder, a GGUF file, or a PEFT adapter folder that names its base.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { CheckpointError, DataError, describeFound, readJsonFile } from '../../base/index.ts';
import { defaultWorld, type WorldDefinition } from '../../worlds/index.ts';
import {
  isHubName,
  parseHubName,
  readCommit,
  readHubSettings,
  renderHubName,
  type Environment,
  type HubName,
} from '../../hub/index.ts';
import type { BaseName } from '../../policy/index.ts';
import type { AppContext } from '../context.ts';
import { baseFolder, hasBase, hasTrained, trainedFolder } from '../package-files.ts';
import { guessWorldKind, readBaseOrigin, readRunOrigin, type PolicyOrigin } from './origin.ts';
import { locateNamed, provideModel } from './provide-model.ts';

export type PolicyLocation = PolicyOrigin & {
  readonly kind: 'folder';
  /** Folder with config.json, weights and tokenizer; or a GGUF file, which has them all. */
  readonly folder: string;
  readonly adapter?: string;
  /** What an adapter of it calls it, where that is not its path. */
  readonly baseName?: BaseName;
  /** Kind of world it learnt to speak in; null for a model that has to be told what to write. */
  readonly learntIn: string | null;
  /** What records and tables call it. */
  readonly name: string;
};

export type FindPolicyOptions = {
  /** World whose base is meant, where there is one; the default world by default. */
  readonly world?: WorldDefinition | undefined;
  /** A world that a program or a user's file defines, for the runs in it. */
  readonly own?: WorldDefinition | undefined;
  /** Variables that say where models of a hub are kept; none by default. */
  readonly environment?: Environment;
};

/** Finds a policy, downloading a model of a hub that is not in the cache. Throws as `findPolicy` and `pullModel`. */
export async function providePolicy(
  text: string,
  options: Omit<FindPolicyOptions, 'environment'>,
  context: AppContext,
): Promise<PolicyLocation> {
  await provideModel(text, context);
  return findPolicy(text, { ...options, environment: context.environment });
}

/**
 * Finds a policy on this machine. Throws `DataError` for a missing folder, `CheckpointError` for one
 * without a model, and for a model of a hub that is not in the cache.
 */
export function findPolicy(text: string, options: FindPolicyOptions = {}): PolicyLocation {
  const { world = defaultWorld, own, environment = {} } = options;
  if (text === 'base') return findBase(world);
  if (text === 'trained') return findTrained(world);
  if (isHubName(text)) return findHubModel(text, environment);
  if (!fs.existsSync(text)) {
    throw new DataError('policy_missing', `There is no folder ${text}.`, {
      details: { folder: text },
      hint: "Name a run directory, a model folder, a GGUF file, a model of a hub as hf:OWNER/NAME, or 'base' or 'trained' for the checkpoints that come with the package.",
    });
  }
  const run = readRunOrigin(text, own);
  const inRun = path.join(text, 'model');
  if (run !== null && !fs.existsSync(inRun)) {
    throw new CheckpointError('run_unfinished', `The run in ${text} has not left a model yet.`, {
      details: { folder: text },
      hint: `Finish it: rlpa train --out ${text} --resume`,
    });
  }
  const model = locateModel(run === null ? text : inRun, environment);
  const origin = run ??
    readRunOrigin(path.dirname(path.resolve(text)), own) ??
    readBaseOrigin(model.adapter ?? model.folder, own) ?? { world: null };
  return {
    kind: 'folder',
    ...origin,
    ...model,
    learntIn: origin.world?.kind ?? guessWorldKind(model.adapter ?? model.folder),
    name: path.basename(path.resolve(text)),
  };
}

/** A model of a hub was made by others, whatever the folder it is kept in. */
function findHubModel(text: string, environment: Environment): PolicyLocation {
  const folder = locateNamed(text, environment);
  const learntIn = guessWorldKind(folder);
  const baseName = nameHubModel(parseHubName(text), environment);
  return { kind: 'folder', world: null, folder, baseName, learntIn, name: text };
}

/** A folder of a hub is named as other tools name it, a file of one as this package does. */
function nameHubModel(name: HubName, environment: Environment): BaseName {
  const revision = readCommit(readHubSettings(environment).cache, name) ?? name.revision;
  if (name.file === undefined) return { name: name.repository, revision };
  return { name: renderHubName({ ...name, revision }) };
}

const adapterSchema = z.looseObject({
  base_model_name_or_path: z.string(),
  revision: z.string().nullish(),
});

/**
 * Finds the parts of a saved model: the folder itself, or for an adapter its base and the adapter. A
 * base that is named as on a hub is looked for in the cache. Throws `CheckpointError` where it is not
 * there.
 */
export function locateModel(
  folder: string,
  environment: Environment,
): Pick<PolicyLocation, 'folder' | 'adapter'> {
  const file = path.join(folder, 'adapter_config.json');
  if (!fs.existsSync(file)) return { folder };
  const json = readJsonFile(file, 'adapter configuration', { maxBytes: 2 ** 20 });
  const { base_model_name_or_path: base, revision } = adapterSchema.safeParse(json).data ?? {};
  if (base !== undefined && fs.existsSync(base)) return { folder: base, adapter: folder };
  const hubName = base === undefined ? null : readBaseName(base, revision ?? 'main');
  if (hubName !== null) {
    return { folder: locateNamed(renderHubName(hubName), environment), adapter: folder };
  }
  const found = describeFound(json, ['base_model_name_or_path']);
  throw new CheckpointError(
    'adapter_base_missing',
    `${file}: base_model_name_or_path: expected a folder or a GGUF file of this machine, or a model of a hub, found ${found}.`,
    { details: { file }, hint: 'Put the base model folder there, or mend the path.' },
  );
}

/** Reads a base that is named as on a hub: `OWNER/NAME`, or in full; null for anything else. */
function readBaseName(base: string, revision: string): HubName | null {
  try {
    if (isHubName(base)) return parseHubName(base);
    return /^[^/]+\/[^/]+$/u.test(base) ? parseHubName(`hf:${base}@${revision}`) : null;
  } catch {
    return null;
  }
}

/** The trained policy of a world. Throws `CheckpointError` where the package brings none. */
function findTrained(wanted: WorldDefinition): PolicyLocation {
  if (!hasTrained(wanted)) {
    throw new CheckpointError(
      'trained_missing',
      `No trained policy of the world ${wanted.kind} comes with the package.`,
      { hint: `Train one (rlpa train), or name another world: ${defaultWorld.kind}.` },
    );
  }
  const { kind } = wanted;
  const folder = path.join(trainedFolder, kind);
  const origin = readBaseOrigin(folder, undefined) ?? { world: null };
  return { kind: 'folder', ...origin, folder, learntIn: kind, name: `trained ${kind}` };
}

/** The base of a world, or of the default one where the package brings none. */
function findBase(wanted: WorldDefinition): PolicyLocation {
  const found = [wanted, defaultWorld].find(hasBase);
  if (found === undefined) {
    throw new CheckpointError('base_missing', `The base checkpoint is missing: ${baseFolder}.`, {
      hint: 'Install the package again, or rebuild it: rlpa warm-start --out DIR',
    });
  }
  const { kind } = found;
  const folder = path.join(baseFolder, kind);
  return { kind: 'folder', folder, world: null, learntIn: kind, name: `base ${kind}` };
}
