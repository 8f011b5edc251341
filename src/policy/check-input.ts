/** What a backend is asked with must be like this, whichever backend it is. */
import { ConfigError } from '../base/index.ts';
import type { SamplingOptions } from '../chat/index.ts';
import type { BackendInfo, SampleRequest } from './backend.ts';

/** What of a model decides which tokens fit it. */
export type TokenLimits = Pick<BackendInfo, 'vocabularySize' | 'contextTokens'>;

/** Throws `ConfigError` for a prompt that does not fit the model, or options out of range. */
export function checkSampleRequest(
  { promptIds, sampling }: SampleRequest,
  { vocabularySize, contextTokens }: TokenLimits,
): void {
  if (promptIds.length === 0) {
    throw new ConfigError('sample_ids', 'A prompt needs at least one token, found none.');
  }
  const bad = promptIds.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabularySize));
  if (bad !== undefined) {
    throw new ConfigError(
      'sample_ids',
      `Token id ${bad} is outside the vocabulary of ${vocabularySize}.`,
    );
  }
  if (promptIds.length >= contextTokens) {
    throw new ConfigError(
      'context_overflow',
      `A conversation of ${promptIds.length} tokens leaves no room in the model's context of ${contextTokens}.`,
      { hint: 'Hold fewer or shorter turns, or use a model with a longer context.' },
    );
  }
  checkOptions(sampling);
}

function checkOptions(sampling: SamplingOptions): void {
  const { maxTokens, temperature, topK = 0, topP = 1, minP = 0 } = sampling;
  const rules: readonly (readonly [string, number, boolean, string])[] = [
    [
      'maxTokens',
      maxTokens,
      Number.isInteger(maxTokens) && maxTokens >= 1,
      'a whole number from 1',
    ],
    ['temperature', temperature, temperature >= 0 && temperature < Infinity, 'a number from 0'],
    ['topK', topK, Number.isInteger(topK) && topK >= 0, 'a whole number from 0'],
    ['topP', topP, topP > 0 && topP <= 1, 'a number above 0, up to 1'],
    ['minP', minP, minP >= 0 && minP <= 1, 'a number within 0 and 1'],
  ];
  for (const [name, value, isRight, expected] of rules) {
    if (isRight) continue;
    throw new ConfigError('sampling_options', `${name}: expected ${expected}, found ${value}.`);
  }
}
/** Throws `ConfigError` for a sequence beyond the context, or a token outside the vocabulary. */
export function checkSequences(
  sequences: readonly Int32Array[],
  { vocabularySize, contextTokens }: TokenLimits,
): void {
  for (const ids of sequences) {
    if (ids.length > contextTokens) {
      throw new ConfigError(
        'context_overflow',
        `A sequence of ${ids.length} tokens exceeds the model's context of ${contextTokens}.`,
        { hint: 'Hold fewer or shorter turns, or use a model with a longer context.' },
      );
    }
    const bad = ids.find((id) => id < 0 || id >= vocabularySize);
    if (bad === undefined) continue;
    throw new ConfigError(
      'sequence_ids',
      `Token id ${bad} is outside the vocabulary of ${vocabularySize}.`,
      { hint: 'The tokens must come from the tokenizer of this model.' },
    );
  }
}
