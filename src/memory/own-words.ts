/**
 * What of a message are the person's own words, and what was only put into it.
 *
 * Programs and people paste: code, quotes, pages, profile text, lines that pretend to come from somebody
 * else. None of it is a statement of the person about themselves, so none of it is evidence.
 */

import { answersNo } from './denial.ts';

const fences = /(`{3,}|~{3,})[\s\S]*?(?:\1|$)/gu;
/** An element and all in it, of any name; one that is never closed reaches to the end of the text. */
const elements = /<([a-z][\w:-]*)\b[^<>]*>[\s\S]*?(?:<\/\1\s*>|$)/giu;
const strayTags = /<\|?\/?[a-z][^<>]*>/giu;
const bracketBlocks = /\[(INST|SYSTEM|PROFILE|MEMORY)\][\s\S]*?(?:\[\/\1\]|$)/giu;
const quotedLine = /^\s*>/u;
/** A line in which another role speaks. */
const otherRole =
  /^\s*(?:#{1,6}\s*)?\**(?:system|assistant|developer|tool|function|ai|bot|profile|memory|user[ _-]?profile|notes)\**\s*(?::|=>)/iu;
/** Lines as a profile block or a list of stored entries has them. */
const entryLine = /^\s*[-+=?*•]\s+(?:[a-z][\w-]*_\s|[a-z][\w -]{0,40}:\s)/u;
/** Text that is data of a program rather than speech begins and ends so. */
const dataOpening = /[[{]\s*"/gu;
const dataClosing = /[\]}](?=\s|$|[.,;!?])/gu;

/** What somebody said in the first person; titles and names in quotes stay. */
const quotedSpeech =
  /["\u201c][^"\u201d\n]{0,300}?\b(?:i|i['\u2019]m|my|we)\b[^"\u201d\n]{0,300}["\u201d]/giu;

/** Removes what is not the person's own speech; line breaks stay. */
export function readOwnWords(message: string): string {
  const spoken = message
    .replace(quotedSpeech, ' ')
    .replace(fences, '\n')
    .replace(elements, '\n')
    .replace(strayTags, '\n')
    .replace(bracketBlocks, '\n');
  return removeData(spoken)
    .split('\n')
    .filter((line) => !quotedLine.test(line) && !otherRole.test(line) && !entryLine.test(line))
    .join('\n');
}

/** Takes data out, each from its opening to the next closing; what is never closed stays. One pass: people paste much. */
function removeData(text: string): string {
  const kept: string[] = [];
  let at = 0;
  for (;;) {
    dataOpening.lastIndex = at;
    const opening = dataOpening.exec(text);
    if (opening === null) break;
    dataClosing.lastIndex = dataOpening.lastIndex;
    if (dataClosing.exec(text) === null) break;
    kept.push(text.slice(at, opening.index));
    at = dataClosing.lastIndex;
  }
  return [...kept, text.slice(at)].join('\n');
}

/** A question of so many words at most is part of the answer that follows it: "A cat? No, a dog." */
const shortQuestion = 6;

/** Sentences of the own words, as they were written; a question that is answered by "no" goes with its answer. */
export function splitStatements(message: string): string[] {
  const sentences = readOwnWords(message)
    .split(/(?<=[.!?…。！？])\s+|\n+/u)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const joined: string[] = [];
  for (const sentence of sentences) {
    const last = joined.at(-1);
    const isAnswer =
      last?.endsWith('?') === true &&
      last.split(/\s+/u).length <= shortQuestion &&
      answersNo.test(sentence);
    if (isAnswer) joined[joined.length - 1] = `${last} ${sentence}`;
    else joined.push(sentence);
  }
  return joined;
}

/** Words that a "not" belongs to; behind any other one it begins a part: "in Lyon not Leeds". */
const notBefore = [
  String.raw`\b(?:am|is|are|was|were|be|do|does|did|have|has|had|can|could|will|would|should|must|may|might|i['\u2019]m|it['\u2019]s|that['\u2019]s)`,
  String.raw`\b(?:really|definitely|certainly|probably|still|why|if|or|but|hope|think|please|so|sorry|of|to|at|just|maybe|actually)`,
  String.raw`['\u2019](?:m|s|re|ve|d|ll)`,
];
/** "So" begins a part before a subject only: "not so bad" is one; "who" begins one of its own. */
const partEnds = [
  String.raw`\s*[,;:]\s+`,
  String.raw`\s+(?=(?:who|whose)\b)`,
  String.raw`\s+(?:and|but|though|although|because|while|so(?=\s+(?:i|we|you|he|she|it|they|there|that|this|my|our|now)\b))\s+`,
  String.raw`\s+(?:since|before|after|cos|cause)(?=\s+(?:i|we|my)\b)\s*`,
  String.raw`\s+[.!?]\s*|(?<=\?)\s+`,
  String.raw`\s+[-\u2013\u2014]+\s+|\s*\u2014\s*|\s*[()]\s*`,
  String.raw`\s+(?<=\bany ?more\s+)|\s+(?=(?:rather than|instead of|except|apart from)\b)|\s+(?=but\b)(?<=\b(?:any|every)thing\s+)`,
  String.raw`\s+(?=not\b)(?<!(?:${notBefore.join('|')})\s+)`,
  String.raw`\s+(?=(?:i|we)\b)(?<=\b(?:lost|quit) (?:my|our) \p{L}{1,40}\s+)|\s+(?=(?:i|we|it)\b)(?<=\bwrong\s+)`,
  String.raw`\s+(?=for\b)(?<=\bleft \p{L}{1,40}\s+)|\s+(?=to\b)(?<=\bfrom \p{L}{1,40}\s+)`,
];
const partEnd = new RegExp(partEnds.join('|'), 'iu');

/** Parts of a sentence that can each be denied on their own. */
export function splitParts(sentence: string): string[] {
  return sentence
    .split(partEnd)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
