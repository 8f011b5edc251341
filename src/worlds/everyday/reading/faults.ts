/**
 * What makes a reply no reply, whatever it is about: nothing said, a list of words, words in no order, the
 * message said back, joy over bad news, talk that has to do with nothing.
 */
import { contentWords, joiningWords, toSingular, wordsOf, type Sentence } from './words.ts';

const mostWords = 90;
const mostSentences = 7;

/** Finds why a text is not speech; null where it is. */
export function findUnspoken(reply: string, sentences: readonly Sentence[]): string | null {
  const words = sentences.flatMap((sentence) => sentence.words);
  if (words.length === 0) return 'nothing is said';
  if (words.length > mostWords) return `more than ${mostWords} words`;
  if (sentences.length > mostSentences) return `more than ${mostSentences} sentences`;
  if (/[<>{}\\|=_]|\n\s*[-*+]|^\s*[-+*]\s/u.test(reply))
    return 'it holds marks that are not speech';
  if (
    /\b(?:criteri(?:on|a)|ignore (?:all|the|everything|any)|as the judge|score of 1|output 1)\b/iu.test(
      reply,
    )
  ) {
    return 'it speaks to whoever judges it';
  }
  const texts = sentences.map((sentence) => sentence.words.join(' '));
  if (new Set(texts).size < texts.length) return 'a sentence stands twice';
  if (isRepeating(words)) return 'it repeats a word';
  if (isList(reply, words)) return 'it is a list of words';
  const dangling = sentences.find(({ words: own }) =>
    /^(?:a|an|the|my|your|and)$/u.test(own.at(-1) ?? ''),
  );
  if (dangling !== undefined && dangling.words.length > 1) return 'a sentence breaks off';
  return null;
}

function isRepeating(words: readonly string[]): boolean {
  const runs = words.filter(
    (word, index) => index > 1 && word === words[index - 1] && word === words[index - 2],
  );
  if (runs.length > 0) return true;
  if (words.length < 4) return false;
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].some(
    ([word, count]) => !joiningWords.has(word) && count >= 3 && count / words.length >= 0.4,
  );
}

/** Few words join anything, or many single words stand between commas. */
function isList(reply: string, words: readonly string[]): boolean {
  const joined = words.filter((word) => joiningWords.has(word)).length;
  if (words.length >= 4 && joined / words.length < 0.1) return true;
  const pieces = reply.split(/[,;.]/u).map((piece) => wordsOf(piece).length);
  return pieces.filter((length) => length === 1).length >= 4 && joined / words.length < 0.35;
}

/** Longest runs of words that are alike count; shorter ones are chance. */
const runLength = 3;

/** What people say back to each other without being parrots. */
const pleasantries = new Set(
  'nice good lovely to meet see you too how are hi hello hey there'.split(' '),
);

/** True where most of a reply is the message said back, or a run of it in the person's own voice. */
export function isParroted(reply: readonly Sentence[], message: string): boolean {
  const words = reply.flatMap((sentence) => sentence.words);
  const heard = wordsOf(message);
  const covered = words.map(() => false);
  let longest = 0;
  for (let place = 0; place < words.length; place += 1) {
    for (let from = 0; from < heard.length; from += 1) {
      let length = 0;
      while (words[place + length] !== undefined && words[place + length] === heard[from + length])
        length += 1;
      if (length < runLength) continue;
      const run = words.slice(place, place + length);
      if (run.every((word) => pleasantries.has(word))) continue;
      covered.fill(true, place, place + length);
      if (run.some((word) => /^(?:i|i'm|i've|i'd|my|me|im)$/u.test(word)))
        longest = Math.max(longest, length);
    }
  }
  const share = covered.filter(Boolean).length / Math.max(1, words.length);
  return words.length >= runLength && (share >= 0.57 || longest >= 4);
}

const sadNews =
  /\b(?:died|dead|passed away|lost our|lost my (?:dog|cat|job|mother|father|mum|dad)|funeral|killing me|(?:really|so) sick|in hospital|accident|laid off|got fired|divorce\w*|broke up|stolen|cancer)\b/u;

const joy =
  /\b(?:lovely|wonderful|awesome|great news|congratulations|fantastic|good news|how nice|fun|great choice|sounds (?:good|great|lovely|nice)|great company|hooray|amazing|excellent|cool|enjoy)\b|^great\b/u;

const sympathy =
  /\b(?:sorry|awful|loss|condolences|hurts?|sad|tough|hard|hope|poor|ouch|miss|rest|grief)\b/u;

/** True where a reply is glad about what is sad. */
export function isGladOfSadness(reply: readonly Sentence[], message: string): boolean {
  const text = reply.map((sentence) => sentence.text).join(' ');
  return sadNews.test(message.toLowerCase()) && joy.test(text) && !sympathy.test(text);
}

/** Turns of talk: to somebody, of oneself, of what was just said. */
const talk =
  /\b(?:you|your|you're|you've|you'd|you'll|yours|i|i'm|i'd|i'll|i've|me|my|we|we're|let's|us|that|that's|this|it's|it|its|they|they're|them|he|she|he'd|she'd|there|at least|of course|welcome|congratulations|sorry|noted|understood|understandable|right|okay|sure|goodbye|ha|haha|oh|ah|wow|ouch|hm|well|yes|no|true|fair|nice|thanks|thank|sounds|must|maybe|perhaps|who|what|how|when|dream|enjoy|good|great|lovely|poor|take|have|hope|hopefully|more|less|another|nothing|never|new|time for|same)\b/u;

/** True where a reply has to do with somebody: it addresses, reacts, or shares a word with what was said. */
export function isTalk(reply: readonly Sentence[], message: string): boolean {
  const heard = new Set(contentWords(message));
  return reply.some(
    ({ text, words }) => talk.test(text) || words.some((word) => heard.has(toSingular(word))),
  );
}
