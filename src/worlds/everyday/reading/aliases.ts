/**
 * Ways in which a value may be named: itself, and close relatives that only count where it is known to be meant.
 *
 * A nurse does nursing, who likes westerns may be offered a western, a favourite author is called by
 * the last name.
 */
import { toSingular, wordsOf } from './words.ts';

export type Alias = readonly string[];

/** Names of a value that mean nothing else. */
export function listNames(slot: string, value: string): readonly Alias[] {
  const words = wordsOf(value);
  const names: Alias[] = [words];
  if (slot === 'film' && words.at(-1) === 'films') {
    names.push([...words.slice(0, -1), 'movie']);
  }
  if (slot === 'goal' && words.length > 2) {
    const rest = words.slice(1).filter((word) => !/^(?:a|an|the|my|to|for)$/u.test(word));
    if (rest.length > 1) names.push(rest);
  }
  return names;
}

/** Further names, for a value that was said or is known of the person. */
export function listRelatives(slot: string, value: string): readonly Alias[] {
  const words = wordsOf(value);
  const [first = ''] = words;
  const last = words.at(-1) ?? '';
  switch (slot) {
    case 'job':
      return workForms(last).map((form) => [form]);
    case 'hobby':
      return verbForms(first).map((form) => [form]);
    case 'goal':
      return words
        .filter(
          (word) => word.length > 3 && !/ing$/u.test(word) && !/^(?:from|across)$/u.test(word),
        )
        .map((word) => [word]);
    case 'food':
      return last === 'food' ? [words.slice(0, -1)] : [];
    case 'film':
      return words.length > 1 && first.length > 3 ? [words.slice(0, -1)] : [];
    case 'book':
      return words.length > 1 ? [[last]] : [];
    case 'pet':
      return words.length > 1 ? [[last], [first]].filter(([word = '']) => word.length > 2) : [];
    case 'schedule':
      return [[first]];
    default:
      return [];
  }
}

/** What somebody does who is a welder or a nurse. */
function workForms(job: string): readonly string[] {
  const bare = job.replace(/(?:er|or|ist|e)$/u, '');
  if (bare.length < 3) return [];
  return [`${bare}ing`, ...(/er$/u.test(job) ? [bare, `${bare}e`] : [])];
}

/** Forms of a verb that is given as a gerund: knit, knits, knitted, knitter. */
function verbForms(gerund: string): readonly string[] {
  if (!/ing$/u.test(gerund)) return [];
  const bare = gerund.slice(0, -3);
  const single = bare.replace(/([bdgmnprt])\1$/u, '$1');
  return [single, `${bare}e`, `${single}s`, `${bare}er`, `${bare}ed`].filter(
    (word) => word.length > 2,
  );
}

/** Whether an alias stands in the words from a place on. */
export function standsAt(alias: Alias, words: readonly string[], place: number): boolean {
  return alias.every((word, index) => {
    const found = words[place + index];
    return found !== undefined && (found === word || toSingular(found) === toSingular(word));
  });
}
