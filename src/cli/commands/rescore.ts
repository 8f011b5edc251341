/**
 * `rlpa rescore`: judges and matches the saved conversations of a run anew, without holding new ones.
 *
 * The run is read only. Each file is written as soon as it is judged, so a budget that ends early
 * leaves whole files behind, and the same command with --resume does the rest.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  ConfigError,
  DataError,
  listFolder,
  throwIfAborted,
  writeFileAtomic,
} from '../../base/index.ts';
import {
  compareJudgements,
  rescoreEpisode,
  type Episode,
  type RescoreComparison,
  type Rescorer,
} from '../../env/index.ts';
import { createFreeTextWorld, createSmallWorld } from '../../worlds/index.ts';
import {
  checkFolderKind,
  inspectFolder,
  OwnedFolder,
  readEpisodesFile,
  readEpisodesName,
} from '../../runlog/index.ts';
import { defineRunner } from '../command.ts';
import type { CommandContext } from '../context.ts';
import type { ConfigFlags, ResolvedSettings } from '../../app/index.ts';
import {
  openModelsFor,
  renderLedger,
  type OpenedModels,
  createWorldJudge,
  createWorldMatcher,
  requireOut,
  resolveRunSettings,
} from '../../app/index.ts';
type RescoreOptions = Pick<
  ConfigFlags,
  'config' | 'set' | 'judge' | 'allowServer' | 'allowCache'
> & {
  /** Positional: the run. */
  readonly run: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly profileReward?: string;
  readonly json?: boolean;
};

export const runRescore = defineRunner<RescoreOptions>(async (options, context) => {
  const out = requireOut(options.out, 'rescore');
  const files = listEpisodeFiles(options.run);
  const resolved = resolveSettingsOf(options);
  const { settings } = resolved;
  checkOut(out, options);
  const world = { ...settings.world, users: { kind: 'rule', retries: 0 } as const };
  const models = openModelsFor({ ...resolved, settings: { ...settings, world } }, context);
  const folder = OwnedFolder.open(out, 'rescoring');
  models?.keepLedgerIn(out);
  try {
    const pairs: { before: Episode[]; after: Episode[] }[] = [];
    for (const [index, file] of files.entries()) {
      throwIfAborted(context.signal);
      pairs.push(await rescoreFile(file, out, settings, models));
      const progress = { label: 'judging', done: index + 1, total: files.length, unit: 'files' };
      context.onProgress(progress);
    }
    await report(pairs, { ...options, out }, models, context);
  } finally {
    await models?.close();
    folder.close();
  }
});

/** Settings of the run, with what the flags change. */
function resolveSettingsOf(options: RescoreOptions): ResolvedSettings {
  const { config, set, judge, profileReward, allowServer, allowCache } = options;
  const rewards = profileReward === undefined ? [] : [`world.profileReward=${profileReward}`];
  return resolveRunSettings(
    {
      ...(config === undefined ? {} : { config }),
      ...(judge === undefined ? {} : { judge }),
      ...(allowServer === undefined ? {} : { allowServer }),
      ...(allowCache === undefined ? {} : { allowCache }),
      set: [...(set ?? []), ...rewards],
      out: options.run,
      resume: true,
    },
    'small-world',
  );
}

function listEpisodeFiles(run: string): string[] {
  const folder = path.join(run, 'episodes');
  const names = listFolder(folder, 'folder of conversations').filter(
    (name) => readEpisodesName(name) !== null,
  );
  if (names.length > 0) return names.map((name) => path.join(folder, name));
  throw new DataError('episodes_missing', `${folder} holds no saved conversations.`, {
    details: { folder },
    hint: 'Name the directory of a training run.',
  });
}

function checkOut(out: string, { run, resume }: RescoreOptions): void {
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

async function rescoreFile(
  file: string,
  out: string,
  settings: ResolvedSettings['settings'],
  models: OpenedModels | null,
): Promise<{ before: Episode[]; after: Episode[] }> {
  const target = path.join(out, 'episodes', path.basename(file));
  const before = readEpisodesFile(file);
  if (fs.existsSync(target)) return { before, after: readEpisodesFile(target) };
  const rescorer = createRescorer(before, settings, models);
  const after = await Promise.all(before.map((episode) => rescoreEpisode(episode, rescorer)));
  writeFileAtomic(target, after.map((episode) => `${JSON.stringify(episode)}\n`).join(''));
  return { before, after };
}

/** The people of the episodes stand in for the persona file, which may be gone. */
function createRescorer(
  episodes: readonly Episode[],
  { world: worldSettings, models: modelSettings }: ResolvedSettings['settings'],
  opened: OpenedModels | null,
): Rescorer {
  const { profileReward, penalties, profileMode, contextTurns } = worldSettings;
  const shape = { profileMode, contextTurns, rewards: { profile: profileReward, penalties } };
  const models = opened === null ? null : { opened, settings: modelSettings };
  const matcher = createWorldMatcher(worldSettings, models);
  const world =
    worldSettings.kind === 'small-world'
      ? createSmallWorld(shape)
      : createFreeTextWorld({
          personas: episodes.map(({ persona }) => persona),
          ...shape,
          ...(matcher === null ? {} : { matcher }),
        });
  checkWorld(episodes, world.name);
  const judge = createWorldJudge(worldSettings, models)?.judge ?? world.judge;
  return { ...world, judge };
}

/** Another version of the same world may score them; another world may not. */
function checkWorld(episodes: readonly Episode[], world: string): void {
  const stem = (name: string): string => name.replace(/-\d+$/u, '');
  const other = episodes.find((episode) => stem(episode.world) !== stem(world));
  if (other === undefined) return;
  throw new DataError(
    'world_differs',
    `Expected conversations of ${world}, found ${other.world} in ${other.id}.`,
    { hint: 'The run has no config.json that names its world: give one with --config.' },
  );
}

async function report(
  pairs: readonly { before: Episode[]; after: Episode[] }[],
  { run, out, json }: RescoreOptions & { readonly out: string },
  models: OpenedModels | null,
  context: CommandContext,
): Promise<void> {
  const before = pairs.flatMap((pair) => pair.before);
  const after = pairs.flatMap((pair) => pair.after);
  const comparison = compareJudgements(before, after);
  const judges = { before: listJudges(before), after: listJudges(after) };
  const matchers = { before: listMatchers(before), after: listMatchers(after) };
  const ledger = (await models?.close()) ?? null;
  const result = {
    format: 1,
    run,
    episodes: after.length,
    judges,
    matchers,
    ...comparison,
    ...(ledger === null ? {} : { models: ledger }),
  };
  writeFileAtomic(path.join(out, 'rescore.json'), `${JSON.stringify(result, null, 2)}\n`);
  if (json === true) {
    context.print(JSON.stringify(result));
    return;
  }
  context.print(
    [
      `Judged ${after.length} conversations anew: ${judges.before.join(', ')} -> ${judges.after.join(', ')}`,
      `Items matched by: ${matchers.before.join(', ')} -> ${matchers.after.join(', ')}`,
      ...renderComparison(comparison),
      ...(ledger === null ? [] : [renderLedger(ledger)]),
      `Written: ${out}`,
    ].join('\n'),
  );
}

const listJudges = (episodes: readonly Episode[]): string[] => [
  ...new Set(episodes.map(({ judge }) => judge)),
];

const listMatchers = (episodes: readonly Episode[]): string[] => [
  ...new Set(episodes.map(({ matcher }) => matcher ?? 'program')),
];

function renderComparison(comparison: RescoreComparison): string[] {
  const show = (value: number | null): string => (value === null ? 'none' : value.toFixed(3));
  const { alignment, profile_reward: profile, profile_f1: f1 } = comparison;
  const { missing, unmatched, agreement, kappa, turns } = comparison;
  return [
    `Well-formed turns: ${turns}; without a verdict: ${missing.before} before, ${missing.after} after`,
    `Turns that could not be matched: ${unmatched.before} before, ${unmatched.after} after`,
    `Mean alignment: ${show(alignment.before)} before, ${show(alignment.after)} after`,
    `Mean profile F1, disclosed: ${show(f1.before)} before, ${show(f1.after)} after`,
    `Mean profile reward: ${show(profile.before)} before, ${show(profile.after)} after`,
    `Judged alike: ${show(agreement)}, kappa ${show(kappa)}`,
  ];
}
