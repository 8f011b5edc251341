/** Log-probabilities of given token ids: how a model is checked from outside. */
import type { TrainingBackend } from './backend.ts';

export type IdScores = {
  /** Natural log, position 1 on; one list a sequence, of its length minus one. */
  readonly token_logprobs: readonly (readonly number[])[];
  /** Mean negative log-likelihood over all scored tokens. */
  readonly mean_nll: number;
};

/** Scores the first `lengths[i]` ids of each row (whole rows without lengths). */
export async function scoreIds(
  backend: TrainingBackend,
  inputIds: readonly (readonly number[])[],
  lengths?: readonly number[],
): Promise<IdScores> {
  const sequences = inputIds.map((ids, row) =>
    Int32Array.from(ids.slice(0, lengths?.[row] ?? ids.length)),
  );
  const scores = await backend.score(sequences, 'current');
  const tokenLogprobs = scores.map(({ logprobs }) => Array.from(logprobs.subarray(1)));
  const all = tokenLogprobs.flat();
  return {
    token_logprobs: tokenLogprobs,
    mean_nll: all.length === 0 ? 0 : -all.reduce((sum, logprob) => sum + logprob, 0) / all.length,
  };
}
