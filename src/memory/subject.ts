/**
 * Of whom a part of a sentence speaks, by English words alone.
 *
 * "My sister" opens a part about somebody else; what goes on with "he", "her", "who", a relative's word or a
 * verb without a subject goes on about them, over the ends of sentences too. "I", "me" or "we" in a part make
 * it the person's own.
 */
import { splitWords } from '../profile/index.ts';

const kin =
  '(?:half|step|grand|god)?-?(?:sisters?|brothers?|siblings?|mothers?|mums?|moms?|fathers?|dads?|parents?|sons?|daughters?|kids?|child|children|wife|husband)|in-laws?|aunts?|uncles?|cousins?|nieces?|nephews?|gran|granny|grandmas?|grandpas?|partner|spouse|fianc[eé]e?|girlfriend|boyfriend|ex';
const company =
  'friends?|mates?|buddy|flatmates?|roommates?|housemates?|neighbou?rs?|colleagues?|co-?workers?|boss|manager|teachers?|landlord';
const opening = String.raw`^(?:(?:and|but|so|well|oh|also|actually|by the way)\b,?\s*)*`;
const pronoun =
  "he|she|they|his|her|hers|their|theirs|him|them|who|whose|(?:he|she|they)['\u2019]\\p{L}+";
/** Verbs that go on with the subject of the part before them: "and works as a nurse". */
const verb =
  'is|was|has|had|does|lives?|works?|likes?|loves?|hates?|enjoys?|prefers?|plays?|eats?|drinks?|wants?|needs?|studies|plans?|hopes?|collects?|keeps?|owns?|moved|lived|worked';

/** Somebody else is who it is about: "my sister", "our old neighbour's". */
const aboutOthers = new RegExp(
  String.raw`${opening}(?:my|our)\s+(?:\p{L}+\s+)?(?:${kin}|${company})\b`,
  'iu',
);
/** Somebody else is named last, so that "who" is them: "I have a brother who". */
const namesOthers = new RegExp(String.raw`\b(?:${kin}|${company})$`, 'iu');
const goesOn = new RegExp(
  String.raw`${opening}(?:(?:${pronoun}|${verb})\b|(?:(?:a|the|his|her|their)\s+)?(?:${kin}|${company})\b)`,
  'iu',
);
const relative = /^(?:who|whose)\b/iu;
const ownThing = new RegExp(String.raw`${opening}(?:my|our)\b`, 'iu');
/** Nobody says so of themselves: "she lives in Oslo", whoever she is. */
const nobody = new RegExp(String.raw`${opening}(?:he|she)(?:['\u2019]\p{L}+)?\b`, 'iu');
const self = /\b(?:i|me|myself|we|us|mine|ours)\b/iu;

/**
 * Finds the word for somebody else whom each part is about ("sister"), null where it is nobody else. The parts
 * are those of all sentences of one message, in their order.
 */
export function readSubjects(parts: readonly string[]): (string | null)[] {
  let [last, known, mentioned]: (string | null)[] = [null, null, null];
  return parts.map((part, index) => {
    const text = part.trim();
    const opened = aboutOthers.exec(text)?.[0];
    const previous = last ?? (relative.test(text) ? mentioned : null);
    mentioned = namesOthers.exec(text)?.[0] ?? null;
    if (ownThing.test(text)) known = opened === undefined ? null : lastWord(opened);
    if (self.test(text)) last = null;
    else if (opened !== undefined) last = known;
    else if (previous !== null && goesOn.test(text)) last = previous;
    else last = nobody.test(text) ? (known ?? (index === 0 ? 'somebody' : null)) : null;
    return last ?? null;
  });
}

function lastWord(text: string): string {
  return splitWords(text).at(-1) ?? text;
}
