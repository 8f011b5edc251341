/**
 * Says a profile item in the first person, by program: "enjoys hiking" becomes "i enjoy hiking".
 *
 * Only the leading verb and the pronouns change, so that the item is still a run of words of the
 * sentence and can be copied from it. `extractItem` is the way back: what a listener would write
 * down. Items without a verb, as hand-written lists have them, get one that fits their shape.
 */
import { normaliseText } from '../../../profile/index.ts';
import { conjugateFirst, isThirdPersonVerb } from './verbs.ts';

const ownWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    his: 'my',
    her: 'my',
    their: 'my',
    him: 'me',
    them: 'them',
    himself: 'myself',
    herself: 'myself',
    themselves: 'myself',
    hers: 'mine',
    theirs: 'mine',
  }),
);

const states = new Set(
  `vegan vegetarian single married divorced widowed engaged retired left-handed pregnant deaf blind shy curious
  allergic fluent passionate born`
    .split(/\s+/)
    .filter(Boolean),
);
const quantity = /^(?:one|two|three|four|five|six|seven|many|several|no|an?|\d+) /;
const role = /(?:er|or|ist|ian|ant|ent|man|woman|nurse|student|chef|fan|lover)$/;

/** First-person clause of an item, lower-case, without final punctuation. */
export function voiceClause(item: string): string {
  const words = normaliseText(item).split(' ');
  const verb = words[0] ?? '';
  if (/^(?:his|her|their|my) /.test(`${verb} `))
    return ['my', ...voiceWords(words.slice(1))].join(' ');
  if (isThirdPersonVerb(verb)) {
    const second = verb === 'never' || verb === 'is' ? '' : conjugateFirst(verb);
    const head = verb === 'is' ? 'am' : verb === 'never' ? 'never' : second;
    return ['i', head, ...voiceWords(words.slice(1))].join(' ');
  }
  const rest = voiceWords(words).join(' ');
  const subject = words.indexOf('is');
  if (subject > 0 && subject <= 3) return `my ${rest}`;
  if (/^\d+(?: years? old)?$/.test(rest) || /^\d+ years? old/.test(rest)) return `i am ${rest}`;
  if (states.has(verb)) return `i am ${rest}`;
  if (/^[a-z]{3,}ing\b/.test(rest)) return `i enjoy ${rest}`;
  if (role.test(rest.split(/ (?:at|in|of|for|who|with|from) /)[0] ?? '')) {
    return /^an? /.test(rest)
      ? `i am ${rest}`
      : `i am ${/^[aeiou]/.test(rest) ? 'an' : 'a'} ${rest}`;
  }
  if (quantity.test(rest)) return `i have ${rest}`;
  return `my thing is ${rest}`;
}

function voiceWords(words: readonly string[]): string[] {
  return words.map((word, index) => {
    // "with her" at the end is a person; before a noun it is a possessive.
    if (word === 'her' && index === words.length - 1) return 'me';
    return ownWords.get(word) ?? word;
  });
}

/** A sentence that says the item, made with a phrasing that holds `{item}` once. */
export function voiceItem(item: string, phrasing: string): string {
  return phrasing.replace('{item}', () => voiceClause(item));
}

/** What a listener writes down of a first-person clause: "i am a nurse" gives "nurse". */
export function extractItem(clause: string): string {
  return clause
    .replace(/^i /, '')
    .replace(/^my thing is /, '')
    .replace(/^(?:am|have) (?=\S)/, '')
    .replace(/^(?:an?) (?=\S)/, '');
}
