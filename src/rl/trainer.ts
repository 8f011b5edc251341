/**
 * The training loop: collect conversations, update the policy, log, save; again. An offline algorithm
 * has all its conversations collected first, with the model it starts from, and each of its iterations
 * is one pass over them.
 *
 * Every iteration draws its randomness from (seed, iteration) alone, and the state of a run is its
 * weights, optimizer moments, reference and a few counters. So a run that was killed continues from
 * its last checkpoint and gives, bit for bit, what an unbroken run gives. An interruption waits for
 * updates under way, because weights are only meaningful at the border of two iterations.
 */
import * as path from 'node:path';
import {
  CheckpointError,
  ConfigError,
  DataError,
  endsWork,
  EngineError,
  systemClock,
  throwIfAborted,
  type Clock,
} from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import type { TrainingBackend } from '../policy/index.ts';
import type { Checkpoint } from '../runlog/index.ts';
import { findNewAlarms } from './alarms.ts';
import { isOffline } from './algorithms.ts';
import { checkCapabilities } from './capabilities.ts';
import { collectIteration, collectOffline, timeCollecting } from './collect-iteration.ts';
import { describeEpisodes } from './episode-metrics.ts';
import { createIterationRandom } from './iteration-plans.ts';
import { computeLearningRate, createAdamSettings } from './learning-rate.ts';
import { isFinished, planIterations } from './planned-length.ts';
import { trainerStateSchema } from './trainer-state.ts';
import type {
  ReportPhase,
  TrainPolicyInput,
  TrainerState,
  TrainingPhase,
} from './training-types.ts';
import { updatePolicy, type UpdateResult } from './update.ts';
import { isValidationDue, restoreBest, validatePolicy } from './validation.ts';

/** Folder of the backend's own state inside a checkpoint. */
const policyFolder = 'policy';

/**
 * Trains the policy up to `settings.iterations`, then writes the model folder: the last policy, or the
 * best one where it was validated.
 * Throws `AbortedError` after saving when the signal fires, `BudgetError` and a fatal `ProviderError`
 * after saving too. Throws `EngineError` on the first loss, gradient or weight that is not finite, with
 * episodes, logs, the offending batch and the newest sound weights on disk; `RolloutError` when too
 * many episodes failed.
 */
export async function trainPolicy(input: TrainPolicyInput): Promise<TrainerState> {
  const { settings, backend, run, signal, clock = systemClock } = input;
  const startMs = clock.nowMs();
  let state = await restore(input);
  let savedIteration = state.iteration;
  const firstIteration = state.iteration;
  const phase: PhaseOfIteration = { updatesMade: 0 };
  const report = (
    name: TrainingPhase,
    phaseShare: number,
    metrics?: Record<string, number>,
  ): void =>
    input.onProgress?.({
      phase: name,
      phaseShare,
      iteration: name === 'iteration_done' ? state.iteration : state.iteration + 1,
      iterations: planIterations(state, settings),
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
    const held = isOffline(settings.algorithm)
      ? await collectOffline(input, state.iteration, clock, (share) => report('collecting', share))
      : null;
    for (;;) {
      if (isValidationDue(settings, state)) {
        state = await validatePolicy(input, state, (share) => report('validating', share));
      }
      if (state.iteration % settings.checkpointEvery === 0) await save();
      if (isFinished(state, settings)) break;
      throwIfAborted(signal);
      const outcome = await runIteration(input, state, held, { clock, report, phase });
      state = outcome.state;
      phase.updatesMade = 0;
      report('iteration_done', 1, outcome.metrics);
    }
  } catch (error) {
    if (endsWork(error) || (await isAtBorder(error, phase, backend))) await save();
    throw error;
  }
  await save();
  report('saving', 0);
  await restoreBest(input, state);
  await backend.saveModel(run.modelFolder);
  return state;
}

/** What an iteration has done to the weights so far. */
type PhaseOfIteration = { updatesMade: number };

/** True where numbers went wrong before the iteration changed the weights, and these are sound. */
async function isAtBorder(
  error: unknown,
  { updatesMade }: PhaseOfIteration,
  backend: TrainingBackend,
): Promise<boolean> {
  return error instanceof EngineError && updatesMade === 0 && (await isFinitePolicy(backend));
}

async function restore(input: TrainPolicyInput): Promise<TrainerState> {
  const { run, backend, settings } = input;
  const { name, capabilities } = await backend.describe();
  checkCapabilities({ name, capabilities }, settings);
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
    if (capabilities.reference) await backend.freezeReference();
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

/** Throws `ConfigError` `iterations_done` where a run is to end before what it has done already. */
export function checkIterations(
  done: number,
  { iterations, algorithm }: Pick<TrainPolicyInput['settings'], 'iterations' | 'algorithm'>,
): void {
  if (done <= iterations || isOffline(algorithm)) return;
  throw new ConfigError(
    'iterations_done',
    `Expected at least as many iterations as are done, ${done}; found ${iterations}.`,
    {
      details: { done, iterations },
      hint: `To end the run here and write its model: --resume --iterations ${done}`,
    },
  );
}

function checkCheckpoint(checkpoint: Checkpoint<TrainerState>, input: TrainPolicyInput): void {
  const { iteration, folder, state } = checkpoint;
  for (const file of input.run.listMissingLogs(checkpoint)) {
    input.onNotice?.(`${file} is gone: it begins anew after iteration ${iteration}.`);
  }
  checkIterations(iteration, input.settings);
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

type IterationTools = {
  readonly clock: Clock;
  readonly report: ReportPhase;
  readonly phase: PhaseOfIteration;
};

/** Runs one iteration; `held` are the conversations of an offline run. */
async function runIteration(
  input: TrainPolicyInput,
  before: TrainerState,
  held: readonly Episode[] | null,
  tools: IterationTools,
): Promise<IterationOutcome> {
  const { settings, run } = input;
  const { clock, report } = tools;
  const iteration = before.iteration + 1;
  const beginMs = clock.nowMs();
  report('collecting', 0);
  const episodes =
    held ??
    (await collectIteration(input, iteration, before.policyVersion, (share) =>
      report('collecting', share),
    ));
  const collectedMs = clock.nowMs();
  report('updating', 0);
  const result = await update(input, before, episodes, tools);
  const doneMs = clock.nowMs();
  const described = describeEpisodes(episodes, settings.rewardWeights);
  const generated = described['tokens/generated'] ?? 0;
  const state: TrainerState = {
    ...before,
    iteration,
    policyVersion: before.policyVersion + result.updates,
    generatedTokens: held === null ? before.generatedTokens + generated : generated,
  };
  const position = { iteration, update: before.policyVersion };
  const metrics = {
    ...described,
    ...result.metrics,
    'train/learning_rate': computeLearningRate(settings.optimizer, position),
    'train/policy_version': state.policyVersion,
    'tokens/generated_total': state.generatedTokens,
  };
  run.appendTimings({
    iteration,
    ...(held === null ? timeCollecting(episodes, collectedMs - beginMs) : {}),
    'seconds/update': (doneMs - collectedMs) / 1000,
  });
  run.appendMetrics({ iteration, ...metrics });
  for (const { text } of findNewAlarms(run.readMetrics())) {
    input.onAlarm?.(`iteration ${iteration}: ${text}`);
  }
  run.appendEvent({ iteration, ...metrics }, doneMs / 1000);
  return { state, metrics };
}

/** Learns from the episodes. Throws `EngineError` where the weights did not survive it. */
async function update(
  input: TrainPolicyInput,
  { iteration: iterationsDone, policyVersion }: TrainerState,
  episodes: readonly Episode[],
  { report, phase }: IterationTools,
): Promise<UpdateResult> {
  const { settings, backend, run, tokenizer } = input;
  const iteration = iterationsDone + 1;
  const result = await updatePolicy({
    backend,
    tokenizer,
    settings,
    episodes: episodes.filter(({ turns }) => turns.length > 0),
    adamAt: (index) =>
      createAdamSettings(settings.optimizer, { iteration, update: policyVersion + index }),
    random: createIterationRandom(settings.seed, iteration).fork('minibatches'),
    onUpdate: (done, planned) => {
      phase.updatesMade = done;
      report('updating', done / planned);
    },
    onBadBatch: (batch) => {
      const content = batch.map((datum) =>
        Object.fromEntries(Object.entries(datum).map(([key, values]) => [key, Array.from(values)])),
      );
      run.writeDiagnostic(`bad-batch-${iteration}`, content);
    },
  });
  if (await isFinitePolicy(backend)) return result;
  throw new EngineError(
    'update_not_finite',
    `The updates of iteration ${iteration} left weights that are not finite.`,
    {
      details: { iteration },
      hint: 'Lower optimizer.learningRate; the checkpoints before it are sound.',
    },
  );
}
