/**
 * Reads the questions of a reply: which there are, what each is about, whether two are the same.
 *
 * The simulated user answers by it and the judge counts by it, so they never disagree about what was
 * asked. A question is a sentence that ends with a question mark; nothing else is tried.
 */
import type { ItemTopic } from './item-topics.ts';
import { computeContentWords, splitWords } from './item-words.ts';
import { askingStems, findQuestionTopics } from './question-topics.ts';

export type Question = {
  readonly text: string;
  /** What it is about, the main topic first; empty for an open question ("what else?"). */
  readonly topics: readonly ItemTopic[];
  /** Asks for the topic as such, not for a detail of it. */
  readonly isWhole: boolean;
  /** Asks for more of something already spoken of. */
  readonly isFollowUp: boolean;
  /** Content words in order of the alphabet: equal for two wordings that differ in function words only. */
  readonly key: string;
};

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
      const words = computeContentWords(sentence).filter((word) => !askingStems.has(word));
      const { topics, isWhole } = findQuestionTopics(sentence);
      return {
        text: sentence,
        topics,
        isWhole,
        isFollowUp: !isWhole && splitWords(sentence).some((word) => followUps.has(word)),
        key: [...new Set(words)].sort().join(' ') || splitWords(sentence).join(' '),
      };
    });
}

/** Says whether two questions ask the same: both for one topic as such, or for a detail in equal words. */
export function isSameQuestion(first: Question, second: Question): boolean {
  if (first.isWhole && second.isWhole) return first.topics[0] === second.topics[0];
  return first.key === second.key;
}
