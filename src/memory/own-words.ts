/**
 * What of a message are the person's own words, and what was only put into it.
 *
 * Programs and people paste: code, quotes, pages, profile text, lines that pretend to come from somebody
 * else. None of it is a statement of the person about themselves, so none of it is evidence.
 */

const fences = /(`{3,}|~{3,})[\s\S]*?(?:\1|$)/gu;
/** An element and all in it, of any name; one that is never closed reaches to the end of the text. */
const elements = /<([a-z][\w:-]*)\b[^<>]*>[\s\S]*?(?:<\/\1\s*>|$)/giu;
const strayTags = /<\|?\/?[a-z][^<>]*>/giu;
const bracketBlocks = /\[(INST|SYSTEM|PROFILE|MEMORY)\][\s\S]*?(?:\[\/\1\]|$)/giu;
const quotedLine = /^\s*>/u;
/** A line in which another role speaks. */
const otherRole =
  /^\s*(?:#{1,6}\s*)?\**(?:system|assistant|developer|tool|function|ai|bot|profile|memory|user[ _-]?profile|notes?)\**\s*(?::|=>)/iu;
/** Lines as a profile block or a list of stored entries has them. */
const entryLine = /^\s*[-+=?*•]\s+(?:[a-z][\w-]*_\s|[a-z][\w -]{0,40}:\s)/u;
/** Text that is data of a program rather than speech. */
const jsonObject = /[[{]\s*"[\s\S]*?[\]}](?=\s|$|[.,;!?])/gu;

/** Removes what is not the person's own speech; line breaks stay. */
export function readOwnWords(message: string): string {
  return message
    .replace(fences, '\n')
    .replace(elements, '\n')
    .replace(strayTags, '\n')
    .replace(bracketBlocks, '\n')
    .replace(jsonObject, '\n')
    .split('\n')
    .filter((line) => !quotedLine.test(line) && !otherRole.test(line) && !entryLine.test(line))
    .join('\n');
}

/** Sentences of the own words, as they were written. */
export function splitStatements(message: string): string[] {
  return readOwnWords(message)
    .split(/(?<=[.!?…。！？])\s+|\n+/u)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** "So" begins a part before a subject only: "not so bad" is one; "who" begins one of its own. */
const partEnd =
  /\s*[,;:]\s+|\s+(?=(?:who|whose)\b)|\s+(?:and|but|though|although|because|while|so(?=\s+(?:i|we|you|he|she|it|they|there|that|this|my|our|now)\b))\s+|\s+[.!?]\s*/iu;

/** Parts of a sentence that can each be denied on their own. */
export function splitParts(sentence: string): string[] {
  return sentence
    .split(partEnd)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
