/** The weight files of a model folder: one, or several that an index lists. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { CheckpointError, describeIssues, readJsonFile } from '../../base/index.ts';
import { readSafetensorsHeader, type TensorEntry } from './safetensors-header.ts';

export type WeightFile = {
  readonly file: string;
  readonly entries: ReadonlyMap<string, TensorEntry>;
};

/** Names a file of the folder itself: no way up, down or out. */
const plainName = z
  .string()
  .regex(/^[^/\\\0]+\.safetensors$/u, 'expected the name of a .safetensors file in this folder');

const indexSchema = z.looseObject({ weight_map: z.record(z.string(), plainName) });

/** Largest index in bytes: that of some hundred thousand weights. */
const largestIndex = 32 * 2 ** 20;

/** Reads the headers of all weight files. Throws `CheckpointError` for what is missing or damaged. */
export function listWeightFiles(folder: string): WeightFile[] {
  return listNames(folder).map((name) => {
    const file = path.join(folder, name);
    return { file, entries: readSafetensorsHeader(file).entries };
  });
}

function listNames(folder: string): string[] {
  const single = 'model.safetensors';
  const index = path.join(folder, 'model.safetensors.index.json');
  if (fs.existsSync(path.join(folder, single))) return [single];
  if (!fs.existsSync(index)) {
    throw new CheckpointError(
      'weights_missing',
      `${folder}: expected model.safetensors or model.safetensors.index.json, found neither.`,
      { details: { folder }, hint: 'Save the model as safetensors; other formats are not read.' },
    );
  }
  const json = readJsonFile(index, 'weight index', { maxBytes: largestIndex });
  const parsed = indexSchema.safeParse(json);
  if (parsed.success) return [...new Set(Object.values(parsed.data.weight_map))];
  const [problem] = describeIssues(parsed.error.issues, json, 'index');
  throw new CheckpointError('index_malformed', `${index}: ${problem}.`, {
    details: { file: index },
    hint: 'Copy the model folder again, with all its files in one place.',
  });
}
