/**
 * A model from a hub, into the cache: what it is and what it takes first, then the files.
 *
 * Files of one commit are taken, whatever its branch does meanwhile. Weights come last, so a snapshot
 * that has them has all.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ConfigError, DataError, makeFolder, writeFileAtomic } from '../base/index.ts';
import { commitPattern, findInCache, repositoryFolder } from './cache.ts';
import { countMissing, downloadFile } from './download.ts';
import { renderHubName, type HubName } from './model-name.ts';
import { chooseFiles, describeRepository, type HubFile } from './repository.ts';
import { defaultPatience, type Connection, type Patience } from './requests.ts';
import { readHubSettings, readHubToken, type Environment } from './settings.ts';

export type PullOptions = {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Told what will be downloaded, before it is. */
  readonly onPlan?: (plan: PullPlan) => void;
  /** Called often with the bytes that are there. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly patience?: Partial<Patience>;
};

export type PullPlan = {
  readonly name: HubName;
  readonly commit: string;
  /** As the model's card says; null where it does not. */
  readonly license: string | null;
  readonly files: readonly HubFile[];
  readonly totalBytes: number;
  /** What is not there yet. */
  readonly missingBytes: number;
};

/** Asks what a pull would take. Throws as `pullModel`. */
export async function planPull(name: HubName, options: PullOptions): Promise<PullPlan> {
  return (await preparePull(name, options)).plan;
}

/**
 * Downloads a model, or what is missing of it, and returns its folder or GGUF file. Throws
 * `ConfigError` where the hub must not be asked, `DataError` for what is not there or does not fit the
 * disk, `CheckpointError` for wrong content, `ProviderError` for a hub that does not answer.
 */
export async function pullModel(name: HubName, options: PullOptions): Promise<string> {
  const { plan, connection, cache } = await preparePull(name, options);
  const { commit, files, totalBytes } = plan;
  options.onPlan?.(plan);
  makeFolder(cache);
  checkSpace(cache, plan);
  let doneBytes = 0;
  for (const file of files) {
    const onBytes = (bytes: number): void => options.onProgress?.(doneBytes + bytes, totalBytes);
    await downloadFile({ connection, cache, name, commit, onBytes }, file);
    doneBytes += file.sizeBytes;
  }
  if (!commitPattern.test(name.revision)) {
    const parts = [repositoryFolder(cache, name.repository), 'refs', ...name.revision.split('/')];
    writeFileAtomic(path.join(...parts), commit);
  }
  const found = findInCache(cache, name);
  if (found !== null) return found;
  throw new DataError(
    'hub_model_partial',
    `${renderHubName(name)}: expected config.json, tokenizer.json, tokenizer_config.json and all weights, found some of them only.`,
    { hint: 'Use a model that has them; the tokenizer must be a fast one (tokenizer.json).' },
  );
}

async function preparePull(
  name: HubName,
  { environment, signal, patience }: PullOptions,
): Promise<{ readonly plan: PullPlan; readonly connection: Connection; readonly cache: string }> {
  const { endpoint, isOffline, cache } = readHubSettings(environment);
  if (isOffline) {
    throw new ConfigError(
      'hub_offline',
      `${renderHubName(name)} is not in the cache ${cache}, and HF_HUB_OFFLINE forbids to ask the hub.`,
      { hint: 'Unset HF_HUB_OFFLINE, or name a folder or a GGUF file.' },
    );
  }
  const token = readHubToken(environment);
  const connection = { endpoint, token, signal, patience: { ...defaultPatience, ...patience } };
  const found = await describeRepository(connection, name);
  const files = chooseFiles(name, found);
  const sum = (each: (file: HubFile) => number): number =>
    files.reduce((total, file) => total + each(file), 0);
  const plan = {
    name,
    commit: found.commit,
    license: found.license,
    files,
    totalBytes: sum(({ sizeBytes }) => sizeBytes),
    missingBytes: sum((file) => countMissing({ cache, name }, file)),
  };
  return { plan, connection, cache };
}

function checkSpace(cache: string, { name, missingBytes }: PullPlan): void {
  const { bavail, bsize } = fs.statfsSync(cache);
  const freeBytes = bavail * bsize;
  if (missingBytes <= freeBytes) return;
  throw new DataError(
    'disk_full',
    `${renderHubName(name)} needs ${describeBytes(missingBytes)}, and ${cache} has ${describeBytes(freeBytes)} left.`,
    { hint: 'Free some space, or name another folder in HF_HOME.' },
  );
}

/** Writes a size with three figures: 98.4 MB. */
export function describeBytes(bytes: number): string {
  const [unit, size] = bytes >= 1e9 ? ['GB', 1e9] : bytes >= 1e6 ? ['MB', 1e6] : ['kB', 1e3];
  return `${(bytes / Number(size)).toPrecision(3)} ${String(unit)}`;
}

/** A line on what will be downloaded. */
export function renderPlan({
  name,
  commit,
  license,
  files,
  totalBytes,
  missingBytes,
}: PullPlan): string {
  const rest = missingBytes === totalBytes ? '' : `, ${describeBytes(missingBytes)} still missing`;
  return `${renderHubName(name)} at ${commit.slice(0, 12)}: ${files.length} files, ${describeBytes(totalBytes)}${rest}; licence: ${license ?? 'not stated'}`;
}
