/**
 * A warm start that was stopped: weights, moments and counters beside the base it will become.
 *
 * Demonstrations are not kept: they come from the seed, and are held again in the time it takes to
 * hold them.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import {
  checkContent,
  CheckpointError,
  ConfigError,
  makeFolder,
  readJsonFile,
  writeFileAtomic,
} from '../../base/index.ts';
import type { TrainingBackend } from '../../policy/index.ts';
import type { WarmStartState } from '../../rl/index.ts';
import { startsFromFolder } from './start-model.ts';
import {
  compareSettings,
  findSealedProblem,
  isSealed,
  removeSealed,
  seal,
} from '../../runlog/index.ts';
import type { Settings } from '../settings/schema.ts';

const folderName = 'unfinished';
const policyName = 'policy';

const stateSchema = z.strictObject({
  format: z.literal(1),
  /** Settings it was started with: those of the world and of the warm start. */
  settings: z.record(z.string(), z.unknown()),
  update: z.int().min(1),
  tokens: z.int().min(1),
  recentLosses: z.array(z.number()).min(1),
});

/** The settings that decide what a warm start computes; the policy's only where it begins with one. */
const pickDeciding = (settings: Settings): Record<string, unknown> => {
  const { world, warmStart, policy } = settings;
  const { model, adapter, lora } = policy;
  const start = startsFromFolder(settings) ? { policy: { model, adapter, lora } } : {};
  return JSON.parse(JSON.stringify({ world, warmStart, ...start })) as Record<string, unknown>;
};

/** True where a warm start was stopped and saved. */
export function isUnfinished(base: string): boolean {
  return isSealed(path.join(base, folderName));
}

/** Saves a warm start between two updates. */
export async function saveUnfinished(
  base: string,
  backend: TrainingBackend,
  state: WarmStartState,
  settings: Settings,
): Promise<void> {
  const folder = path.join(base, folderName);
  removeSealed(folder);
  makeFolder(folder);
  await backend.saveState(path.join(folder, policyName));
  const content = { format: 1, settings: pickDeciding(settings), ...state };
  writeFileAtomic(path.join(folder, 'state.json'), `${JSON.stringify(content)}\n`);
  seal(folder);
}

/**
 * Loads the state to go on from; null where there is none. Throws `CheckpointError` for a damaged
 * one, `ConfigError` where it was started with other settings.
 */
export async function loadUnfinished(
  base: string,
  backend: TrainingBackend,
  settings: Settings,
): Promise<WarmStartState | null> {
  if (!isUnfinished(base)) return null;
  const folder = path.join(base, folderName);
  const problem = findSealedProblem(folder);
  if (problem !== null) {
    throw new CheckpointError('warm_start_damaged', `${folder}: ${problem}.`, {
      details: { folder },
      hint: 'Delete that folder to begin the warm start anew.',
    });
  }
  const file = path.join(folder, 'state.json');
  const purpose = 'state of a warm start';
  const content = readJsonFile(file, purpose);
  const {
    settings: saved,
    update,
    tokens,
    recentLosses,
  } = checkContent(stateSchema, content, {
    file,
    purpose,
  });
  checkSame(folder, saved, settings);
  await backend.loadState(path.join(folder, policyName));
  return { update, tokens, recentLosses };
}

function checkSame(folder: string, saved: Record<string, unknown>, settings: Settings): void {
  const keys = compareSettings(saved, pickDeciding(settings)).map(({ key }) => key);
  if (keys.length === 0) return;
  throw new ConfigError(
    'warm_start_differs',
    `The warm start in ${folder} was begun with other settings: ${keys.join(', ')}.`,
    { details: { folder, keys }, hint: 'Give the same settings, or choose another --out.' },
  );
}

/** Removes the state once the base is built. */
export function removeUnfinished(base: string): void {
  if (fs.existsSync(path.join(base, folderName))) removeSealed(path.join(base, folderName));
}
