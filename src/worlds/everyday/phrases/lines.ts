/**
 * Tables of sentences, one a line, and who may say which.
 *
 * Every fourth line of a table is kept away from training and is all that people of the test part
 * say. A reader who wants more of them adds lines at the end of a table.
 */
import type { Split } from '../../../env/index.ts';

/** Reads a table: a sentence a line, empty lines left out. */
export function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Share of a table that is kept away from training: one line of so many. */
export const heldOutEvery = 4;

/** Lines that people of a part may say; all of them where the table is too short to split. */
export function linesFor(table: readonly string[], split: Split): readonly string[] {
  if (table.length < heldOutEvery) return table;
  return table.filter(
    (_, index) => (index % heldOutEvery === heldOutEvery - 1) === (split === 'test'),
  );
}

/** Puts a value into a sentence: `{}` is the value, `{a}` the value with its article, `{A}` that at the start. */
export function fill(sentence: string, value: string): string {
  const article =
    /^[aeiou]/iu.test(value) && !/^(?:uni|euro|ukulele|one)/iu.test(value) ? 'an' : 'a';
  return sentence
    .replaceAll('{}', value)
    .replaceAll('{a}', `${article} ${value}`)
    .replaceAll('{A}', `${article === 'a' ? 'A' : 'An'} ${value}`);
}

/** Where a sentence goes on after an opening: "As I said, my name's ..."; what is kept stays as it is. */
export function lowerFirst(text: string, keeps: readonly string[] = []): string {
  const isName = /^I\b/u.test(text) || keeps.some((kept) => text.startsWith(kept));
  return isName ? text : text.charAt(0).toLowerCase() + text.slice(1);
}
