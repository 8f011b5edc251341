/**
 * Of whom a part of a sentence speaks, by English words alone.
 *
 * "My sister" opens a part about somebody else; what goes on with "he", "her", "who", a relative's word or a
 * verb without a subject goes on about them, over the ends of sentences too. "I", "me" or "we" in a part make
 * it the person's own.
 */
import { splitWords } from '../profile/index.ts';

const kin =
  '(?:half|step|grand|god)?-?(?:sisters?|brothers?|siblings?|mothers?|mums?|moms?|fathers?|dads?|parents?|sons?|daughters?|kids?|child|children|wife|husband)|in-laws?|aunts?|uncles?|cousins?|nieces?|nephews?|gran|granny|grandmas?|grandpas?|nan|folks|family|twins|partner|other half|missus|hubby|spouse|fianc[eé]e?|girlfriend|boyfriend|gf|bf|boys?|girls?|ex';
const company =
  'friends?|mates?|buddy|bestie|bffs?|flatmates?|roommates?|housemates?|neighbou?rs?|colleagues?|co-?workers?|boss|manager|teachers?|landlord';
const opening = String.raw`^(?:(?:and|but|so|well|oh|also|actually|by the way)\b,?\s*)*`;
const pronoun =
  "he|she|they|his|her|hers|their|theirs|him|them|who|whose|(?:he|she|they)['\u2019]\\p{L}+";
/** Verbs that go on with the subject of the part before them: "and works as a nurse". */
const verb =
  'is|was|has|had|does|lives?|works?|likes?|loves?|hates?|enjoys?|prefers?|plays?|eats?|drinks?|wants?|needs?|studies|plans?|hopes?|collects?|keeps?|owns?|moved|lived|worked';

/** How others are spoken of: "my sister", "one of our old neighbours", "mum", "everyone", "a friend". */
const others = [
  String.raw`(?:(?:both|all|one|some|half|most|two|none|each) (?:of )?)?(?:my|our|his|her|their|the)\s+(?:\p{L}+\s+){0,2}(?:${kin}|${company})`,
  '(?:mum|mom|dad|mummy|daddy|nan|granny|grandma|grandpa|everyone|everybody|somebody|someone|some people)',
  String.raw`a (?:\p{L}+ )?(?:friend|mate|colleague|guy|girl|neighbou?r|cousin|woman|man|bloke)`,
];
/** Somebody else is who it is about. */
const aboutOthers = new RegExp(String.raw`${opening}(?:${others.join('|')})\b`, 'iu');
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
    const previous = last ?? (relative.test(text) || nobody.test(text) ? mentioned : null);
    mentioned = namesOthers.exec(text)?.[0] ?? null;
    if (ownThing.test(text) || opened !== undefined)
      known = opened === undefined ? null : lastWord(opened);
    const isWithMe = /^(?:me|i)$/iu.test(parts[index - 1]?.trim() ?? '');
    if (self.test(text) || isWithMe) last = null;
    else if (opened !== undefined) last = known;
    else if (previous !== null && goesOn.test(text)) last = previous;
    else last = nobody.test(text) ? (known ?? (index === 0 ? 'somebody' : null)) : null;
    return last ?? null;
  });
}

function lastWord(text: string): string {
  return splitWords(text).at(-1) ?? text;
}
