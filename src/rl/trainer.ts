/**
 * The training loop: collect conversations, update the policy, log, save; again. An offline algorithm
 * has all its conversations collected first, with the model it starts from.
 *
 * Every iteration draws its randomness from (seed, iteration) alone, and the state of a run is its
 * weights, optimizer moments, reference and a few counters. So a run that was killed continues from
 * its last checkpoint and gives, bit for bit, what an unbroken run gives. An interruption waits for
 * updates under way, because weights are only meaningful at the border of two iterations.
 */
import * as path from 'node:path';
import { z } from 'zod';
import {
  CheckpointError,
  createRandom,
  DataError,
  endsWork,
  RolloutError,
  systemClock,
  throwIfAborted,
  type Clock,
  type RandomSource,
} from '../base/index.ts';
import type { Episode, EpisodePlan, World } from '../env/index.ts';
import type { AdamSettings, TrainingBackend } from '../policy/index.ts';
import type { Checkpoint, RunDirectory } from '../runlog/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';
import { countGeneratedTokens, describeEpisodes } from './episode-metrics.ts';
import { isOffline, type OptimizerSettings, type TrainingSettings } from './settings.ts';
import { updatePolicy, type UpdateResult } from './update.ts';

/** Folder of the backend's own state inside a checkpoint. */
const policyFolder = 'policy';

export type CollectRequest = {
  readonly plans: readonly EpisodePlan[];
  /** Optimizer updates the policy has behind it. */
  readonly policyVersion: number;
  readonly settings: TrainingSettings;
  readonly signal?: AbortSignal;
  /** Called after each turn of all conversations. */
  readonly onTurn?: (done: number, planned: number) => void;
};

/** Holds the planned conversations with the policy; the result is in the order of the plans. */
export type EpisodeCollector = (request: CollectRequest) => Promise<readonly Episode[]>;

export type TrainingProgress = {
  readonly phase: 'collecting' | 'updating' | 'iteration_done' | 'saving';
  /** Share of the phase that is done, in [0, 1]. */
  readonly phaseShare: number;
  /** Counted from 1. */
  readonly iteration: number;
  /** Planned; where a token budget ends the run, as many as it is expected to allow. */
  readonly iterations: number;
  /** Seconds since this process began training, and how many iterations it has done. */
  readonly elapsedSeconds: number;
  readonly iterationsDone: number;
  /** Of the iteration that is done. */
  readonly metrics?: Readonly<Record<string, number>>;
};

export type TrainPolicyInput = {
  readonly settings: TrainingSettings;
  readonly world: World;
  readonly backend: TrainingBackend;
  readonly tokenizer: Tokenizer;
  readonly collect: EpisodeCollector;
  /** A new run, or one opened to be resumed: it goes on from its newest checkpoint, if it has one. */
  readonly run: RunDirectory;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Called with what a person should know of the run that is continued. */
  readonly onNotice?: (notice: string) => void;
};

const count = z.int().nonnegative();

const trainerStateSchema = z.strictObject({
  iteration: count,
  policyVersion: count,
  generatedTokens: count,
});

/** What a checkpoint holds beside the backend's own state. */
export type TrainerState = Readonly<z.infer<typeof trainerStateSchema>>;

/**
 * Trains the policy up to `settings.iterations`, then writes the model folder.
 * Throws `AbortedError` after saving when the signal fires, `BudgetError` and a fatal `ProviderError`
 * after saving too, `EngineError` on non-finite numbers
 * after writing the offending batch to the run's diagnostics, `RolloutError` when too many
 * episodes failed.
 */
export async function trainPolicy(input: TrainPolicyInput): Promise<TrainerState> {
  const { settings, backend, run, signal, clock = systemClock } = input;
  const startMs = clock.nowMs();
  let state = await restore(input);
  let savedIteration = state.iteration;
  const firstIteration = state.iteration;
  const collected = { iteration: 0, generatedTokens: 0 };
  const report = (
    phase: TrainingProgress['phase'],
    phaseShare: number,
    metrics?: Record<string, number>,
  ): void =>
    input.onProgress?.({
      phase,
      phaseShare,
      iteration: phase === 'iteration_done' ? state.iteration : state.iteration + 1,
      iterations: planIterations(state.iteration > 0 ? state : collected, settings),
      elapsedSeconds: (clock.nowMs() - startMs) / 1000,
      iterationsDone: state.iteration - firstIteration,
      ...(metrics === undefined ? {} : { metrics }),
    });
  const save = async (): Promise<void> => {
    if (state.iteration === savedIteration) return;
    await run.saveCheckpoint({
      iteration: state.iteration,
      state,
      keep: settings.keepCheckpoints,
      write: (folder) => backend.saveState(path.join(folder, policyFolder)),
    });
    savedIteration = state.iteration;
  };
  try {
    if (isOffline(settings.algorithm)) await collectOffline(input, state, collected, clock, report);
    while (!isFinished(state, settings)) {
      throwIfAborted(signal);
      const outcome = await runIteration(input, state, clock, report);
      state = outcome.state;
      report('iteration_done', 1, outcome.metrics);
      if (state.iteration % settings.checkpointEvery === 0) await save();
    }
  } catch (error) {
    if (endsWork(error)) await save();
    throw error;
  }
  await save();
  report('saving', 0);
  await backend.saveModel(run.modelFolder);
  return state;
}

/** True when the planned iterations are done, or the token budget is spent. */
export function isFinished(
  state: Pick<TrainerState, 'iteration' | 'generatedTokens'>,
  settings: Pick<TrainingSettings, 'iterations' | 'tokenBudget'>,
): boolean {
  const { iterations, tokenBudget } = settings;
  const isSpent = tokenBudget > 0 && state.generatedTokens >= tokenBudget;
  return isSpent || state.iteration >= iterations;
}

/** How many iterations there will be, as far as the tokens sampled so far tell. */
function planIterations(
  state: Pick<TrainerState, 'iteration' | 'generatedTokens'>,
  settings: TrainingSettings,
): number {
  const { iterations, tokenBudget } = settings;
  if (tokenBudget === 0 || state.iteration === 0) return iterations;
  const perIteration = state.generatedTokens / state.iteration;
  return Math.min(iterations, Math.max(state.iteration, Math.ceil(tokenBudget / perIteration)));
}

async function restore(input: TrainPolicyInput): Promise<TrainerState> {
  const { run, backend, settings } = input;
  const checkpoint = run.loadLatestCheckpoint(trainerStateSchema);
  if (checkpoint !== null) checkCheckpoint(checkpoint, input);
  run.cutBackTo(checkpoint, {
    keepEpisodes: isOffline(settings.algorithm),
    keepCheckpoints: settings.keepCheckpoints,
  });
  if (checkpoint === null) {
    if (!(await isFinitePolicy(backend))) {
      throw new DataError('weights_not_finite', 'The model gives numbers that are not finite.', {
        hint: 'Its weights hold NaN or infinity: use another model folder.',
      });
    }
    await backend.freezeReference();
    return { iteration: 0, policyVersion: 0, generatedTokens: 0 };
  }
  await backend.loadState(path.join(checkpoint.folder, policyFolder));
  if (!(await isFinitePolicy(backend))) {
    throw new CheckpointError(
      'weights_not_finite',
      `The checkpoint ${checkpoint.folder} holds weights that are not finite.`,
      {
        details: { folder: checkpoint.folder },
        hint: 'Delete that folder and run again with --resume to go on from the one before it.',
      },
    );
  }
  return checkpoint.state;
}

function checkCheckpoint(checkpoint: Checkpoint<TrainerState>, input: TrainPolicyInput): void {
  const { iteration, folder, state } = checkpoint;
  for (const file of input.run.listMissingLogs(checkpoint)) {
    input.onNotice?.(`${file} is gone: it begins anew after iteration ${iteration}.`);
  }
  if (state.iteration === iteration) return;
  throw new CheckpointError(
    'checkpoint_state',
    `The checkpoint ${folder} holds the state of iteration ${state.iteration}.`,
    {
      details: { folder, iteration: state.iteration },
      hint: 'Delete that folder and run again with --resume to go on from the one before it.',
    },
  );
}

/** Scores two tokens: one bad weight on the way to the output spoils the result. */
async function isFinitePolicy(backend: TrainingBackend): Promise<boolean> {
  const [scores] = await backend.score([Int32Array.of(0, 1)], 'current');
  return Number.isFinite(scores?.logprobs[1]);
}

type IterationOutcome = {
  readonly state: TrainerState;
  readonly metrics: Record<string, number>;
};

async function runIteration(
  input: TrainPolicyInput,
  before: TrainerState,
  clock: Clock,
  report: (phase: TrainingProgress['phase'], phaseShare: number) => void,
): Promise<IterationOutcome> {
  const { settings, run } = input;
  const iteration = before.iteration + 1;
  const random = createIterationRandom(settings.seed, iteration);
  const beginMs = clock.nowMs();
  report('collecting', 0);
  const isCollected = isOffline(settings.algorithm);
  const episodes = isCollected
    ? run.readEpisodes(iteration)
    : await collectIteration(input, iteration, before.policyVersion, (share) =>
        report('collecting', share),
      );
  const collectedMs = clock.nowMs();
  report('updating', 0);
  const result = await update(input, episodes, iteration, random.fork('minibatches'), (share) =>
    report('updating', share),
  );
  const doneMs = clock.nowMs();
  const described = describeEpisodes(episodes, settings.rewardWeights);
  const state: TrainerState = {
    iteration,
    policyVersion: before.policyVersion + result.updates,
    generatedTokens: before.generatedTokens + (described['tokens/generated'] ?? 0),
  };
  const metrics = {
    ...described,
    ...result.metrics,
    'train/learning_rate': computeLearningRate(settings.optimizer, iteration),
    'train/policy_version': state.policyVersion,
    'tokens/generated_total': state.generatedTokens,
  };
  run.appendTimings({
    iteration,
    ...(isCollected ? {} : timeCollecting(episodes, collectedMs - beginMs)),
    'seconds/update': (doneMs - collectedMs) / 1000,
  });
  run.appendMetrics({ iteration, ...metrics });
  run.appendEvent({ iteration, ...metrics }, doneMs / 1000);
  return { state, metrics };
}

function timeCollecting(
  episodes: readonly Episode[],
  durationMs: number,
): Readonly<Record<string, number>> {
  return {
    'seconds/collect': durationMs / 1000,
    'tokens/generated_per_second':
      (countGeneratedTokens(episodes) * 1000) / Math.max(durationMs, 1e-3),
  };
}

/** Holds an iteration's conversations with the policy as it is, and writes them down. */
async function collectIteration(
  input: TrainPolicyInput,
  iteration: number,
  policyVersion: number,
  report: (share: number) => void,
): Promise<readonly Episode[]> {
  const { settings, run, signal, world } = input;
  const random = createIterationRandom(settings.seed, iteration).fork('episodes');
  const episodes = await input.collect({
    plans: planIteration(world, settings, iteration, random),
    policyVersion,
    settings,
    ...(signal === undefined ? {} : { signal }),
    onTurn: (done, planned) => report(done / planned),
  });
  checkEpisodes(episodes, settings);
  run.writeEpisodes(iteration, episodes);
  return episodes;
}

/** Collects every iteration's conversations with the start model, before it learns anything; counts them. */
async function collectOffline(
  input: TrainPolicyInput,
  state: TrainerState,
  collected: { iteration: number; generatedTokens: number },
  clock: Clock,
  report: (phase: TrainingProgress['phase'], phaseShare: number) => void,
): Promise<void> {
  const { settings, run } = input;
  while (!isFinished(collected, settings)) {
    throwIfAborted(input.signal);
    const iteration = collected.iteration + 1;
    const isThere = run.hasEpisodes(iteration);
    if (!isThere && state.iteration > 0) throw describeMissingData(iteration, settings);
    const beginMs = clock.nowMs();
    const episodes = isThere
      ? run.readEpisodes(iteration)
      : await collectIteration(input, iteration, 0, (share) =>
          report('collecting', computeShare(collected, settings, share)),
        );
    if (!isThere) {
      run.appendTimings({ iteration, ...timeCollecting(episodes, clock.nowMs() - beginMs) });
    }
    collected.iteration = iteration;
    collected.generatedTokens += countGeneratedTokens(episodes);
  }
}

/** Share of an offline collection that is done, by tokens where they are limited. */
function computeShare(
  collected: { readonly iteration: number; readonly generatedTokens: number },
  { iterations, tokenBudget }: TrainingSettings,
  share: number,
): number {
  const byIteration = (collected.iteration + share) / iterations;
  return tokenBudget === 0
    ? byIteration
    : Math.min(1, Math.max(byIteration, collected.generatedTokens / tokenBudget));
}

function describeMissingData(iteration: number, { algorithm }: TrainingSettings): CheckpointError {
  return new CheckpointError(
    'offline_data_missing',
    `The run has no conversations of the start model for iteration ${iteration}, and the start model is no longer at hand.`,
    {
      details: { iteration },
      hint: `An offline run (${algorithm}) cannot be made longer: start a new one with more iterations.`,
    },
  );
}

function update(
  input: TrainPolicyInput,
  episodes: readonly Episode[],
  iteration: number,
  random: RandomSource,
  report: (share: number) => void,
): Promise<UpdateResult> {
  const { settings, backend, run, tokenizer } = input;
  return updatePolicy({
    backend,
    tokenizer,
    settings,
    episodes: episodes.filter(({ turns }) => turns.length > 0),
    adam: createAdamSettings(settings, iteration),
    random,
    onUpdate: (done, planned) => report(done / planned),
    onBadBatch: (batch) => {
      const content = batch.map((datum) =>
        Object.fromEntries(Object.entries(datum).map(([key, values]) => [key, Array.from(values)])),
      );
      run.writeDiagnostic(`bad-batch-${iteration}`, content);
    },
  });
}

function createAdamSettings(settings: TrainingSettings, iteration: number): AdamSettings {
  const { optimizer } = settings;
  const learningRate = computeLearningRate(optimizer, iteration);
  return {
    learningRate,
    valueLearningRate: (optimizer.valueLearningRate * learningRate) / optimizer.learningRate,
    beta1: optimizer.beta1,
    beta2: optimizer.beta2,
    epsilon: optimizer.epsilon,
    weightDecay: optimizer.weightDecay,
    gradClipNorm: optimizer.gradClipNorm,
  };
}

/**
 * Computes the learning rate of an iteration, counted from 1. It does not depend on how many are
 * planned, so a run that is continued beyond its plan is the run that was planned longer.
 */
export function computeLearningRate(
  settings: Pick<OptimizerSettings, 'learningRate' | 'halvingIterations'>,
  iteration: number,
): number {
  const { learningRate, halvingIterations } = settings;
  return halvingIterations === 0
    ? learningRate
    : learningRate / (1 + (iteration - 1) / halvingIterations);
}

/** Creates the only source of randomness of one iteration. */
export function createIterationRandom(seed: number, iteration: number): RandomSource {
  return createRandom(`training ${seed} iteration ${iteration}`);
}

/** Plans the conversations of one iteration; a group shares persona, family and situation. */
export function planIteration(
  world: World,
  settings: TrainingSettings,
  iteration: number,
  random: RandomSource,
): EpisodePlan[] {
  const families = settings.families.length > 0 ? settings.families : world.families.slice(0, 1);
  return Array.from({ length: settings.episodesPerIteration }, (_, index) => {
    const group = Math.floor(index / settings.groupSize);
    const groupRandom = random.fork(`persona ${group}`);
    return {
      id: `train-${String(iteration).padStart(5, '0')}-${String(index).padStart(4, '0')}`,
      persona: world.samplePersona(groupRandom, 'train'),
      family: families[group % families.length]!,
      split: 'train',
      seed: random.fork(`episode ${index}`).nextUint32(),
      ...(settings.groupSize === 1
        ? {}
        : { situationSeed: random.fork(`situation ${group}`).nextUint32() }),
    };
  });
}

function checkEpisodes(episodes: readonly Episode[], settings: TrainingSettings): void {
  const failed = episodes.filter((episode) => episode.error !== null);
  if (failed.length > settings.maxFailedShare * settings.episodesPerIteration) {
    throw new RolloutError(
      'too_many_failures',
      `${failed.length} of ${episodes.length} episodes failed; the first: ${failed[0]!.error}`,
      { hint: 'Fix the cause, or raise maxFailedShare.' },
    );
  }
  if (episodes.every(({ turns }) => turns.length === 0)) {
    throw new DataError('no_episodes', 'The iteration gave no episode to learn from.');
  }
}
