/**
 * A backend's full state in one folder: weights, reference, optimizer moments, and a manifest.
 *
 * The manifest names every file with its SHA-256 and is written last, so a folder without a good
 * manifest is a save that never finished. Tensors are float32 safetensors: what was trained comes
 * back bit for bit.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CheckpointError, readJsonFile, writeFileAtomic } from '../../base/index.ts';
import type { AdamWState } from '../../engine/index.ts';
import { readSafetensors, writeSafetensors } from '../files/index.ts';
import { isValueWeight } from './parameters.ts';
import type { PolicyWeights } from './policy-weights.ts';

const stateFormat = 1;

type Arrays = Readonly<Record<string, Float32Array>>;

type Manifest = {
  readonly format: number;
  readonly updates: number;
  readonly hasReference: boolean;
  readonly files: Readonly<Record<string, string>>;
};

const fileNames = {
  trained: 'weights.safetensors',
  reference: 'reference.safetensors',
  first: 'first-moments.safetensors',
  second: 'second-moments.safetensors',
} as const;

export type BackendState = {
  readonly trained: Arrays;
  readonly reference: Record<string, Float32Array> | null;
  readonly optimizer: AdamWState;
};

const hashFile = (file: string): string =>
  createHash('sha256').update(fs.readFileSync(file)).digest('hex');

/** Writes the state. Throws `DataError` when the disk is full; files of other saves stay good. */
export function saveBackendState(
  folder: string,
  state: {
    readonly weights: PolicyWeights;
    readonly reference: Arrays | null;
    readonly optimizer: AdamWState;
  },
): void {
  const files: Record<string, string> = {};
  const write = (name: string, arrays: Arrays): void => {
    const file = path.join(folder, name);
    writeSafetensors(
      file,
      Object.entries(arrays).map(([key, data]) => [
        key,
        { shape: state.weights.shapes[key]!, data },
      ]),
    );
    files[name] = hashFile(file);
  };
  write(fileNames.trained, state.weights.trained);
  if (state.reference) write(fileNames.reference, state.reference);
  write(fileNames.first, state.optimizer.firstMoments);
  write(fileNames.second, state.optimizer.secondMoments);
  const manifest: Manifest = {
    format: stateFormat,
    updates: state.optimizer.updates,
    hasReference: state.reference !== null,
    files,
  };
  writeFileAtomic(path.join(folder, 'state.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Reads a state and checks that it is whole and fits. Throws `CheckpointError`. */
export function loadBackendState(folder: string, weights: PolicyWeights): BackendState {
  const file = path.join(folder, 'state.json');
  if (!fs.existsSync(file)) {
    throw new CheckpointError(
      'state_missing',
      `${folder} holds no finished state (no state.json).`,
      {
        hint: 'The save was interrupted; use the previous checkpoint.',
      },
    );
  }
  const manifest = readJsonFile(file, 'checkpoint manifest') as Manifest;
  if (manifest.format !== stateFormat) {
    throw new CheckpointError(
      'state_version',
      `${file}: expected format ${stateFormat}, found ${String(manifest.format)}.`,
      { hint: 'It was written by another version of rlpa; start a new run, or use that version.' },
    );
  }
  for (const [name, expected] of Object.entries(manifest.files)) {
    const part = path.join(folder, name);
    if (!fs.existsSync(part) || hashFile(part) !== expected) {
      throw new CheckpointError('state_damaged', `${part} is missing or not what was saved.`, {
        details: { file: part, expectedSha256: expected },
        hint: 'The file was truncated or changed; use the previous checkpoint.',
      });
    }
  }
  const read = (name: string, expected: Arrays): Record<string, Float32Array> => {
    const tensors = readSafetensors(path.join(folder, name));
    return Object.fromEntries(
      Object.entries(expected).map(([key, { length }]) => {
        const data = tensors.get(key)?.data;
        if (data?.length !== length) {
          throw new CheckpointError(
            'state_mismatch',
            `${path.join(folder, name)}: expected ${key} with ${length} numbers, found ${data?.length ?? 'none'}.`,
            { hint: 'The checkpoint belongs to another model or other settings.' },
          );
        }
        return [key, data];
      }),
    );
  };
  const trained = read(fileNames.trained, weights.trained);
  const model = Object.fromEntries(
    Object.entries(trained).filter(([name]) => !isValueWeight(name)),
  );
  return {
    trained,
    reference: manifest.hasReference ? read(fileNames.reference, model) : null,
    optimizer: {
      updates: manifest.updates,
      firstMoments: read(fileNames.first, weights.trained),
      secondMoments: read(fileNames.second, weights.trained),
    },
  };
}
