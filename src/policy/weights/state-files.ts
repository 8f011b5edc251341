/**
 * A backend's full state in one folder: weights, reference, optimizer moments, and what ties them.
 *
 * `state.json` is written last, so a folder without it is a save that never finished. Whether the
 * files are still what was saved is for the checkpoint's manifest to say, which covers this folder as
 * that of any backend; here their shapes are checked. Tensors are float32 safetensors: what was
 * trained comes back bit for bit.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { checkContent, CheckpointError, readJsonFile, writeFileAtomic } from '../../base/index.ts';
import type { AdamWState } from '../../engine/index.ts';
import { readSafetensors, writeSafetensors } from '../files/index.ts';
import { isValueWeight } from './parameters.ts';
import type { PolicyWeights } from './policy-weights.ts';

const stateFormat = 2;

type Arrays = Readonly<Record<string, Float32Array>>;

const summarySchema = z.object({
  format: z.literal(stateFormat),
  /** Optimizer updates so far. */
  updates: z.int().nonnegative(),
  hasReference: z.boolean(),
});

type StateSummary = z.infer<typeof summarySchema>;

const summaryName = 'state.json';

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

/** Writes the state. Throws `DataError` when the disk is full; files of other saves stay good. */
export function saveBackendState(
  folder: string,
  state: {
    readonly weights: PolicyWeights;
    readonly reference: Arrays | null;
    readonly optimizer: AdamWState;
  },
): void {
  const { weights, reference, optimizer } = state;
  const write = (name: string, arrays: Arrays): void =>
    writeSafetensors(
      path.join(folder, name),
      Object.entries(arrays).map(([key, data]) => [key, { shape: weights.shapes[key]!, data }]),
    );
  write(fileNames.trained, weights.trained);
  if (reference) write(fileNames.reference, reference);
  write(fileNames.first, optimizer.firstMoments);
  write(fileNames.second, optimizer.secondMoments);
  const summary: StateSummary = {
    format: stateFormat,
    updates: optimizer.updates,
    hasReference: reference !== null,
  };
  writeFileAtomic(path.join(folder, summaryName), `${JSON.stringify(summary, null, 2)}\n`);
}

/** Reads a state and checks that it is whole and fits. Throws `CheckpointError` or `DataError`. */
export function loadBackendState(folder: string, weights: PolicyWeights): BackendState {
  const summary = readSummary(folder);
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
    reference: summary.hasReference ? read(fileNames.reference, model) : null,
    optimizer: {
      updates: summary.updates,
      firstMoments: read(fileNames.first, weights.trained),
      secondMoments: read(fileNames.second, weights.trained),
    },
  };
}

function readSummary(folder: string): StateSummary {
  const file = path.join(folder, summaryName);
  if (!fs.existsSync(file)) {
    throw new CheckpointError(
      'state_missing',
      `${folder} holds no finished state (no ${summaryName}).`,
      { hint: 'The save was interrupted; use the previous checkpoint.' },
    );
  }
  const purpose = 'state of the policy';
  const content = readJsonFile(file, purpose);
  const found = z.object({ format: z.number() }).safeParse(content).data?.format;
  if (found !== undefined && found !== stateFormat) {
    throw new CheckpointError(
      'state_version',
      `${file}: expected format ${stateFormat}, found ${found}.`,
      { hint: 'It was written by another version of rlpa; start a new run, or use that version.' },
    );
  }
  return checkContent(summarySchema, content, { file, purpose });
}
