/**
 * What a person types, brought into the small world's spelling: lower case, one token a word.
 *
 * The model knows a closed list of words. Words outside it are named to the person, with the nearest
 * known one, instead of being swallowed.
 */
import { findLikely } from '../../base/index.ts';
import type { Speller } from '../definition.ts';

const contractions: readonly (readonly [RegExp, string])[] = [
  [/\bcan't\b/gu, 'cannot'],
  [/\bwon't\b/gu, 'will not'],
  [/n't\b/gu, ' not'],
  [/\bi'm\b/gu, 'i am'],
  [/'re\b/gu, ' are'],
  [/'ve\b/gu, ' have'],
  [/'ll\b/gu, ' will'],
  [/'d\b/gu, ' would'],
  [/\b(it|that|what|he|she|there|who)'s\b/gu, '$1 is'],
];

/** Writes marks the world does not know as those it does; of several ends of a sentence one is left. */
function foldMarks(text: string): string {
  return text
    .replace(/[!;…]/gu, '.')
    .replace(/:/gu, ',')
    .replace(/[.?\s]+/gu, (ends) =>
      ends.includes('?') ? ' ? ' : ends.includes('.') ? ' . ' : ' ',
    );
}

/** What a person says of himself or herself in one breath, `i love jazz , and i hate rock`, and what joins it. */
const statements = /((?:^|[.?])\s*(?:hello|hi|hey|i|my)\b)([^.?]*)/gu;
const joints = /(?:\s*,\s*(?:and\s+)?|\s+and\s+)(?=(?:i|my)\b)/gu;

/** Unknown words of a message for which a known one is sought; somebody who pastes a page wants no list. */
const mostSuggested = 20;

/** Creates the speller of a world from its words: it lists those the model does not know. */
export function createSpeller(words: readonly string[]): Speller {
  const known = new Set(words);
  const suggestions = words.filter((word) => /^[a-z]{3,}$/u.test(word));
  return (text) => {
    const tokens = splitWords(text);
    const unknown = [...new Set(tokens.filter((token) => !known.has(token)))];
    return {
      message: tokens.join(' '),
      unknownWords: unknown.map((word, index) => ({
        word,
        nearest: index < mostSuggested ? findLikely(word, suggestions) : null,
      })),
    };
  };
}

function splitWords(text: string): string[] {
  let spelled = foldMarks(text.toLowerCase().replaceAll('’', "'"));
  for (const [pattern, words] of contractions) spelled = spelled.replace(pattern, words);
  // Users of the small world say one thing a sentence.
  spelled = spelled.replace(
    statements,
    (_, begin: string, rest: string) => begin + rest.replace(joints, ' . '),
  );
  const tokens: string[] = [
    ...(spelled.match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*|[.,?]/gu) ?? []),
  ];
  const last = tokens.at(-1);
  // Users of the small world end every sentence.
  if (last !== undefined && !/^[.?]$/u.test(last)) tokens.push('.');
  return tokens;
}
