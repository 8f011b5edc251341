/**
 * One training run in its directory: world, base, engine, trainer, progress.
 *
 * Everything that can be wrong with settings or files is found before the directory is made.
 */
import * as path from 'node:path';
import { ConfigError } from '../../base/index.ts';
import type { LedgerRecord } from '../../chat/index.ts';
import {
  checkIterations,
  createCollector,
  listTrainedFamilies,
  trainPolicy,
  type TrainerState,
  type TrainingProgress,
} from '../../rl/index.ts';
import { isRunConfig, openRun, readRunConfig, type RunDirectory } from '../../runlog/index.ts';
import {
  resolveSettings,
  type ResolvedSettings,
  type SavedSettings,
  type SettingsSource,
} from '../settings/resolve.ts';
import { listForeignKeys, listWorldFiles } from '../settings/world-kind.ts';
import { pickTrainingSettings, type Settings } from '../settings/schema.ts';
import type { AppContext } from '../context.ts';
import { providePolicy } from '../policies/find-policy.ts';
import { describeMachine } from '../machine.ts';
import { keepTalks } from './held-out-talks.ts';
import { groupFamilies, readMetFamilies, type GroupFamilies } from '../policies/met-families.ts';
import { announceDevice } from '../policies/announce-device.ts';
import { withPolicy, type ModelLocation, type OpenedPolicy } from '../policies/open-policy.ts';
import { openModelsFor, type OpenedModels } from '../models/open-models.ts';
import { renderLedger } from '../models/run-ledger.ts';
import { pickParts, type OpenedWorld, type WorldParts } from '../../worlds/index.ts';
import { openWorld } from '../open-world.ts';
import { buildBase } from '../base/build-base.ts';
import { isBuiltBase } from '../policies/provenance.ts';

/** Settings of a run, new or to be resumed. */
export function resolveRunSettings(
  options: SettingsSource & WorldParts & { readonly out?: string; readonly resume?: boolean },
): ResolvedSettings {
  const { out, resume = false } = options;
  const saved = resume && out !== undefined ? readSavedSettings(out) : null;
  return resolveSettings(options, { parts: pickParts(options), saved });
}

/** Reads what a run was started with; null where the directory holds no run. */
export function readSavedSettings(directory: string): SavedSettings | null {
  const file = path.join(directory, 'config.json');
  if (!isRunConfig(file)) return null;
  const { preset, ...values } = readRunConfig(file).settings;
  return { directory, values, ...(typeof preset === 'string' ? { preset } : {}) };
}

export type TrainingRun = {
  readonly run: RunDirectory;
  readonly opened: OpenedWorld;
  readonly settings: Settings;
  readonly location: ModelLocation;
  /** Families of users trained on, and one that was never met. */
  readonly families: GroupFamilies;
  /** Null where everything works by program. */
  readonly models: OpenedModels | null;
};

/** Budget settings, which a resume may raise. */
const budgetKeys = ['calls', 'tokens', 'money'].map((bound) => `models.budget.${bound}`);

/** Settings of models that a resume may change, because no reply depends on them. */
const freeModelKeys = [
  'models.limits.',
  'models.cache',
  ...['policy', 'user', 'judge', 'embeddings'].flatMap((section) => [
    `models.${section}.apiKeyEnv`,
    `models.${section}.prices.`,
  ]),
];

/** Both devices compute the same; runs of earlier versions named a provider. */
const deviceKeys = ['engine.device', 'engine.provider'];

/**
 * Opens the run directory and finds, or builds, the base to train. Close `run` when the work is done.
 * Throws `ConfigError`, `DataError` or `CheckpointError` before anything is written.
 */
export async function openTrainingRun(
  resolved: ResolvedSettings,
  options: { readonly out: string; readonly resume: boolean },
  context: AppContext,
): Promise<TrainingRun> {
  const { settings: given, preset, definition } = resolved;
  const device = await announceDevice(given.engine, context);
  const reads = [...listWorldFiles(definition), 'policy.model', 'policy.adapter'];
  const models = openModelsFor(resolved, context, { reads });
  const opened = openWorld(resolved, { models, log: context.log });
  checkFamilies('families', given.families, opened.world.families);
  checkFamilies('warmStart.families', given.warmStart.families, opened.world.families);
  const settings = options.resume && isUnnamed(options.out) ? given : nameFamilies(given, opened);
  const start =
    settings.policy.model === 'warm-start'
      ? null
      : await providePolicy(
          settings.policy.model,
          { world: definition, own: resolved.parts.world },
          context,
        );
  const run = openRun({
    directory: options.out,
    settings: { preset, ...settings },
    resume: options.resume,
    environment: { ...describeMachine(context), device },
    mayGrow: ['iterations', ...budgetKeys],
    checkDone: (done) => checkIterations(done, pickTrainingSettings(settings)),
    // A run may also end early, with what it has learnt: fewer iterations than are done are refused.
    mayChange: [
      'iterations',
      ...freeModelKeys,
      ...deviceKeys,
      ...listForeignKeys(definition).map((key) => `world.${key}`),
    ],
  });
  models?.keepLedgerIn(options.out);
  const { adapter } = settings.policy;
  try {
    const base =
      start ?? (await ensureBase(run, opened, { settings, parts: resolved.parts }, context));
    const location = { ...base, ...(adapter === null ? {} : { adapter }) };
    const { met } = readMetFamilies(location, { consent: resolved.consent, log: context.log });
    const families = groupFamilies(opened.world, { trained: settings.families, met });
    return { run, opened, settings, models, location, families };
  } catch (error) {
    await models?.close();
    run.close();
    throw error;
  }
}

/** Runs of earlier versions left the families open where the world chose them; they are gone on with so. */
function isUnnamed(directory: string): boolean {
  const file = path.join(directory, 'config.json');
  const { families } = isRunConfig(file) ? readRunConfig(file).settings : {};
  return Array.isArray(families) && families.length === 0;
}

/** A run says whom it trains on, also where that is the world's choice. */
function nameFamilies(settings: Settings, { world }: OpenedWorld): Settings {
  return { ...settings, families: [...listTrainedFamilies(world, settings)] };
}

function checkFamilies(key: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.filter((family) => !known.includes(family));
  if (unknown.length === 0) return;
  throw new ConfigError('unknown_family', `${key}: unknown ${unknown.join(', ')}.`, {
    details: { families: unknown },
    hint: `Known families: ${known.join(', ')}.`,
  });
}

async function ensureBase(
  run: RunDirectory,
  opened: OpenedWorld,
  given: Pick<ResolvedSettings, 'settings' | 'parts'>,
  context: AppContext,
): Promise<ModelLocation> {
  const folder = path.resolve(run.file('base'));
  if (!isBuiltBase(folder)) await buildBase(folder, opened, given, context);
  return { folder, name: 'warm start' };
}

/** Does the work, closes books and directory however it ends; a failure is told with what was spent. */
export async function finishRun<Outcome>(
  { models, run }: TrainingRun,
  context: AppContext,
  work: () => Promise<Outcome>,
): Promise<{ readonly outcome: Outcome; readonly ledger: LedgerRecord | null }> {
  try {
    const outcome = await work();
    return { outcome, ledger: (await models?.close()) ?? null };
  } catch (error) {
    const record = await models?.close();
    if (record !== undefined) context.log(renderLedger(record));
    throw error;
  } finally {
    run.close();
  }
}

/** Trains in the run's directory, from its newest checkpoint where there is one. */
export async function trainInRun(
  training: TrainingRun,
  context: AppContext,
  label = 'training',
): Promise<TrainerState> {
  const { settings, run, opened, location } = training;
  const { valueHead, lora } = settings.policy;
  const train = async ({ backend, tokenizer, chat }: OpenedPolicy): Promise<TrainerState> => {
    await keepTalks(training, chat, 'base', context);
    const state = await trainPolicy({
      settings: pickTrainingSettings(settings),
      world: opened.world,
      backend,
      tokenizer,
      collect: createCollector(opened.world, chat),
      run,
      signal: context.signal,
      clock: context.clock,
      onProgress: createTrainingProgress(context, label, settings.validation.users),
      onNotice: (notice) => context.log(`note: ${notice}`),
      onAlarm: (alarm) => context.log(`alarm: ${alarm}`),
    });
    await keepTalks(training, chat, `rlpa-${settings.iterations}`, context);
    return state;
  };
  const options = { location, valueHead, lora, seed: settings.seed, ...settings.engine };
  return withPolicy(options, train);
}

function createTrainingProgress(
  context: AppContext,
  label: string,
  people: number,
): (progress: TrainingProgress) => void {
  let figures = '';
  return (progress) => {
    if (progress.metrics !== undefined) figures = renderFigures(progress.metrics);
    if (progress.phase === 'saving') return;
    if (progress.phase === 'validating') {
      const done = progress.phaseShare * people;
      context.onProgress({ label: `${label}, validation`, done, total: people, unit: 'people' });
      return;
    }
    const isDone = progress.phase === 'iteration_done';
    // Collecting and updating take about the same time; what then remains is logging.
    const share = ((progress.phase === 'updating' ? 1 : 0) + progress.phaseShare) * 0.49;
    const done = isDone ? progress.iteration : progress.iteration - 1 + share;
    context.onProgress({
      label,
      done,
      total: progress.iterations,
      unit: 'iterations',
      doneBefore: progress.iteration - (isDone ? 0 : 1) - progress.iterationsDone,
      note: figures,
    });
  };
}

function renderFigures(metrics: Readonly<Record<string, number>>): string {
  const figure = (key: string): string => (metrics[key] ?? Number.NaN).toFixed(2);
  return `alignment ${figure('alignment/late_mean')}, profile F1 ${figure('profile/f1_disclosed_late')}, format ${figure('format/rate')}`;
}
