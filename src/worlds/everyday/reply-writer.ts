/** Writes what a script means in English: plain sentences, with a tone put on. */
import type { RandomSource } from '../../base/index.ts';
import type { Sentence } from '../dynamics/index.ts';
import { fill } from './phrases/lines.ts';
import { plainRequests } from './phrases/plain.ts';
import * as phrases from './phrases/replies.ts';

/** Writes a reply in one of its wordings. */
export function writeReply(
  tone: string | null,
  parts: readonly Sentence[],
  random: RandomSource,
): string {
  const opening = tone === null ? [] : [random.pick(phrases.toneOpenings[tone] ?? [])];
  const sentences = parts.map((part) => random.pick(listWordings(part)));
  const written = [...opening, ...new Set(sentences)].join(' ');
  return tone === 'casual' && random.chance(0.5) ? contract(written) : written;
}

/** Every way in which the scripts say something. */
export function listWordings(part: Sentence): readonly string[] {
  switch (part.kind) {
    case 'greeting':
      return phrases.replyGreetings;
    case 'small_talk':
      return phrases.replySmallTalk;
    case 'generic':
      return phrases.replyGeneric;
    case 'detail':
      return phrases.replyDetail;
    case 'plain':
      return [plainRequests[part.topic]?.answer ?? ''];
    case 'takes_up':
      return part.slots.flatMap((slot) => fillAll(phrases.replyAcknowledgements[slot], part.value));
    case 'aside':
      return fillAll(phrases.replyAsides, part.value);
    case 'offer':
      return fillAll(phrases.replyOffers[part.item.slot], part.item.value);
    case 'question':
      return phrases.replyQuestions[part.slot] ?? [];
    case 'unknown':
      throw new Error('internal: an unknown sentence has no wording');
  }
}

function fillAll(sentences: readonly string[] = [], value: string): string[] {
  return sentences.map((sentence) => {
    const text = fill(sentence, value);
    return text.charAt(0).toUpperCase() + text.slice(1);
  });
}

const contractions: readonly (readonly [RegExp, string])[] = [
  [/\b(I|you|we|they) would\b/giu, "$1'd"],
  [/\b(I|you|we|they) will\b/giu, "$1'll"],
  [/\b(it|that|what|there|who) is\b/giu, "$1's"],
  [/\bI am\b/gu, "I'm"],
  [/\byou are\b/giu, "you're"],
  [/\bdo not\b/giu, "don't"],
  [/\bwill not\b/giu, "won't"],
];

function contract(text: string): string {
  return contractions.reduce((written, [pattern, short]) => written.replace(pattern, short), text);
}
