/**
 * Cuts a description of a person into clauses that each hold one verb about that person.
 *
 * "She is a nurse who enjoys yoga and lives in Ghent." gives "is a nurse", "enjoys yoga", "lives in
 * ghent". Works on lower-cased tokens with commas as tokens of their own. No parse tree: boundaries
 * are found by a subject pronoun, a relative pronoun or a conjunction that a known verb follows.
 */
import { normaliseText } from '../../../profile/index.ts';
import { conjugateThird, isBaseVerb, isThirdPersonVerb } from './verbs.ts';

/** Tokens of one clause; the first is its verb, in the third person, unless no verb was found. */
export type Clause = readonly string[];

const pronouns = new Set(['she', 'he', 'they', 'i']);
const possessives = new Set(['her', 'his', 'their', 'my']);
const adverbs = new Set(
  `also often frequently usually sometimes always currently now still just regularly actively especially particularly
  recently occasionally rarely typically mostly mainly even only then both proudly previously formerly`
    .split(/\s+/)
    .filter(Boolean),
);
const conjunctions = new Set([
  'and',
  'but',
  'while',
  'when',
  'where',
  'because',
  'as',
  'since',
  'so',
  'although',
  'though',
]);

/** Adverbs of frequency and the like, which carry nothing to match on. */
export function isFillerAdverb(word: string): boolean {
  return adverbs.has(word) || /^[a-z]{4,}ily$/.test(word);
}

/** Sentences of a text, lower-cased, final punctuation removed. */
export function splitSentences(text: string): string[] {
  return normaliseText(text)
    .replace(/\b(dr|mr|mrs|ms|st|jr|sr|vs|etc|e\.g|i\.e)\./g, '$1')
    .split(/(?<=[.!?])["')]*\s+|[;\n]+|\s[-]\s/)
    .map((sentence) => sentence.replace(/^["'(\s]+|[.!?"'()\s]+$/g, ''))
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

/** Words and commas of a sentence; contracted subjects are written out. */
export function tokenise(sentence: string): string[] {
  return sentence
    .replace(/\b(she|he)'s (been|got|had)\b/g, '$1 has $2')
    .replace(/\b(she|he)'s\b/g, '$1 is')
    .replace(/\bthey're\b/g, 'they are')
    .replace(/\bi'm\b/g, 'i am')
    .replace(/\b(they|i)'ve\b/g, '$1 have')
    .replace(/[:()[\]{}"<>+=*]/g, ' , ')
    .replace(/,(?!\d)/g, ' , ')
    .split(/\s+/)
    .map((token) => token.replace(/^[-.!?]+|[.!?]+$|-$/g, ''))
    .filter((token) => token !== '' && token !== "'");
}

/** Clauses of a sentence, in order. */
export function splitClauses(sentence: string): Clause[] {
  const tokens = dropLeadIn(tokenise(sentence));
  const clauses: string[][] = [];
  let current: string[] = [];
  let plural = false;
  let skipping = false;
  let index: number;
  const close = (): void => {
    if (current.length > 0) clauses.push(current);
    current = [];
    skipping = false;
  };
  const start = subjectLength(tokens);
  if (start > 0) plural = isPluralSubject(tokens[0] ?? '');
  index = start;
  while (index < tokens.length) {
    const boundary =
      current.length === 0 && !skipping ? null : findBoundary(tokens, index, current, plural);
    if (boundary === 'skip') {
      skipping = true;
      index += 1;
      continue;
    }
    if (boundary !== null) {
      close();
      plural = boundary.plural;
      index = boundary.next;
      continue;
    }
    if (!skipping) current.push(tokens[index] ?? '');
    index += 1;
  }
  close();
  return clauses.map(finishClause).filter((clause) => clause.length > 0);
}

function isPluralSubject(token: string): boolean {
  return token === 'they' || token === 'i';
}

/** "in his downtime, he enjoys": what stands before the subject is dropped. */
function dropLeadIn(tokens: readonly string[]): readonly string[] {
  if (pronouns.has(tokens[0] ?? '')) return tokens;
  const comma = tokens.indexOf(',');
  if (comma > 0 && comma <= 6 && pronouns.has(tokens[comma + 1] ?? ''))
    return tokens.slice(comma + 1);
  return tokens;
}

/** Length of the subject that opens the sentence: a pronoun, or a name of up to three words. */
function subjectLength(tokens: readonly string[]): number {
  const first = tokens[0] ?? '';
  if (pronouns.has(first)) return 1;
  if (possessives.has(first) || isThirdPersonVerb(first)) return 0;
  for (let length = 1; length <= 3; length += 1) {
    const next = tokens[length] ?? '';
    if (/^(?:a|an|the|\d.*|,)$/.test(tokens[length - 1] ?? '')) return 0;
    if (['is', 'has', 'enjoys', 'loves', 'likes', 'lives', 'works', 'was'].includes(next))
      return length;
  }
  return 0;
}

type Boundary = { readonly next: number; readonly plural: boolean } | 'skip' | null;

/** Says whether a new clause opens at `index`, and where its first own token stands. */
function findBoundary(
  tokens: readonly string[],
  index: number,
  current: readonly string[],
  plural: boolean,
): Boundary {
  const token = tokens[index] ?? '';
  if (token === 'who' || token === 'that' || token === 'which' || token === 'whom') {
    return findRelativeBoundary(tokens, index, current);
  }
  let next = index;
  if (tokens[next] === ',') next += 1;
  if (conjunctions.has(tokens[next] ?? '')) next += 1;
  const joined = next > index;
  const joint = tokens[next] ?? '';
  if (joined && joint === 'who' && isVerbAt(tokens, next + 1, false))
    return { next: next + 1, plural: false };
  if (joined && pronouns.has(joint) && isVerbAt(tokens, next + 1, isPluralSubject(joint))) {
    return { next: next + 1, plural: isPluralSubject(joint) };
  }
  if (joined && possessives.has(joint) && opensPossessive(tokens, next))
    return { next, plural: false };
  if (joined && joint === 'it') return 'skip';
  if (joined && ['and', 'but', ','].includes(token) && isVerbAt(tokens, next, plural)) {
    const isRelativeVerb = ['where', 'when', 'while', 'as'].includes(tokens[next - 1] ?? '');
    if (!isRelativeVerb) return { next, plural };
  }
  return null;
}

/** "who" opens a clause about the person only after what the person is; elsewhere it qualifies a noun. */
function findRelativeBoundary(
  tokens: readonly string[],
  index: number,
  current: readonly string[],
): Boundary {
  const next = tokens[index + 1] ?? '';
  const isIdentity =
    ['is', 'was'].includes(current[0] ?? '') || !isThirdPersonVerb(current[0] ?? '');
  const aboutRelative =
    /\b(?:to|with|for)\b/.test(current.slice(-4).join(' ')) || current.includes('married');
  if (
    tokens[index] === 'who' &&
    isIdentity &&
    !aboutRelative &&
    isVerbAt(tokens, index + 1, false)
  ) {
    return { next: index + 1, plural: false };
  }
  if (pronouns.has(next)) return 'skip';
  return null;
}

function isVerbAt(tokens: readonly string[], index: number, plural: boolean): boolean {
  let place = index;
  while (isFillerAdverb(tokens[place] ?? '')) place += 1;
  const word = tokens[place] ?? '';
  const following = tokens[place + 1];
  if (plural && isBaseVerb(word)) return true;
  if (!isThirdPersonVerb(word)) return false;
  const isEnd = following === undefined || following === ',' || following === 'and';
  // A bare "plays" or "works" at the end of a list is more likely a noun; "cooks and bakes" is not.
  return (
    !isEnd ||
    [
      'knits',
      'bakes',
      'cooks',
      'sings',
      'paints',
      'dances',
      'swims',
      'hikes',
      'reads',
      'writes',
    ].includes(word)
  );
}

function opensPossessive(tokens: readonly string[], index: number): boolean {
  for (let place = index + 2; place <= index + 4; place += 1) {
    if (['is', 'are', 'was'].includes(tokens[place] ?? '')) return true;
    if (tokens[place] === ',' || tokens[place] === 'and') return false;
  }
  return false;
}

/** Drops leading adverbs and trailing joints; puts the verb in the third person. */
function finishClause(tokens: readonly string[]): string[] {
  let start = 0;
  while (start < tokens.length && (isFillerAdverb(tokens[start] ?? '') || tokens[start] === ','))
    start += 1;
  const words = tokens.slice(start);
  while (words.length > 0 && (words.at(-1) === ',' || conjunctions.has(words.at(-1) ?? '')))
    words.pop();
  const verb = words[0];
  if (verb === undefined) return [];
  return [conjugateThird(verb), ...words.slice(1)];
}
