/**
 * Checks a message that a model wrote for a simulated user, by program.
 *
 * The schedule decides what is told when; these checks hold the model to it: what was to be said is
 * said, nothing is told before its time, nothing of the persona is denied or made up, and the message
 * is one that a person would write. They read words, not meaning: a leak in synonyms passes, and a
 * harmless message is now and then asked for again, which costs a call and nothing else.
 */
import {
  computeContentWords,
  findTopics,
  isTopicStem,
  isNegated,
  normaliseText,
  readQuestions,
  splitReply,
  splitWords,
  stemWord,
} from '../../../profile/index.ts';
import type { Profile, ProfileItem } from '../../../profile/index.ts';

export const messageCheckNames = [
  'empty',
  'length',
  'stage_direction',
  'role_swap',
  'missing',
  'leak',
  'contradiction',
  'invention',
  'new_topic',
] as const;

export type MessageCheckName = (typeof messageCheckNames)[number];

export type MessageCase = {
  readonly message: string;
  /** What the message has to tell. */
  readonly now: Profile;
  /** What was told before. */
  readonly told: Profile;
  readonly trueProfile: Profile;
  /** The reply that is answered. */
  readonly reply: string;
  /** What the message may name besides: the topic asked about, somebody else's taste. */
  readonly mentioned: string;
  /** The message is about somebody else. */
  readonly isAboutOther: boolean;
};

/** Most sentences of a message (Zhao et al. 2025, released simulator prompt), and most words. */
export const maxMessageSentences = 3;
const maxMessageWords = 60;

/** Share of an item's content words that says it. */
const tellingShare = 0.6;
const leakingShare = 0.7;

const assistantSpeech =
  /\b(?:as an ai|ai (?:assistant|model)|language model|how (?:can|may) i (?:help|assist)|(?:happy|glad|here) to (?:help|assist)|thank(?:s| you) for sharing|let me know if you (?:need|want|have)|is there anything else (?:i can|you)|what would you like (?:to|me)|i can (?:help|assist) you)\b/;
const speakerLabel = /(?:^|\n)[^\S\n]*(?:user|assistant|system|human|you|me|they)\s*:/i;
const protocolTag = /<\/?(?:profile|response|think)>/i;

const ownClaim =
  /\b(?:i am|i'm|i have|i've got|i own|i live|i work|i study|i play|i collect|i love|i like|i enjoy|i adore|i hate|i dislike|i drive|i speak|my (?:wife|husband|partner|son|sons|daughter|daughters|kids|children|dog|dogs|cat|cats|job|hobby|boyfriend|girlfriend))\b/;
const ownDenial =
  /\b(?:i(?:'m| am) not|i have no|i (?:do not|don't|never|can't|cannot) (?:like|love|enjoy|have|own|eat|drink|play|work|live|speak|read|watch|stand|do)|i (?:hate|dislike)|not (?:into|a fan))\b/;
const dislike = /\b(?:hates?|dislikes?|cannot stand|can't stand)\b/;
const affirmation = /^(?:yes|yeah|yep|yup|right|exactly|true|correct|indeed|i do|i am|that's me)\b/;

/** Lists what is wrong with a message, in a fixed order; empty when nothing is. Never throws. */
export function checkMessage(testCase: MessageCase): MessageCheckName[] {
  const message = normaliseText(testCase.message);
  const findings: Record<MessageCheckName, boolean> = {
    empty: splitWords(message).length === 0,
    length:
      splitReply(message).length > maxMessageSentences ||
      splitWords(message).length > maxMessageWords,
    stage_direction: hasStageDirection(message),
    role_swap:
      assistantSpeech.test(message) ||
      speakerLabel.test(testCase.message) ||
      protocolTag.test(message),
    missing: testCase.now.some((item) => !isTold(item, message)),
    leak: hasLeak(testCase, message),
    contradiction: hasContradiction(testCase, message),
    invention: !testCase.isAboutOther && hasInvention(testCase, message),
    new_topic: bringsUpTopic(testCase, message),
  };
  return messageCheckNames.filter((name) => findings[name]);
}

/** A letter between two stars, or inside brackets, of one line; read in one pass. */
function hasStageDirection(message: string): boolean {
  const since = { star: null as boolean | null, bracket: null as boolean | null };
  for (const letter of message) {
    if (letter === '\n') since.star = since.bracket = null;
    else if (letter === '*') {
      if (since.star === true) return true;
      since.star = false;
    } else if ('([{'.includes(letter)) since.bracket ??= false;
    else if (')]}'.includes(letter)) {
      if (since.bracket === true) return true;
      since.bracket = null;
    } else if (/\p{L}/u.test(letter)) {
      if (since.star === false) since.star = true;
      if (since.bracket === false) since.bracket = true;
    }
  }
  return false;
}

function computeCoverage(item: ProfileItem, words: ReadonlySet<string>): number {
  const own = computeContentWords(item.value);
  if (own.length === 0) return 0;
  return own.filter((word) => words.has(word)).length / own.length;
}

function wordsOf(...texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap(computeContentWords));
}

const valuesOf = (profile: Profile): string[] => profile.map(({ value }) => value);
const numbersOf = (text: string): string[] => text.match(/\d+/g) ?? [];

function isTold(item: ProfileItem, message: string): boolean {
  const numbers = numbersOf(message);
  const hasNumbers = numbersOf(item.value).every((number) => numbers.includes(number));
  return hasNumbers && computeCoverage(item, wordsOf(message)) >= tellingShare;
}

/** A hidden item said in so many words, or admitted when the reply guessed it. */
function hasLeak(
  { now, told, trueProfile, reply, mentioned }: MessageCase,
  message: string,
): boolean {
  const open = new Set([...valuesOf(now), ...valuesOf(told)]);
  const hidden = trueProfile.filter(({ value }) => !open.has(value));
  const given = wordsOf(...open, mentioned);
  const said = wordsOf(message);
  // What is denied is said of nobody, unless the item itself is a denial or a dislike.
  const claimed = wordsOf(...splitReply(message).filter((sentence) => !ownDenial.test(sentence)));
  const admitted = affirmation.test(message) ? wordsOf(message, reply) : null;
  return hidden.some((item) => {
    const isNew = computeContentWords(item.value).some((word) => !given.has(word));
    if (!isNew) return false;
    if (admitted !== null && computeCoverage(item, admitted) >= tellingShare) return true;
    const words = isNegated(item.value) || dislike.test(item.value) ? said : claimed;
    const fresh = computeContentWords(item.value).some(
      (word) => words.has(word) && !given.has(word),
    );
    return fresh && computeCoverage(item, words) >= leakingShare;
  });
}

function hasContradiction({ trueProfile, isAboutOther }: MessageCase, message: string): boolean {
  if (isAboutOther) return false;
  const ages = trueProfile
    .filter(({ value }) => findTopics(value).includes('age'))
    .flatMap(({ value }) => numbersOf(value));
  const claimed = /\b(?:i am|i'm) (\d{1,3})\b(?! (?:minutes|percent|%))/.exec(message)?.[1];
  if (claimed !== undefined && ages.length > 0 && !ages.includes(claimed)) return true;
  return splitReply(message).some((sentence) => {
    const words = wordsOf(sentence);
    if (trueProfile.some((item) => deniesVerb(item, sentence))) return true;
    const denies = ownDenial.test(sentence);
    const claims = ownClaim.test(sentence);
    if (!denies && !claims) return false;
    return trueProfile.some(
      (item) =>
        computeCoverage(item, words) >= leakingShare &&
        isNegated(item.value) !== (denies || isNegated(sentence)),
    );
  });
}

/** "i don't carve" of somebody who carves. */
function deniesVerb(item: ProfileItem, sentence: string): boolean {
  const denied = /\bi (?:do not|don't|never|can't|cannot) (\p{L}+)/u.exec(sentence)?.[1];
  if (denied === undefined || isNegated(item.value)) return false;
  const words = computeContentWords(item.value);
  return (
    words.includes(stemWord(denied)) && computeCoverage(item, wordsOf(sentence)) >= tellingShare
  );
}

/** A claim about oneself in a word of some everyday topic that nobody has mentioned. */
function hasInvention(testCase: MessageCase, message: string): boolean {
  const { now, told, trueProfile, reply, mentioned } = testCase;
  const known = wordsOf(...valuesOf(now), ...valuesOf(told), ...valuesOf(trueProfile), mentioned);
  const asked = wordsOf(reply);
  return splitReply(message).some((sentence) => {
    if (sentence.includes('?') || !ownClaim.test(sentence)) return false;
    const isDenied = ownDenial.test(sentence);
    return computeContentWords(sentence).some(
      (word) => isTopicStem(word) && !known.has(word) && !(isDenied && asked.has(word)),
    );
  });
}

function bringsUpTopic({ now, told, reply, mentioned }: MessageCase, message: string): boolean {
  const spoken = new Set(
    [...valuesOf(now), ...valuesOf(told), reply, mentioned].flatMap((text) => findTopics(text)),
  );
  return readQuestions(message).some(
    ({ topics }) => topics.length > 0 && !topics.some((topic) => spoken.has(topic)),
  );
}
