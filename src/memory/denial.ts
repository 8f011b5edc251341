/**
 * Words by which a sentence takes back what it names: "not", giving up, an ending. By English words alone.
 *
 * A "not" can affirm ("I can't live without coffee"); such idioms are no denials. A value may say no itself
 * ("gluten-free", "no kids"): it rests on words that say no, and words that do not are against it.
 */
import { slotOfHome, slotOfOthers, slotOfWork } from './slot-kinds.ts';

const words = [
  'no longer|any ?more|not|never|cannot|used to|stopped|quit|wrong|left|lost|sold|forget|remove|delete',
  String.raw`g[ai]v(?:e|en|ing) (?:\p{L}+ )?up|no more|dropped(?! out)|ditched|cut out|packed in|(?:done|through) with`,
  'enough of|goodbye|split up|broke up|separated|passed away|died|dead|cancell?ed|laid off|fired|behind me|(?:is|are) over',
];
/** A "not" grown onto a verb, also as it is typed: "don't", "dont", "cant". */
export const grownNot = String.raw`n['\u2019]t\b|(?<=\b(?:do|does|did|is|are|was|were|ca|wo|would|could|should|have|has|had|ai))nt\b`;
const denial = new RegExp(String.raw`\b(?:${words.join('|')})\b|${grownNot}`, 'iu');

const cannot = String.raw`(?:can(?:no|['\u2019]?)t|could(?:n['\u2019]?t| not))`;
const doNot = String.raw`(?:don['\u2019]?t|do not)`;
const affirming = [
  String.raw`${cannot} (?:really )?(?:live|start|function|survive|imagine|get enough|stop|wait|resist|help|recommend|beat|go wrong|say no)(?: \p{L}+ing)?(?: (?:\p{L}+ ){0,2}without)?`,
  'can never have (?:too much|enough)|never (?:say no|gets? old|get tired|get enough|stopped|miss(?:ed)?|knew|go(?:es)? anywhere without)',
  `not (?:gonna lie|going to lie|only|just|to mention|to brag|bad)|${doNot} (?:judge|worry|forget|hate me|know (?:why|how))`,
  String.raw`wouldn['\u2019]?t (?:trade|change|swap|miss)|why (?:don|doesn|isn|aren|didn)['\u2019]?t|be lost without|left[- ]handed`,
];
const idioms = new RegExp(String.raw`\b(?:${affirming.join('|')})\b`, 'giu');

const sayingNo =
  /\b(?:no|non|without|free|avoids?|hates?|dislikes?|allergic|intolerant|stop|quit|off)\b/iu;

/** An ending that is denied: "I've never left Oslo", "I haven't stopped smoking". */
const unended =
  /(?:\b(?:never|not|cannot)|n['\u2019]?t)(?: ever| want to| going to| gonna)* (?:leave|left|quit|stop(?:ped)?|g[ai]ven? up|gave up|sold|sell|lost|lose)\b/giu;

/** What of a sentence is left to deny something: idioms that affirm are taken out. */
export const stripIdioms = (text: string): string =>
  text.replace(unended, ' ').replace(idioms, ' ');

/** Whether words take back what they name. */
export function isDenying(text: string): boolean {
  return denial.test(stripIdioms(text));
}

/** Verbs that end what stands right behind them, and what may stand between that is something else. */
const endingVerbs = /\b(?:left|lost|sold|forget|remove|delete|quit|stopped)\b/giu;
const endsElse =
  /\b(?:left|lost|forget|remove|delete|quit|stopped)\b(?!\s+(?:\p{L}+ing|interest|with)\b)(?:\s+[\p{L}'\u2019]+){0,5}?\s+(?:in|at|for|with|on|to|near|by|of)\b(?:\s+\p{L}+){0,2}\s*$/iu;

/** A text without endings of something else than what is named behind `before`: "I lost my keys in Oslo". */
export function stripOtherEndings(text: string, before: string): string {
  return endsElse.test(before) ? text.replace(endingVerbs, ' ') : text;
}

/** Whether a value or a sentence says no itself. */
export function saysNo(text: string): boolean {
  return isDenying(text) || sayingNo.test(stripIdioms(text));
}

/** What somebody says answers a question of their own: "A cat? No, a dog." */
export const answersNo =
  /^(?:no|nah|nope|not|never|yuck|ugh|(?:i )?(?:do|did|ca|is|would)n['\u2019]?t)\b/iu;

/** Takes the sentence before back: "Scratch that." */
export const takesBack =
  /^\P{L}*(?:(?:oops|sorry|wait|no|er|hm|actually|whoops),?\s+)*(?:that['\u2019]?s (?:wrong|not right|not true)|scratch that|just kidding|my mistake|wrong\b|forget that|ignore that)/iu;

/** Says that something has changed, even where it does not name what. */
const turn =
  /\b(?:no longer|any ?more|used to|stopped|quit|gave up|moved|changed|instead|forget|switched|retired|divorced|broke up|different now)\b/iu;

/** Whether words tell of a change, of whatever they name. */
export const namesTurn = (text: string): boolean => turn.test(text);

/** What changes by such words, where they do not name it. */
const turnsOf = [
  { words: /^moved$/iu, slots: slotOfHome },
  { words: /^retired$/iu, slots: slotOfWork },
  { words: /^(?:divorced|broke up)$/iu, slots: slotOfOthers },
];
/** They name what has changed, and it is something else: "I quit my job", "it stopped raining", "butter instead". */
const namesWhat =
  /\b(?:instead|forget|used to|stopped|quit|gave up|switched)\b\P{L}+\p{L}|\bchanged (?:my|the|a|our|his|her)? ?(?!mind|taste)\p{L}+/iu;

/** Finds a change that a sentence tells of without naming what, and the slots that it can be of; null is any. */
export function findTurn(text: string): { readonly slots: RegExp | null } | null {
  const word = turn.exec(text)?.[0];
  if (word === undefined) return null;
  const known = turnsOf.find(({ words: of }) => of.test(word));
  if (known !== undefined) return { slots: known.slots };
  return namesWhat.test(text) ? null : { slots: null };
}
