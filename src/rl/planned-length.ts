/** How long a run is: iterations planned, or tokens allowed; offline, passes over what was collected. */
import { isOffline } from './algorithms.ts';
import type { TrainingSettings } from './settings.ts';
import type { TrainerState } from './training-types.ts';

/** How far a run has come. */
export type RunProgress = Pick<TrainerState, 'iteration' | 'generatedTokens'>;

/** True when the planned iterations are done, or the token budget is spent. */
export function isFinished(
  state: RunProgress,
  settings: Pick<TrainingSettings, 'algorithm' | 'iterations' | 'tokenBudget' | 'offline'>,
): boolean {
  return isOffline(settings.algorithm)
    ? state.iteration >= settings.offline.epochs
    : isCollected(state, settings);
}

/** True when as many conversations were held as the plan or the token budget allows. */
export function isCollected(
  { iteration, generatedTokens }: RunProgress,
  { iterations, tokenBudget }: Pick<TrainingSettings, 'iterations' | 'tokenBudget'>,
): boolean {
  return (tokenBudget > 0 && generatedTokens >= tokenBudget) || iteration >= iterations;
}

/** How many iterations there will be, as far as the tokens sampled so far tell. */
export function planIterations(state: RunProgress, settings: TrainingSettings): number {
  const { algorithm, iterations, tokenBudget, offline } = settings;
  if (isOffline(algorithm)) return offline.epochs;
  if (tokenBudget === 0 || state.iteration === 0) return iterations;
  const perIteration = state.generatedTokens / state.iteration;
  return Math.min(iterations, Math.max(state.iteration, Math.ceil(tokenBudget / perIteration)));
}
