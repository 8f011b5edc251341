/**
 * Splits a free-text description of a person into short items, by program.
 *
 * "She is a 34-year-old nurse who enjoys yoga and painting." gives "is 34 years old", "is a nurse",
 * "enjoys yoga", "enjoys painting". Items keep the verb of the text, so that they can be voiced in
 * the first person without guessing, and use only words that stand in the text. What the clause
 * rules do not understand stays one item, cut to length.
 */
import { computeContentWords } from '../../../profile/index.ts';
import type { Clause } from './split-clauses.ts';
import { isFillerAdverb, splitClauses, splitSentences, tokenise } from './split-clauses.ts';
import { isBaseVerb, isThirdPersonVerb } from './verbs.ts';

/** Longest item, in words. */
export const maxItemWords = 9;

const listVerbs = new Set(
  `enjoys loves likes dislikes hates adores prefers collects plays speaks practices practises bakes cooks grows writes
  makes appreciates misses fears avoids studies teaches`
    .split(/\s+/)
    .filter(Boolean),
);
const determiners = new Set(
  `a an the one two three four five six seven eight nine ten twelve several many some his her their my no another other`
    .split(/\s+/)
    .filter(Boolean),
);
const adjectives = new Set(
  `vegan vegetarian single married divorced widowed engaged passionate fluent interested fond allergic active part
  retired proud known afraid addicted skilled`
    .split(/\s+/)
    .filter(Boolean),
);
const listPrefix =
  /^(?:also |really |very |quite |deeply )*(?:passionate about|interested in|fluent in|fond of|skilled in|keen on|into|allergic to|afraid of|good at|an? (?:[a-z]+ )?(?:fan|lover|reader|collector|player|member|advocate) (?:of|for)) /;
const joints = new Set(
  `with in at of for from on to and as while because during about who that which where when by into or but through by
  like such including around over after before since`
    .split(/\s+/)
    .filter(Boolean),
);
const fixedPairs =
  /\b(?:dungeons|salt|arts|rock|black|food|bed|science|trial|fish) and (?:dragons|pepper|crafts|roll|white|wine|breakfast|technology|error|chips)\b/;

/** Items of a description, in order, lower-cased, without duplicates; empty when it says nothing. */
export function splitItems(text: string): string[] {
  const items: string[] = [];
  const seen = new Set<string>();
  for (const sentence of splitSentences(text)) {
    for (const clause of splitClauses(sentence)) {
      for (const raw of splitClause(clause)) {
        const item = shortenItem(raw);
        const words = computeContentWords(item);
        const isAge = /\d+ years? old$/.test(item);
        const key = isAge ? item : words.join(' ');
        if (words.length === 0 || seen.has(key)) continue;
        seen.add(key);
        items.push(item);
      }
    }
  }
  return items;
}

/** Normalises an item given as such: lower case, plain punctuation, length cut. */
export function normaliseItem(text: string): string {
  const tokens = tokenise(splitSentences(text).join(' ')).filter((token) => token !== ',');
  return shortenItem(tokens);
}

/** Whether an item holds a content word or a number; others are left out. */
export function saysSomething(item: string): boolean {
  return computeContentWords(item).length > 0 || /\d/.test(item);
}

function splitClause(clause: Clause): string[][] {
  const verb = clause[0] ?? '';
  const rest = clause.slice(1);
  if (!isThirdPersonVerb(verb)) return splitVerbless(clause);
  if (rest.length === 0) return [[verb]];
  if (verb === 'is') return splitIdentity(rest);
  if (verb === 'has') return splitPossession(rest);
  if (listVerbs.has(verb)) return splitObjects([verb], rest);
  if (verb === 'lives') return splitResidence(rest);
  return splitTail(clause);
}

/** A sentence without a verb about the person: an age or a role, or whatever it is. */
function splitVerbless(clause: Clause): string[][] {
  const first = clause[0] ?? '';
  if (/^(?:an?|\d.*)$/.test(first)) return splitIdentity(clause);
  return [[...clause].filter((token) => token !== ',')];
}

function splitIdentity(tokens: readonly string[]): string[][] {
  const words = dropAdverbs(tokens);
  const age = /^(?:an? )?(\d+|[a-z]+)[- ](?:years?)[- ]old\b,? ?/.exec(words.join(' '));
  const items: string[][] = [];
  let rest = words.join(' ');
  if (age !== null) {
    items.push(['is', age[1] ?? '', 'years', 'old']);
    rest = rest.slice(age[0].length).replace(/^,? ?(?:and )?/, '');
    if (rest !== '' && !/^(?:an?|the|who|from|and|with|in) /.test(rest)) {
      rest = `${/^[aeiou]/.test(rest) && !/^(?:uni|euro|use)/.test(rest) ? 'an' : 'a'} ${rest}`;
    }
  }
  if (rest === '') return items;
  const prefix = listPrefix.exec(rest);
  if (prefix !== null) {
    const head = dropAdverbs(prefix[0].trim().split(' '));
    return [...items, ...splitObjects(['is', ...head], rest.slice(prefix[0].length).split(' '))];
  }
  for (const part of splitAt(rest.split(' '), opensIdentity)) {
    const piece = dropAdverbs(part);
    if (piece.length > 0) items.push(...splitBefore(['is', ...piece]));
  }
  return items;
}

/** In what a person is, a new part opens at a comma, or at "and" before an article or a state. */
function opensIdentity(next: readonly string[], joint: string): boolean {
  const words = dropAdverbs(next);
  const first = words[0] ?? '';
  if (joint !== 'and') return true;
  return (
    ['a', 'an', 'the', 'part'].includes(first) ||
    adjectives.has(first) ||
    /^[a-z]{3,}ing$/.test(first)
  );
}

function splitPossession(tokens: readonly string[]): string[][] {
  const parts = splitAt(tokens, (next) => determiners.has(next[0] ?? ''));
  return parts.map((part) => ['has', ...dropAdverbs(part)]).filter((part) => part.length > 1);
}

function splitResidence(tokens: readonly string[]): string[][] {
  const at = tokens.findIndex(
    (token, place) =>
      token === 'with' &&
      place > 0 &&
      /^(?:his|her|their|my|two|three|four|five|six)$/.test(tokens[place + 1] ?? ''),
  );
  if (at < 0) return splitTail(['lives', ...tokens]);
  return [
    ...splitTail(['lives', ...tokens.slice(0, at)]),
    ...splitTail(['lives', ...tokens.slice(at)]),
  ];
}

/** "enjoys a, b and c": each object takes the verb. */
function splitObjects(head: readonly string[], tokens: readonly string[]): string[][] {
  const text = tokens.join(' ');
  if (fixedPairs.test(text) && tokens.length < maxItemWords)
    return [[...head, ...tokens.filter((t) => t !== ',')]];
  const parts = splitAt(tokens, opensObject).map(dropAdverbs);
  if (parts.length === 2 && isSharedGerund(parts[0] ?? [], parts[1] ?? [], tokens)) {
    return [[...head, ...tokens]];
  }
  const isInfinitive = parts[0]?.[0] === 'to';
  return parts
    .filter((part) => part.length > 0)
    .map((part) => {
      if (isInfinitive && part[0] !== 'to' && isBaseVerb(part[0] ?? ''))
        return [...head, 'to', ...part];
      return [...head, ...part];
    });
}

/** "clothes for friends and family": after a preposition, "and" joins what follows the preposition. */
function opensObject(next: readonly string[], joint: string, before: readonly string[]): boolean {
  if (joint !== 'and' || (next[0] ?? '').endsWith('ing')) return true;
  return !before.some((word) => joints.has(word) && word !== 'to');
}

/** "growing herbs and tomatoes": both objects belong to the gerund, and stay together. */
function isSharedGerund(
  first: readonly string[],
  second: readonly string[],
  whole: readonly string[],
): boolean {
  if (whole.length > maxItemWords - 1 || whole.includes(',')) return false;
  if ((second[0] ?? '').endsWith('ing') || second.some((word) => word.endsWith('ing')))
    return false;
  return first.length > 1 && /ing$/.test(first[0] ?? '') && !/^(?:playing)$/.test(first[0] ?? '');
}

/** Other verbs: commas end the item, a trailing participle opens another with the same words. */
function splitTail(clause: readonly string[]): string[][] {
  const comma = clause.indexOf(',');
  if (comma < 0) return splitBefore(clause);
  const rest = clause.slice(comma + 1);
  // "writes poems, songs and plays" was handled as a list; here the comma opens a remark.
  if (rest.some((token) => token === ',') || /ing$/.test(rest[0] ?? '')) {
    return [clause.filter((token) => token !== ',')];
  }
  return splitBefore(clause.filter((token) => token !== ','));
}

/** Keeps a clause whole; a hook for over-long ones is the length cut. */
function splitBefore(clause: readonly string[]): string[][] {
  return [clause.filter((token) => token !== ',')];
}

function splitAt(
  tokens: readonly string[],
  opens: (next: readonly string[], joint: string, before: readonly string[]) => boolean,
): string[][] {
  const parts: string[][] = [[]];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    if (token === ',' || token === 'and' || (token === 'or' && index > 0)) {
      let next = index + 1;
      let joint = token;
      if (token === ',' && (tokens[next] === 'and' || tokens[next] === 'or')) {
        joint = ',and';
        next += 1;
      }
      if (next < tokens.length && opens(tokens.slice(next), joint, parts.at(-1) ?? [])) {
        parts.push([]);
        index = next - 1;
        continue;
      }
      if (token === ',') continue;
    }
    parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

function dropAdverbs(tokens: readonly string[]): string[] {
  let start = 0;
  while (start < tokens.length && isFillerAdverb(tokens[start] ?? '')) start += 1;
  return tokens.slice(start);
}

/** Cuts an item to length, where possible before a preposition, and trims loose ends. */
function shortenItem(tokens: readonly string[]): string {
  let words = tokens.filter((token) => /[\p{L}\p{N}]/u.test(token));
  if (words.length > maxItemWords) {
    let cut = maxItemWords;
    for (let place = maxItemWords; place >= 4; place -= 1) {
      if (joints.has(words[place] ?? '')) {
        cut = place;
        break;
      }
    }
    words = words.slice(0, cut);
    const relative = words.findLastIndex((word) =>
      ['who', 'that', 'which', 'where'].includes(word),
    );
    if (relative >= 3 && relative >= words.length - 2) words = words.slice(0, relative);
  }
  while (words.length > 2 && isLooseEnd(words.at(-1) ?? '')) words.pop();
  return words.join(' ');
}

function isLooseEnd(word: string): boolean {
  return (
    joints.has(word) ||
    (determiners.has(word) && !/^(?:one|two|three)$/.test(word)) ||
    isFillerAdverb(word)
  );
}
