/**
 * Whether a person's own messages say what a model wants to note.
 *
 * By program and by words alone: a value rests on a sentence that holds its content words, all of them
 * (stated) or at least half (inferred). What a model concludes without the words is not noted: nobody could
 * show the person where it came from. What is denied in the part of the sentence that names it is not
 * evidence for it, nor is what that part says of somebody else.
 */
import {
  computeContentWords,
  isNegated,
  isOpenItem,
  normaliseText,
  splitWords,
} from '../profile/index.ts';
import type { ProfileItem } from '../profile/index.ts';
import { splitParts, splitStatements } from './own-words.ts';
import { readStances, type Stance } from './stance.ts';
import { readSubjects } from './subject.ts';

/** Something a person wrote. */
export type Said = {
  readonly messageId: string | null;
  readonly text: string;
  readonly saidAt: string;
};

export type Support = {
  readonly messageId: string | null;
  readonly saidAt: string;
  readonly quote: string;
  readonly status: 'stated' | 'inferred';
};

const longestQuote = 300;
const leastShare = 0.5;

/** Says that what is named does not hold. */
const denial =
  /\b(?:no longer|any ?more|not|never|cannot|used to|stopped|quit|gave up|wrong|left|lost|sold|forget|remove|delete)\b|n['\u2019]t\b/iu;
/** Says that something has changed, even where it does not name what. */
const turn =
  /\b(?:no longer|any ?more|used to|stopped|quit|gave up|moved|changed|instead|forget|switched|retired|divorced|broke up|different now)\b/iu;

/** Slots that are about other people. */
const slotOfOthers =
  /famil|partner|spouse|child|kid|relation|friend|sibling|parent|household|people|married/iu;

/** Slots of what a person does not want: "I can't stand it" is evidence for one and ends none, "I like it now" ends one. */
const slotOfDislikes = /dislike|hate|avoid|allerg/iu;
/** A part of a sentence that is manners and nothing else: "cheers" is no drink. */
const manners =
  /^\P{L}*(?:(?:hi|hiya|hey|hello|bye|goodbye|cheers|thanks|thank you|please|ok|okay|sure|sorry|welcome)\P{L}*)+$/iu;
/** Asks to strike out what is named. */
const strike = /\b(?:wrong|forget|remove|delete)\b/iu;

/** Finds the newest statement that a value rests on; null where nothing says so. */
export function findSupport(claim: ProfileItem, said: readonly Said[]): Support | null {
  for (const each of [...said].reverse()) {
    const found = readStatements(each.text)
      .map((statement) => ({ statement, share: computeShare(claim, statement) }))
      .sort((first, second) => second.share - first.share)[0];
    if (found !== undefined && found.share >= leastShare) {
      const { messageId, saidAt } = each;
      const status = found.share === 1 ? 'stated' : 'inferred';
      return { messageId, saidAt, quote: cutQuote(found.statement.text), status };
    }
  }
  return null;
}

/**
 * Finds the newest statement that an entry no longer holds: it names the value and denies it (stated), or
 * tells of a change without naming what (inferred). A dislike is denied by words for what is disliked.
 */
export function findDenial(entry: ProfileItem, said: readonly Said[]): Support | null {
  for (const { messageId, saidAt, text } of [...said].reverse()) {
    const statements = readStatements(text).map((each) => keepOwn(entry, each));
    const named = statements.find((each) => denies(entry, each));
    const found = named ?? statements.find((each) => turn.test(each.own) && !affirms(entry, each));
    if (found === undefined) continue;
    const status = named === undefined ? 'inferred' : 'stated';
    return { messageId, saidAt, quote: cutQuote(found.text), status };
  }
  return null;
}

/** A sentence with what it says of the person, or of whom the entry is about. */
type OwnStatement = Statement & { readonly own: string };

function keepOwn(entry: ProfileItem, statement: Statement): OwnStatement {
  const parts = statement.parts.filter((part) => !isOfOthers(entry, part));
  const isWhole = parts.length === statement.parts.length;
  const own = isWhole ? statement.text : parts.map(({ text }) => text).join(', ');
  return { ...statement, parts, own };
}

function denies(entry: ProfileItem, { own, parts }: OwnStatement): boolean {
  if (measureWords(entry.value, own) < leastShare) return false;
  if (!slotOfDislikes.test(entry.slot)) return denial.test(own) || turn.test(own);
  const part = findPart(entry, parts);
  if (part === undefined) return false;
  return part.stance === null ? turn.test(own) || strike.test(own) : part.stance === 'for';
}

/** "I don't like it any more" tells of a change, and of a dislike that holds. */
function affirms(entry: ProfileItem, { own, parts }: OwnStatement): boolean {
  if (!slotOfDislikes.test(entry.slot) || measureWords(entry.value, own) < leastShare) {
    return false;
  }
  return findPart(entry, parts)?.stance === 'against';
}

/**
 * Share of the value's content words that one sentence says of the person and does not deny. Range: [0, 1].
 * Words that name a thing and say neither for nor against it are half a statement that it is disliked; the
 * thing alone answers a question.
 */
function computeShare(claim: ProfileItem, { text, parts }: Statement): number {
  const share = measureWords(claim.value, text);
  if (share < leastShare) return 0;
  const part = findPart(claim, parts);
  if (part === undefined) return share;
  if (isDenied(claim, part) || isOfOthers(claim, part) || manners.test(part.text)) return 0;
  const saysNeither = slotOfDislikes.test(claim.slot) && part.stance === null;
  const isBare = measureWords(part.text, claim.value) === 1;
  return saysNeither && !isBare ? Math.min(share, leastShare) : share;
}

/** A part of a sentence: what it says for or against, and of whom else. */
type Part = { readonly text: string; readonly stance: Stance; readonly other: string | null };

type Statement = { readonly text: string; readonly parts: readonly Part[] };

/** Reads the sentences of a message; whom a part is about may stand in the sentence before it. */
function readStatements(message: string): Statement[] {
  const statements = splitStatements(message).map((text) => ({ text, parts: splitParts(text) }));
  const subjects = readSubjects(statements.flatMap(({ parts }) => parts)).values();
  return statements.map(({ text, parts }) => ({
    text,
    parts: readStances(parts).map((part) => ({ ...part, other: subjects.next().value ?? null })),
  }));
}

/** The part of a sentence that says most of a value. */
function findPart({ value }: ProfileItem, parts: readonly Part[]): Part | undefined {
  return parts
    .map((part) => ({ part, share: measureWords(value, part.text) }))
    .sort((first, second) => second.share - first.share)[0]?.part;
}

/** "My sister is vegan" says nothing of who says it; a note that names her is a note of her. */
function isOfOthers({ slot, value }: ProfileItem, { other }: Part): boolean {
  return other !== null && !slotOfOthers.test(slot) && !splitWords(value).includes(other);
}

function isDenied({ slot, value }: ProfileItem, { text, stance }: Part): boolean {
  if (slotOfDislikes.test(slot)) return stance === null ? turn.test(text) : stance === 'for';
  // Free text carries its own "not"; a value in a slot has none, and what is denied does not hold.
  return isOpenItem({ slot })
    ? isNegated(text) !== isNegated(value)
    : denial.test(text) && !denial.test(value);
}

function measureWords(value: string, text: string): number {
  const wanted = wordsOf(value);
  if (wanted.length === 0) return includesText(text, value) ? 1 : 0;
  const there = new Set([...computeContentWords(text), ...splitWords(text)]);
  const found = wanted.filter((word) => there.has(word)).length;
  if (found === wanted.length) return 1;
  // Scripts without spaces between words.
  return includesUnspaced(text, value) ? 1 : found / wanted.length;
}

/** Words that carry what a value says; all its words where none does. */
function wordsOf(value: string): string[] {
  const content = computeContentWords(value);
  return content.length > 0 ? content : splitWords(value);
}

function includesText(text: string, value: string): boolean {
  const key = normaliseText(value);
  return key !== '' && normaliseText(text).includes(key);
}

function includesUnspaced(text: string, value: string): boolean {
  return (
    /[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/u.test(value) &&
    includesText(text, value)
  );
}

function cutQuote(sentence: string): string {
  const quote = sentence.replace(/\s+/gu, ' ').trim();
  return quote.length <= longestQuote ? quote : `${quote.slice(0, longestQuote - 1)}…`;
}
