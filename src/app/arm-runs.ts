/**
 * The runs of a comparison: one directory an arm and seed, trained where it is not, measured once.
 *
 * Whatever is finished is read back, so an interrupted comparison goes on where it stopped. Each run's
 * directory has its own lock, so processes may share a comparison if they take different arms or seeds.
 */
import { createModelAssistant } from '../env/index.ts';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { checkContent, hashText, readJsonFile, writeFileAtomic } from '../base/index.ts';
import {
  armRunSchema,
  createDecoding,
  evaluateWorld,
  type ArmRun,
  type WorldScores,
} from '../eval/index.ts';
import { checkFolderKind, OwnedFolder, sumTrainingSeconds } from '../runlog/index.ts';
import { resolveSettings, type ConfigFlags, type ResolvedSettings } from './settings/resolve.ts';
import { mergeLayers, nestSettings } from './settings/layers.ts';
import type { Settings } from './settings/schema.ts';
import { reportTurns, type AppContext } from './context.ts';
import type { Comparison } from './comparison-file.ts';
import { findPolicy, locateModel, type PolicyLocation } from './find-policy.ts';
import { withPolicy } from './open-policy.ts';
import { openWorld } from './open-world.ts';
import { openTrainingRun, trainInRun } from './training-run.ts';
import { buildBase, isBuiltBase } from './warm-start-base.ts';

export type ArmPlan = {
  readonly comparison: Comparison;
  readonly arm: string;
  readonly seed: number;
  readonly flags: ConfigFlags;
  /** Directory of the whole comparison. */
  readonly directory: string;
};

/** Resolves an arm's settings: preset, common settings, its own, then flags. Throws `ConfigError`. */
export function resolveArm({ comparison, arm, seed, flags }: ArmPlan): ResolvedSettings {
  const layers = [comparison.settings, comparison.arms[arm]?.settings ?? {}];
  const merged = mergeLayers(layers.map((values) => ({ origin: '', values })));
  const values = nestSettings([...merged].map(([key, { value }]) => [key, value] as const));
  return resolveSettings(
    { ...flags, seed },
    { preset: comparison.preset, between: { origin: `arm ${arm}`, values } },
  );
}

/** Trains and measures one arm with one seed, or reads what is there. Throws `AbortedError`. */
export async function completeArmRun(plan: ArmPlan, context: AppContext): Promise<ArmRun> {
  const { arm, comparison, seed } = plan;
  const out = path.join(plan.directory, `${arm}-seed-${seed}`);
  const file = path.join(out, 'arm.json');
  if (fs.existsSync(file)) return readArmRun(file);
  const resolved = await provideBase(resolveArm(plan), plan, context);
  const isBase = comparison.arms[arm]?.isBase === true;
  const trained = isBase ? untrained(resolved, out) : await train(resolved, out, plan, context);
  try {
    const families: Record<string, WorldScores> = {};
    for (const family of comparison.families) {
      families[family] = await measure(resolved.settings, trained.location, family, plan, context);
    }
    const { tokens, seconds } = trained;
    const leavesOut = comparison.arms[arm]?.leavesOut;
    const run: ArmRun = {
      arm,
      seed,
      tokens,
      seconds,
      families,
      ...(leavesOut === undefined ? {} : { leavesOut }),
    };
    writeFileAtomic(file, `${JSON.stringify(run, null, 2)}\n`);
    return run;
  } finally {
    trained.folder.close();
  }
}

function readArmRun(file: string): ArmRun {
  const purpose = 'measured arm';
  return checkContent(armRunSchema, readJsonFile(file, purpose), {
    file,
    purpose,
    hint: 'Remove the file and run again: the arm is measured anew.',
  });
}

type Trained = {
  readonly location: PolicyLocation;
  readonly tokens: number;
  readonly seconds: number;
  /** Held until the arm is measured. */
  readonly folder: { close(): void };
};

function untrained({ settings }: ResolvedSettings, out: string): Trained {
  const location = findPolicy(settings.policy.model, settings.world.kind);
  checkFolderKind(out, 'measurement');
  return { location, tokens: 0, seconds: 0, folder: OwnedFolder.open(out, 'measurement') };
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
  const { world } = resolved.settings;
  const location = { ...locateModel(training.run.modelFolder), world, name: arm };
  return { location, tokens: generatedTokens, seconds, folder: training.run };
}

/** A base that has to be warm-started is built once for all seeds and arms that want the same. */
async function provideBase(
  resolved: ResolvedSettings,
  { directory, arm }: ArmPlan,
  context: AppContext,
): Promise<ResolvedSettings> {
  const { settings } = resolved;
  if (settings.policy.model !== 'warm-start') return resolved;
  const { profileMode, contextTurns, kind, personas } = settings.world;
  const key = JSON.stringify([kind, personas, profileMode, contextTurns, settings.warmStart]);
  const folder = path.join(directory, `base-${hashText(key).toString(16).padStart(8, '0')}`);
  if (!isBuiltBase(folder)) {
    context.log(`Building the base of ${arm} ...`);
    const held = OwnedFolder.open(folder, 'base');
    await buildBase(folder, openWorld(settings.world, context.log), settings, context);
    held.dissolve();
  }
  return { ...resolved, settings: { ...settings, policy: { ...settings.policy, model: folder } } };
}

async function measure(
  settings: Settings,
  location: PolicyLocation,
  family: string,
  { arm, seed }: ArmPlan,
  context: AppContext,
): Promise<WorldScores> {
  const { evaluation, engine, sampling } = settings;
  const { world } = openWorld(settings.world, context.log);
  const decoding = createDecoding('greedy', {
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
  return scores;
}
