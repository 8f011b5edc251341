/**
 * Whether a person's own messages say what a model wants to note.
 *
 * By program and by words alone: a value rests on a sentence that holds its content words, all of them
 * (stated) or at least half (inferred). What a model concludes without the words is not noted: nobody could
 * show the person where it came from. What is denied in the part of the sentence that names it is not
 * evidence for it, nor is what that part says of somebody else, asks, wishes for or compares with.
 */
import { isNegated, isOpenItem, splitWords } from '../profile/index.ts';
import type { ProfileItem } from '../profile/index.ts';
import { findBefore, measureWords, namesAnother } from './claim-words.ts';
import {
  answersNo,
  findTurn,
  isDenying,
  namesTurn,
  saysNo,
  stripIdioms,
  stripOtherEndings,
  takesBack,
} from './denial.ts';
import { splitParts, splitStatements } from './own-words.ts';
import { isAsked, isAverse, isLeftBehind, isSetAside } from './set-aside.ts';
import { slotOfDislikes, slotOfOthers, slotOfTaste } from './slot-kinds.ts';
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
/** Of a longer sentence only the beginning is read: nobody says so much of themselves in one. */
const longestSentence = 1000;

/** A part of a sentence that is manners and nothing else: "cheers" is no drink. */
const manners =
  /^\P{L}*(?:(?:hi|hiya|hey|hello|bye|goodbye|cheers|thanks|thank you|please|ok|okay|sure|sorry|welcome)\P{L}*)+$/iu;
/** Goes on about what was just named: "there", "not any more". */
const goesOnAbout =
  /\b(?:there|it|that|them|him|her|one)\b|^\P{L}*(?:no longer|not any ?more|any ?more|never again)/iu;

const possession = /\b(?:my|our) (?:\p{L}+ ){0,2}$/iu;
const shared = /(?<=\p{L}\s)our (?:\p{L}+ )?$/iu;
/** What was somebody's is no more. */
const ending =
  /\b(?:no longer|any ?more|used to|lost|sold|died|dead|passed away|gave|given|left me|ex)\b/iu;
const arriving =
  /\b(?:moved|switched|changed|moving|retired)\b(?:\s+\p{L}+){0,2}\s+to (?:a |the )?$/iu;
/** Beside a thing, these do not make it more than a bare answer. */
const filler = /^(?:ugh|oh|a|the|no|just|some|any|too|also|i|guess)$/iu;
/** Asks to strike out what is named. */
const strike = /\b(?:wrong|forget|remove|delete)\b/iu;

/** Finds the newest statement that a value rests on; null where nothing says so. */
export function findSupport(claim: ProfileItem, said: readonly Said[]): Support | null {
  for (const each of [...said].reverse()) {
    const statements = readStatements(each.text);
    const found = statements
      .map((statement) => ({ statement, share: computeShare(claim, statement) }))
      .sort((first, second) => second.share - first.share)[0];
    const isSaid = found !== undefined && found.share >= leastShare;
    if (isSaid && !isTakenBack(claim, statements, found.statement)) {
      const { messageId, saidAt } = each;
      const status = found.share === 1 ? 'stated' : 'inferred';
      return { messageId, saidAt, quote: cutQuote(found.statement.text), status };
    }
  }
  return null;
}

/** Whether a later sentence of a message takes back what one of it says: "I live in Leeds. Oops, not Leeds." */
function isTakenBack(
  claim: ProfileItem,
  statements: readonly Statement[],
  statement: Statement,
): boolean {
  if (slotOfDislikes.test(claim.slot)) return false;
  return statements.slice(statements.indexOf(statement) + 1).some((later) => {
    const part = findPart(claim, keepOwn(claim, later).parts);
    const isNamed = part !== undefined && measureWords(claim.value, part.text) === 1;
    return takesBack.test(later.text) || (isNamed && isDenied(claim, part));
  });
}

/**
 * Finds the newest statement that an entry no longer holds: it names the value and denies it (stated), or
 * tells of a change without naming what (inferred). A dislike is denied by words for what is disliked.
 */
export function findDenial(entry: ProfileItem, said: readonly Said[]): Support | null {
  for (const { messageId, saidAt, text } of [...said].reverse()) {
    const statements = readStatements(text).map((each) => keepOwn(entry, each));
    const named = statements.find((each) => denies(entry, each));
    const found = named ?? statements.find((each) => turns(entry, each) && !affirms(entry, each));
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
  const part = findPart(entry, parts);
  if (part === undefined) return false;
  if (slotOfDislikes.test(entry.slot)) {
    return part.stance === null ? namesTurn(own) || strike.test(own) : part.stance === 'for';
  }
  const before = findBefore(entry.value, part.text);
  if (part.isAnsweredNo || isLeftBehind(before)) return true;
  if (arriving.test(before) && !isDenying(before)) return false;
  const about = stripOtherEndings(describe(part, parts), before);
  if (saysNo(entry.value)) return !saysNo(about);
  if (possession.test(before) && !ending.test(about)) return false;
  if (slotOfTaste.test(entry.slot) && isAverse(about)) return true;
  return isDenying(about) || namesTurn(about);
}

/** What a sentence says of a thing: the part that names it, and later ones that go on about it. */
function describe(part: Part, parts: readonly Part[]): string {
  const later = parts.slice(parts.indexOf(part) + 1).filter(({ text }) => goesOnAbout.test(text));
  return [part, ...later].map(({ text }) => text).join(', ');
}

/** Whether a sentence tells of a change that an entry may have gone by, without naming it. */
function turns(entry: ProfileItem, { own, text }: OwnStatement): boolean {
  if (text.endsWith('?')) return false;
  const isNamed = measureWords(entry.value, own) >= leastShare;
  if (isNamed && !slotOfDislikes.test(entry.slot)) return false;
  const found = findTurn(own);
  return found !== null && (found.slots?.test(entry.slot) ?? true);
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
  if (share < 1 && namesAnother(claim.value, text)) return 0;
  if (!slotOfDislikes.test(claim.slot)) {
    const isLast = parts.at(-1) === part;
    return isSetAside(claim, part.text) || (isLast && isAsked(part.text)) ? 0 : share;
  }
  const isBare = splitWords(part.text).every(
    (word) => splitWords(claim.value).includes(word) || filler.test(word),
  );
  return part.stance === null && !isBare ? Math.min(share, leastShare) : share;
}

/** A part of a sentence: what it says for or against, and of whom else. */
type Part = {
  readonly text: string;
  readonly stance: Stance;
  readonly other: string | null;
  /** A question that the next part answers by "no". */
  readonly isAnsweredNo: boolean;
};

type Statement = { readonly text: string; readonly parts: readonly Part[] };

/** Reads the sentences of a message; whom a part is about may stand in the sentence before it. */
function readStatements(message: string): Statement[] {
  const statements = splitStatements(message)
    .map((text) => text.replace(/\s+/gu, ' ').slice(0, longestSentence))
    .map((text) => ({ text, parts: splitParts(text) }));
  const subjects = readSubjects(statements.flatMap(({ parts }) => parts)).values();
  return statements.map(({ text, parts }) => ({
    text,
    parts: readStances(parts).map((part, index) => ({
      ...part,
      other: subjects.next().value ?? null,
      isAnsweredNo: part.text.endsWith('?') && answersNo.test(parts[index + 1] ?? ''),
    })),
  }));
}

/** The part of a sentence that says most of a value, the last of those that say as much. */
function findPart({ value }: ProfileItem, parts: readonly Part[]): Part | undefined {
  return [...parts]
    .reverse()
    .map((part) => ({ part, share: measureWords(value, part.text) }))
    .sort((first, second) => second.share - first.share)[0]?.part;
}

/** "My sister is vegan" says nothing of who says it; a note that names her is a note of her. */
function isOfOthers({ slot, value }: ProfileItem, { other, text }: Part): boolean {
  if (other === null || slotOfOthers.test(slot) || splitWords(value).includes(other)) return false;
  // "My wife walks our dog": it is the person's as well.
  return !shared.test(findBefore(value, text));
}

function isDenied({ slot, value }: ProfileItem, { text, stance, isAnsweredNo }: Part): boolean {
  if (slotOfDislikes.test(slot)) return stance === null ? namesTurn(text) : stance === 'for';
  if (isAnsweredNo) return true;
  // Free text carries its own "not".
  if (isOpenItem({ slot })) return isNegative(text) !== isNegative(value);
  // "My cat isn't eating" has the cat all the same.
  const before = findBefore(value, text);
  if (possession.test(before) && !ending.test(text)) return false;
  return saysNo(value) ? !saysNo(text) : isDenying(stripOtherEndings(text, before));
}

const isNegative = (text: string): boolean => isNegated(stripIdioms(text)) || isDenying(text);

function cutQuote(sentence: string): string {
  const quote = sentence.trim();
  return quote.length <= longestQuote ? quote : `${quote.slice(0, longestQuote - 1)}…`;
}
