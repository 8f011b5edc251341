/** Conversations of a run: those of one iteration, or offline all of them before anything is learnt. */
import {
  CheckpointError,
  DataError,
  RolloutError,
  throwIfAborted,
  type Clock,
} from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import { countGeneratedTokens } from './episode-metrics.ts';
import { createIterationRandom, planIteration } from './iteration-plans.ts';
import { isCollected } from './planned-length.ts';
import type { TrainingSettings } from './settings.ts';
import type { TrainPolicyInput } from './training-types.ts';

/** Holds an iteration's conversations with the policy as it is, and writes them down. */
export async function collectIteration(
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

/** What collecting took, for the record. */
export function timeCollecting(
  episodes: readonly Episode[],
  durationMs: number,
): Readonly<Record<string, number>> {
  return {
    'seconds/collect': durationMs / 1000,
    'tokens/generated_per_second':
      (countGeneratedTokens(episodes) * 1000) / Math.max(durationMs, 1e-3),
  };
}

/**
 * Collects every batch of conversations with the start model, before it learns anything, and returns
 * them all; what is there already is read back. Throws `CheckpointError` where the start model is no
 * longer at hand.
 */
export async function collectOffline(
  input: TrainPolicyInput,
  iterationsLearnt: number,
  clock: Clock,
  report: (share: number) => void,
): Promise<readonly Episode[]> {
  const { settings, run, signal } = input;
  const all: Episode[] = [];
  const collected = { iteration: 0, generatedTokens: 0 };
  while (!isCollected(collected, settings)) {
    throwIfAborted(signal);
    const iteration = collected.iteration + 1;
    const isThere = run.hasEpisodes(iteration);
    if (!isThere && iterationsLearnt > 0) throw describeMissingData(iteration, settings);
    const beginMs = clock.nowMs();
    const episodes = isThere
      ? run.readEpisodes(iteration)
      : await collectIteration(input, iteration, 0, (share) =>
          report(computeShare(collected, settings, share)),
        );
    if (!isThere) {
      run.appendTimings({ iteration, ...timeCollecting(episodes, clock.nowMs() - beginMs) });
    }
    all.push(...episodes);
    collected.iteration = iteration;
    collected.generatedTokens += countGeneratedTokens(episodes);
  }
  return all;
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
    `The run has no conversations of the start model for batch ${iteration}, and the start model is no longer at hand.`,
    {
      details: { iteration },
      hint: `An offline run (${algorithm}) cannot get more conversations: start a new one with more iterations.`,
    },
  );
}
