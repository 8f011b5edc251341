/**
 * How well the policy does with people it is neither trained nor tested on, and the best one so far.
 *
 * The people, their families and their seeds are the same at every look and for every run, the
 * decoding is greedy. The score is the mean of alignment and of profile F1 against what was disclosed,
 * over late turns. It belongs to the border of two iterations, so an interruption loses nothing. The
 * run's `best/` holds the weights of the best policy, `validation.json` all that was measured.
 */
import { createRandom, writeFileAtomic } from '../base/index.ts';
import {
  firstLateTurn,
  meanOf,
  meanOverTurns,
  planEpisodes,
  summarizeEpisodes,
  type Episode,
} from '../env/index.ts';
import { listTrainedFamilies } from './iteration-plans.ts';
import { isFinished } from './planned-length.ts';
import type { TrainingSettings } from './settings.ts';
import type { TrainPolicyInput, TrainerState, ValidationRecord } from './training-types.ts';

const bestFolder = 'best';

/** True where people are asked and have not been yet: after every so many iterations, and after the last. */
export function isValidationDue(settings: TrainingSettings, state: TrainerState): boolean {
  const { users, every } = settings.validation;
  const { iteration, validations = [] } = state;
  if (users === 0 || iteration === 0 || validations.at(-1)?.iteration === iteration) return false;
  return iteration % every === 0 || isFinished(state, settings);
}

/** Measures the policy as it is, keeps its weights where it is the best, and adds to the state. */
export async function validatePolicy(
  input: TrainPolicyInput,
  state: TrainerState,
  report: (share: number) => void,
): Promise<TrainerState> {
  const { backend, run } = input;
  const episodes = await askPeople(input, state.policyVersion, report);
  const validations = [...(state.validations ?? []), scoreEpisodes(episodes, state.iteration)];
  if (findBest(validations)?.iteration === state.iteration) {
    await run.writeFolder(bestFolder, (folder) => backend.saveState(folder));
  }
  writeFileAtomic(run.file('validation.json'), `${JSON.stringify(validations, null, 2)}\n`);
  return { ...state, validations };
}

function askPeople(
  { world, settings, signal, collect }: TrainPolicyInput,
  policyVersion: number,
  report: (share: number) => void,
): Promise<readonly Episode[]> {
  const plans = planEpisodes({
    world,
    random: createRandom('validation'),
    count: settings.validation.users,
    split: 'validation',
    families: listTrainedFamilies(world, settings),
    label: 'validation',
  });
  const sampling = { maxTokens: settings.sampling.maxTokens, temperature: 0 };
  return collect({
    plans,
    policyVersion,
    settings: { ...settings, candidates: 1, sampling },
    ...(signal === undefined ? {} : { signal }),
    onTurn: (done, planned) => report(done / planned),
  });
}

function scoreEpisodes(episodes: readonly Episode[], iteration: number): ValidationRecord {
  const summary = summarizeEpisodes(episodes);
  const turns = summary.alignment.length;
  const late = (series: readonly (number | null)[]): number | null =>
    meanOverTurns(series, Math.min(firstLateTurn, turns), turns);
  const alignment = late(summary.alignment);
  const f1 = late(summary.profile_f1_disclosed);
  const score = alignment === null || f1 === null ? null : meanOf([alignment, f1]);
  const { format_rate } = summary;
  return { iteration, score, alignment, profile_f1_disclosed: f1, format_rate };
}

/** The record with the highest score, of equals the earliest; null where none has a score. */
export function findBest(validations: readonly ValidationRecord[]): ValidationRecord | null {
  const rank = ({ score }: ValidationRecord): number => score ?? Number.NEGATIVE_INFINITY;
  return validations.reduce<ValidationRecord | null>(
    (best, each) =>
      each.score !== null && (best === null || rank(each) > rank(best)) ? each : best,
    null,
  );
}

/** Brings the best policy back, where people were asked and it is not the last. */
export async function restoreBest(
  { backend, run }: TrainPolicyInput,
  { validations = [], iteration }: TrainerState,
): Promise<void> {
  const best = findBest(validations);
  if (best === null || best.iteration === iteration) return;
  await backend.loadState(run.checkFolder(bestFolder));
}
