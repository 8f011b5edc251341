/** The words of a value in a text: how many of them are there, and what stands before them. */
import { computeContentWords, normaliseText, splitWords } from '../profile/index.ts';

/** Share of a value's content words that a text holds. Range: [0, 1]. */
export function measureWords(value: string, text: string): number {
  const wanted = listWords(stripMarks(value));
  if (wanted.length === 0) return includesText(text, value) ? 1 : 0;
  const plain = stripMarks(text);
  const there = new Set([...computeContentWords(plain), ...splitWords(plain)]);
  const found = wanted.filter((word) => there.has(word)).length;
  if (found === wanted.length) return 1;
  return includesUnspaced(text, value) ? 1 : found / wanted.length;
}

const particle = /^(?:a|an|the|my|of|in|to)$/u;

/** What stands before a value in the words that name it; empty where none of its own words does. */
export function findBefore(value: string, text: string): string {
  const own = splitWords(value).filter((word) => !particle.test(word));
  for (const each of [value, ...own, ...listWords(value)]) {
    const found = new RegExp(String.raw`(?<!\p{L})${escapeRegExp(each)}`, 'iu').exec(text);
    if (found !== null) return text.slice(0, found.index);
  }
  return '';
}

const escapeRegExp = (text: string): string =>
  text.replaceAll(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);

const severalNames = /^\p{Lu}\p{L}*(?: \p{Lu}\p{L}*)+$/u;

/** Whether a text names another thing that shares a word with a name: "Happy New Year!" is not New York. */
export function namesAnother(value: string, text: string): boolean {
  return severalNames.test(value) && measureWords(splitWords(value).at(-1) ?? '', text) < 1;
}

/** Latin letters without their marks: "Zürich" is written "Zurich" as well. */
const stripMarks = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/(?<=\p{Script=Latin})\p{M}+/gu, '')
    .normalize('NFC');

/** Words that carry what a value says; all its words where none does. */
function listWords(value: string): string[] {
  const content = computeContentWords(value);
  return content.length > 0 ? content : splitWords(value);
}

function includesText(text: string, value: string): boolean {
  const key = normaliseText(value);
  return key !== '' && normaliseText(text).includes(key);
}

const unspacedScript = /[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/u;

/** Scripts without spaces between words. */
function includesUnspaced(text: string, value: string): boolean {
  return unspacedScript.test(value) && includesText(text, value);
}
