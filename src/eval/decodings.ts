/** The two ways of decoding that are compared, and which of them suits a policy better. */
import type { Decoding, DecodingName, WorldScores } from './world-suite.ts';

export type DecodingOptions = {
  /** Of the sampled decoding. */
  readonly temperature: number;
  readonly maxTokens: number;
};

/** Creates a decoding by name. */
export function createDecoding(name: DecodingName, options: DecodingOptions): Decoding {
  const temperature = name === 'greedy' ? 0 : options.temperature;
  return { name, sampling: { maxTokens: options.maxTokens, temperature } };
}

/** Names the decoding with the higher alignment over late turns; greedy where they are level. */
export function chooseDecoding(
  greedy: Pick<WorldScores, 'late'>,
  sampled: Pick<WorldScores, 'late'>,
): DecodingName {
  const alignment = (scores: Pick<WorldScores, 'late'>): number => scores.late.alignment.mean ?? -1;
  return alignment(sampled) > alignment(greedy) ? 'sampled' : 'greedy';
}
