/**
 * From what a person names as a policy to the folder that holds it.
 *
 * `base` is the checkpoint that comes with the package; a run directory stands for the model it left
 * behind; anything else is a Hugging Face model folder, or a PEFT adapter folder that names its base.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { CheckpointError, DataError, describeFound, readJsonFile } from '../../base/index.ts';
import { defaultWorld, type WorldDefinition } from '../../worlds/index.ts';
import { baseFolder, hasBase } from '../package-files.ts';
import { guessWorldKind, readBaseOrigin, readRunOrigin, type PolicyOrigin } from './origin.ts';

export type PolicyLocation = PolicyOrigin & {
  readonly kind: 'folder';
  /** Folder with config.json, weights and tokenizer. */
  readonly folder: string;
  readonly adapter?: string;
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
};

/** Finds a policy. Throws `DataError` for a missing folder, `CheckpointError` for one without a model. */
export function findPolicy(text: string, options: FindPolicyOptions = {}): PolicyLocation {
  const { world = defaultWorld, own } = options;
  if (text === 'base') return findBase(world);
  if (!fs.existsSync(text)) {
    throw new DataError('policy_missing', `There is no folder ${text}.`, {
      details: { folder: text },
      hint: "Name a run directory, a model folder, or 'base' for the checkpoint that comes with the package.",
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
  const model = locateModel(run === null ? text : inRun);
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
