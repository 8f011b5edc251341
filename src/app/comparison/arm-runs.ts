/**
 * The runs of a comparison: one directory an arm and seed, trained where it is not, measured once.
 *
 * Whatever is finished is read back, so an interrupted comparison goes on where it stopped. Each run's
 * directory has its own lock, so processes may share a comparison if they take different arms or seeds.
 */
import { createModelAssistant } from '../../env/index.ts';
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  checkContent,
  ConfigError,
  nameByHash,
  readJsonFile,
  writeFileAtomic,
} from '../../base/index.ts';
import {
  armRunSchema,
  createDecoding,
  evaluateWorld,
  type ArmRun,
  type ArmSearch,
  type WorldScores,
} from '../../eval/index.ts';
import {
  checkFolderKind,
  compareSettings,
  OwnedFolder,
  sumTrainingSeconds,
} from '../../runlog/index.ts';
import {
  resolveSettings,
  type ResolvedSettings,
  type SettingsSource,
} from '../settings/resolve.ts';
import { mergeLayers, nestSettings } from '../settings/layers.ts';
import { reportTurns, type AppContext } from '../context.ts';
import { describeBase, locateBase, provideBase } from './arm-base.ts';
import { listChoices, searchArm, type Choice } from './arm-search.ts';
import type { Comparison } from './comparison-file.ts';
import { locateModel } from '../policies/find-policy.ts';
import { withPolicy, type ModelLocation } from '../policies/open-policy.ts';
import { openWorld } from '../open-world.ts';
import { openTrainingRun, trainInRun } from '../training/training-run.ts';
import {
  keepFloors,
  measureGroups,
  placeScores,
  type GroupFloors,
} from '../floors/group-floors.ts';
import type { OpenedWorld, WorldParts } from '../../worlds/index.ts';

export type ArmPlan = {
  readonly comparison: Comparison;
  readonly arm: string;
  readonly seed: number;
  readonly source: SettingsSource;
  readonly parts: WorldParts;
  /** Directory of the whole comparison. */
  readonly directory: string;
};

/** Resolves an arm's settings: preset, common settings, its own, what was searched, then flags. Throws `ConfigError`. */
function resolveArm(plan: ArmPlan, choice: Choice = {}): ResolvedSettings {
  const { comparison, arm, seed, source, parts } = plan;
  const searched = nestSettings(Object.entries(choice));
  const layers = [comparison.settings, comparison.arms[arm]?.settings ?? {}, searched];
  const merged = mergeLayers(layers.map((values) => ({ origin: '', values })));
  const values = nestSettings([...merged].map(([key, { value }]) => [key, value] as const));
  return resolveSettings(
    { preset: comparison.preset, ...source },
    {
      parts,
      between: [{ origin: `arm ${arm}`, values }],
      above: [{ origin: 'seed of the arm', values: { seed } }],
    },
  );
}

/** Finds everything that can be wrong with an arm before anything is trained. Throws `ConfigError`. */
export function checkArm(plan: ArmPlan): void {
  const { search } = plan.comparison.arms[plan.arm] ?? {};
  const { settings } = resolveArm(plan);
  if (search === undefined) return;
  for (const choice of listChoices(search)) resolveArm(plan, choice);
  if (settings.validation.users > 0) return;
  throw new ConfigError(
    'search_unvalidated',
    `The arm ${plan.arm} searches its settings, but nobody judges what it tries.`,
    { details: { arm: plan.arm }, hint: 'Set validation.users above 0 in the arm.' },
  );
}

/** Trains and measures one arm with one seed, or reads what is there. Throws `AbortedError`. */
export async function completeArmRun(plan: ArmPlan, context: AppContext): Promise<ArmRun> {
  const { arm, comparison, seed } = plan;
  const out = path.join(plan.directory, `${arm}-seed-${seed}`);
  const file = path.join(out, 'arm.json');
  const search = await findSettings(plan, context);
  const asked = resolveArm(plan, search?.chosen);
  const kept = fs.existsSync(file) ? readArmRun(file) : null;
  if (kept !== null) {
    checkSameArm(kept, pickDeciding(asked), out);
    checkSameBase(kept, describeBase(asked, plan, context), out);
  }
  const missing = comparison.families.filter((family) => kept?.families[family] === undefined);
  if (kept !== null && missing.length === 0) return kept;
  const resolved = await provideBase(asked, plan, context);
  const base = describeBase(resolved, plan, context);
  const isBase = comparison.arms[arm]?.isBase === true;
  const trained = isBase
    ? untrained(resolved, out, plan, context)
    : await train(resolved, out, plan, context);
  try {
    const families: Record<string, WorldScores> = { ...kept?.families };
    for (const family of missing) {
      families[family] = await measure(resolved, trained.location, family, plan, context);
    }
    const { tokens, seconds } = trained;
    const leavesOut = comparison.arms[arm]?.leavesOut;
    const run: ArmRun = {
      arm,
      seed,
      settings: pickDeciding(asked),
      ...(base === null ? {} : { base }),
      tokens,
      seconds,
      families,
      ...(trained.trainedOn === null ? {} : { trainedOn: trained.trainedOn }),
      ...(leavesOut === undefined ? {} : { leavesOut }),
      ...(search === null ? {} : { search }),
    };
    writeFileAtomic(file, `${JSON.stringify(run, null, 2)}\n`);
    return run;
  } finally {
    trained.folder.close();
  }
}

/** The settings that decide an arm's figures: not where it computes, and not what its models cost. */
function pickDeciding({ preset, settings }: ResolvedSettings): Record<string, unknown> {
  const { user, judge, embeddings } = settings.models;
  const deciding = { preset, ...settings, engine: null, models: { user, judge, embeddings } };
  return JSON.parse(JSON.stringify(deciding)) as Record<string, unknown>;
}

/** Results of other settings are not passed off as those of these. Throws `ConfigError` naming the settings. */
function checkSameArm(kept: ArmRun, asked: Record<string, unknown>, out: string): void {
  const differences = kept.settings === undefined ? [] : compareSettings(kept.settings, asked);
  if (kept.settings !== undefined && differences.length === 0) return;
  const keys = differences.map(({ key }) => key);
  const what =
    keys.length === 0
      ? 'by a version that did not record its settings'
      : `with other settings: ${keys.join(', ')}`;
  throw new ConfigError('arm_settings_differ', `${out} was trained and measured ${what}.`, {
    details: { directory: out, keys },
    hint: 'Give the settings it was made with, choose another --out, or delete that folder to have it made anew.',
  });
}

/** Figures of another base under the same name are not passed off as those of this one. */
function checkSameBase({ base: kept }: ArmRun, found: ArmRun['base'] | null, out: string): void {
  if (kept === undefined || !found || kept.sha256 === found.sha256) return;
  throw new ConfigError(
    'arm_base_differs',
    `${out} began with a base ${kept.name} that was another one: its files have changed since.`,
    {
      details: { directory: out, base: kept.name },
      hint: 'Put the files back, choose another --out, or delete that folder to have it made anew.',
    },
  );
}

function readArmRun(file: string): ArmRun {
  const purpose = 'measured arm';
  return checkContent(armRunSchema, readJsonFile(file, purpose), {
    file,
    purpose,
    hint: 'Remove the file and run again: the arm is measured anew.',
  });
}

/** Searches the settings that the arm leaves open, once for all its seeds; null where it leaves none. */
async function findSettings(plan: ArmPlan, context: AppContext): Promise<ArmSearch | null> {
  const { arm, comparison, directory, seed } = plan;
  const grid = comparison.arms[arm]?.search;
  if (grid === undefined) return null;
  return searchArm({
    arm,
    seed,
    grid,
    directory,
    settings: pickDeciding(resolveArm({ ...plan, seed: 0 })),
    train: async (choice, out, label) => {
      const resolved = await provideBase(resolveArm(plan, choice), plan, context);
      const { folder } = await train(resolved, out, { ...plan, arm: label }, context);
      folder.close();
    },
  });
}

type Trained = {
  readonly location: ModelLocation;
  /** Families of users; null where nothing was trained. */
  readonly trainedOn: readonly string[] | null;
  readonly tokens: number;
  readonly seconds: number;
  /** Held until the arm is measured. */
  readonly folder: { close(): void };
};

function untrained(
  resolved: ResolvedSettings,
  out: string,
  plan: ArmPlan,
  context: AppContext,
): Trained {
  const location = locateBase(resolved, plan, context);
  if (location === null) throw new Error('internal: an arm without a base');
  checkFolderKind(out, 'measurement');
  const folder = OwnedFolder.open(out, 'measurement');
  return { location, trainedOn: null, tokens: 0, seconds: 0, folder };
}

async function train(
  resolved: ResolvedSettings,
  out: string,
  { arm, seed }: ArmPlan,
  context: AppContext,
): Promise<Trained> {
  const resume = fs.existsSync(path.join(out, 'config.json'));
  const training = await openTrainingRun(resolved, { out, resume }, context);
  const { generatedTokens } = await trainInRun(training, context, `${arm}, seed ${seed}`);
  const seconds = sumTrainingSeconds(training.run.readTimings());
  const location = { ...locateModel(training.run.modelFolder, context.environment), name: arm };
  const trainedOn = training.families.trained;
  return { location, trainedOn, tokens: generatedTokens, seconds, folder: training.run };
}

async function measure(
  resolved: ResolvedSettings,
  location: ModelLocation,
  family: string,
  plan: ArmPlan,
  context: AppContext,
): Promise<WorldScores> {
  const { arm, seed } = plan;
  const { evaluation, engine, sampling } = resolved.settings;
  const opened = openWorld(resolved, { models: null, log: context.log });
  const { world } = opened;
  const floors = await provideFloors(resolved, opened, family, plan, context);
  const decoding = createDecoding(evaluation.decoding, {
    temperature: evaluation.temperature,
    maxTokens: sampling.maxTokens,
  });
  const { scores } = await withPolicy({ location, ...engine }, ({ chat }) =>
    evaluateWorld({
      world,
      assistant: createModelAssistant({ model: chat, sampling: decoding.sampling }),
      families: [family],
      users: evaluation.users,
      turns: evaluation.turns,
      decoding,
      seed: evaluation.seed,
      signal: context.signal,
      clock: context.clock,
      onTurn: reportTurns(
        context,
        `measuring ${arm}, seed ${seed}, ${family} users`,
        evaluation.users * evaluation.turns,
      ),
    }),
  );
  return placeScores({ trained: scores }, floors).trained;
}

/** What scripts get is measured once for all arms and seeds that meet the same people in the same world. */
async function provideFloors(
  { settings }: ResolvedSettings,
  opened: OpenedWorld,
  family: string,
  { directory }: ArmPlan,
  context: AppContext,
): Promise<GroupFloors | null> {
  const { evaluation, world } = settings;
  const { users, turns, seed } = evaluation;
  const { name, judge, rewards } = opened.world;
  const key = JSON.stringify([world, name, judge.name, rewards, users, turns, seed, family]);
  const file = path.join(directory, `floors-${nameByHash(key)}.json`);
  const families = { trained: [family] };
  return keepFloors(file, () => measureGroups(opened, { families, evaluation }, context));
}
