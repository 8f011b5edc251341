/**
 * Reads the questions of a reply: which there are, what each is about, whether two are the same.
 *
 * The simulated user answers by it and the judge counts by it, so they never disagree about what was
 * asked. A question is a sentence that ends with a question mark; nothing else is tried.
 */
import { computeContentWords, splitWords } from './item-words.ts';
import type { ItemTopic } from './item-topics.ts';
import { findTopics } from './item-topics.ts';

export type Question = {
  readonly text: string;
  /** What it is about; empty for an open question ("what else?"). */
  readonly topics: readonly ItemTopic[];
  /** Asks for more of something already spoken of. */
  readonly isFollowUp: boolean;
  /** Content words in order of the alphabet: equal for two wordings that differ in function words only. */
  readonly key: string;
};

const askingWords = new Set([
  'tell',
  'say',
  'know',
  'talk',
  'hear',
  'share',
  'ask',
  'speak',
  'mind',
  'thing',
  'anyth',
  'someth',
  'please',
  'pleas',
]);
const followUps = new Set([
  'more',
  'else',
  'why',
  'how',
  'which',
  'when',
  'another',
  'often',
  'long',
]);

/** Sentences of a text with their end mark; text after the last mark counts as a sentence. */
export function splitReply(text: string): string[] {
  return (text.match(/[^.!?]+[.!?]*/g) ?? [])
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part));
}

/** Questions of a reply, in order. */
export function readQuestions(text: string): Question[] {
  return splitReply(text)
    .filter((sentence) => sentence.includes('?'))
    .map((sentence) => {
      const words = computeContentWords(sentence).filter((word) => !askingWords.has(word));
      return {
        text: sentence,
        topics: findTopics(words.length === 0 ? '' : sentence),
        isFollowUp: splitWords(sentence).some((word) => followUps.has(word)),
        key: [...new Set(words)].sort().join(' ') || splitWords(sentence).join(' '),
      };
    });
}

/** Says whether two questions ask the same: equal words, or one topic in common and no follow-up. */
export function isSameQuestion(first: Question, second: Question): boolean {
  if (first.key === second.key) return true;
  if (first.isFollowUp || second.isFollowUp) return false;
  return first.topics[0] !== undefined && first.topics[0] === second.topics[0];
}
