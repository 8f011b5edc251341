/**
 * Judges and matches the saved conversations of a run anew, without holding new ones.
 *
 * The run is read only. Each file is written as soon as it is judged, so a budget that ends early
 * leaves whole files behind, and the same call with `resume` does the rest.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ConfigError, throwIfAborted, writeFileAtomic } from '../../base/index.ts';
import type { LedgerRecord } from '../../chat/index.ts';
import {
  compareJudgements,
  rescoreEpisode,
  type Episode,
  type RescoreComparison,
} from '../../env/index.ts';
import {
  checkFolderKind,
  inspectFolder,
  OwnedFolder,
  readEpisodesFile,
} from '../../runlog/index.ts';
import { pickParts, worldDefinitions, type WorldParts } from '../../worlds/index.ts';
import { createContext, type AppContext } from '../context.ts';
import { openModelsFor, type OpenedModels } from '../models/open-models.ts';
import { openWorld } from '../open-world.ts';
import {
  resolveSettings,
  type ResolvedSettings,
  type SettingsSource,
} from '../settings/resolve.ts';
import { refuseUnused } from '../settings/unused.ts';
import { readSavedSettings } from '../training/training-run.ts';
import { checkRewards, checkWorld, listEpisodeFiles } from './saved-episodes.ts';

export type RescoreOptions = Partial<AppContext> &
  Omit<SettingsSource, 'preset'> &
  WorldParts & {
    /** Directory of a training run. */
    readonly run: string;
    /** Directory to write, outside of the run. */
    readonly out: string;
    /** Goes on in `out`: files that are there are kept. */
    readonly resume?: boolean | undefined;
  };

/** Names of what judged the episodes, as saved and as judged anew. */
export type NamesBeforeAndAfter = {
  readonly before: readonly string[];
  readonly after: readonly string[];
};

export type RescoreResult = RescoreComparison & {
  readonly format: 1;
  readonly run: string;
  readonly episodes: number;
  readonly judges: NamesBeforeAndAfter;
  readonly matchers: NamesBeforeAndAfter;
  readonly rewards: NamesBeforeAndAfter;
  /** Calls of remote models; absent where everything works by program. */
  readonly models?: LedgerRecord;
};

/** Conversations of one file as they were and as they are judged now. */
type Rejudged = { readonly before: readonly Episode[]; readonly after: readonly Episode[] };

/** Nobody says anything anew, and no policy is asked. */
const judgingSettings = [
  ...['kind', 'judge.', 'matching.', 'profileReward', 'penalties.', 'parts.'].map(
    (name) => `world.${name}`,
  ),
  ...['judge.', 'embeddings.', 'limits.', 'budget.', 'cache'].map((name) => `models.${name}`),
];

/**
 * Rescores, and writes the episodes with their new verdicts and `rescore.json`. Throws `DataError`
 * for conversations of another world, or paid by another reward than the settings say, `ConfigError` for a
 * folder that is taken or lies in the run and for settings that change nothing, `AbortedError`, `BudgetError`.
 */
export async function rescore(options: RescoreOptions): Promise<RescoreResult> {
  const { run, out } = options;
  const context = createContext(options);
  refuseUnused(options, { only: judgingSettings }, 'Rescoring');
  const files = listEpisodeFiles(run);
  const resolved = resolveFor(options, files);
  checkOut(options);
  const models = openModelsFor(resolved, context, { except: ['policy', 'user'] });
  const folder = OwnedFolder.open(out, 'rescoring');
  models?.keepLedgerIn(out);
  try {
    const pairs: Rejudged[] = [];
    for (const [index, file] of files.entries()) {
      throwIfAborted(context.signal);
      pairs.push(await rescoreFile(file, options, resolved, models));
      const done = index + 1;
      context.onProgress({ label: 'judging', done, total: files.length, unit: 'files' });
    }
    const result = sumUp(run, pairs, (await models?.close()) ?? null);
    writeFileAtomic(path.join(out, 'rescore.json'), `${JSON.stringify(result, null, 2)}\n`);
    return result;
  } finally {
    await models?.close();
    folder.close();
  }
}

/** Settings of the run with what is given; a run that says nothing of its world is known by its conversations. */
function resolveFor(options: RescoreOptions, [file]: readonly string[]): ResolvedSettings {
  const saved = readSavedSettings(options.run);
  const world = (saved?.values as { readonly world?: unknown } | undefined)?.world;
  const parts = pickParts(options);
  if (world !== undefined || file === undefined) return resolveSettings(options, { parts, saved });
  const name = readEpisodesFile(file)[0]?.world ?? '';
  const known = worldDefinitions.find(
    ({ kind, earlierNames = [] }) => kind === name || earlierNames.includes(name),
  );
  const between =
    known === undefined ? [] : [{ origin: file, values: { world: { kind: known.kind } } }];
  return resolveSettings(options, { parts, saved, between });
}

function checkOut({ run, out, resume }: RescoreOptions): void {
  const inside = path.relative(path.resolve(run), path.resolve(out));
  if (inside === '' || !(inside.startsWith('..') || path.isAbsolute(inside))) {
    throw new ConfigError('out_inside_run', `${out} lies in the run that is read.`, {
      hint: 'Name a directory outside of it: the run stays as it is.',
    });
  }
  checkFolderKind(out, 'rescoring');
  if (resume === true || inspectFolder(out).names.length === 0) return;
  throw new ConfigError('directory_not_empty', `${out} holds a rescoring already.`, {
    details: { directory: out },
    hint: 'Choose another --out, or go on in it with --resume.',
  });
}

/** The people of the episodes stand in for the persona file, which may be gone. */
async function rescoreFile(
  file: string,
  options: RescoreOptions,
  resolved: ResolvedSettings,
  models: OpenedModels | null,
): Promise<Rejudged> {
  const target = path.join(options.out, 'episodes', path.basename(file));
  const before = readEpisodesFile(file);
  if (fs.existsSync(target)) return { before, after: readEpisodesFile(target) };
  const people = before.map(({ persona }) => persona);
  const { world } = openWorld(resolved, { models, people, log: () => undefined });
  checkWorld(before, resolved.definition, world);
  if (!asksForRewards(options, resolved)) checkRewards(before, world);
  const after = await Promise.all(before.map((episode) => rescoreEpisode(episode, world)));
  writeFileAtomic(target, after.map((episode) => `${JSON.stringify(episode)}\n`).join(''));
  return { before, after };
}

/** True where somebody says what to pay, rather than the run. */
function asksForRewards({ run, reward }: RescoreOptions, { sources }: ResolvedSettings): boolean {
  if (reward !== undefined) return true;
  const isOwn = (origin: string): boolean =>
    origin === 'default' || origin === `run ${run}` || origin.startsWith('preset ');
  return [...sources].some(
    ([key, { origin }]) => /^world\.(?:profileReward|penalties)\b/u.test(key) && !isOwn(origin),
  );
}

function sumUp(
  run: string,
  pairs: readonly Rejudged[],
  ledger: LedgerRecord | null,
): RescoreResult {
  const before = pairs.flatMap((pair) => pair.before);
  const after = pairs.flatMap((pair) => pair.after);
  const list = (read: (episode: Episode) => string): NamesBeforeAndAfter => ({
    before: [...new Set(before.map(read))],
    after: [...new Set(after.map(read))],
  });
  return {
    format: 1,
    run,
    episodes: after.length,
    judges: list(({ judge }) => judge),
    matchers: list(({ matcher }) => matcher ?? 'program'),
    rewards: list(({ rewards }) => rewards ?? 'unknown'),
    ...compareJudgements(before, after),
    ...(ledger === null ? {} : { models: ledger }),
  };
}
