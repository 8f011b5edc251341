/**
 * Reads a judge's written answer: one verdict a criterion, or nothing.
 *
 * Models wrap what they were asked for in prose, in code fences, in nested objects, or answer in
 * lines. All of that is read; what is missing, ambiguous or contradicts itself is no verdict, because
 * a guessed one would be a reward nobody gave.
 */
import { criterionNames } from './types.ts';
import type { CriterionName } from './types.ts';

export type ReadVerdict = {
  readonly criteria: Readonly<Record<CriterionName, 0 | 1>>;
  readonly reasons: Readonly<Partial<Record<CriterionName, string>>>;
};

const longestReason = 200;
/** A yes or no is a word; anything longer is prose. */
const longestAnswer = 32;
/** Characters looked at in all, as a multiple of the text's length: braces that close nothing cost no more. */
const mostPasses = 16;

/** Reads the five verdicts; null when they cannot be read beyond doubt. Never throws. */
export function readVerdict(text: string): ReadVerdict | null {
  const found = listObjects(text).flatMap((value) => readObject(value) ?? []);
  const candidates = found.length > 0 ? found : [readLines(text)].filter((each) => each !== null);
  const [first] = candidates;
  if (first === undefined) return null;
  const key = (verdict: ReadVerdict): string =>
    criterionNames.map((name) => verdict.criteria[name]).join('');
  return candidates.every((other) => key(other) === key(first)) ? first : null;
}

/** Reads one yes or no; null when it is neither. */
export function readYesNo(value: unknown): 0 | 1 | null {
  if (value === true || value === 1) return 1;
  if (value === false || value === 0) return 0;
  if (typeof value !== 'string' || value.length > longestAnswer) return null;
  const word = value
    .trim()
    .toLowerCase()
    .replace(/[.!"'*]+$|^["'*]+/g, '');
  if (['yes', 'true', '1', 'pass'].includes(word)) return 1;
  if (['no', 'false', '0', 'fail'].includes(word)) return 0;
  return null;
}

/**
 * Every outermost JSON object in a text, in order. Its work is linear in the text: where too many
 * braces open what never closes, the rest is left unread.
 */
export function listObjects(text: string): unknown[] {
  const objects: unknown[] = [];
  let left = mostPasses * text.length;
  let start = text.indexOf('{');
  while (start >= 0 && left > 0) {
    const end = findObjectEnd(text, start);
    left -= (end < 0 ? text.length : end) - start + 1;
    const value = end < 0 ? undefined : parseJson(text.slice(start, end + 1));
    if (value !== undefined) objects.push(value);
    start = text.indexOf('{', value === undefined ? start + 1 : end + 1);
  }
  return objects;
}

/** Index of the brace that closes the one at `start`, outside strings; -1 for none. */
function findObjectEnd(text: string, start: number): number {
  let depth = 0;
  let isString = false;
  for (let index = start; index < text.length; index += 1) {
    const letter = text[index];
    if (isString) {
      if (letter === '\\') index += 1;
      else if (letter === '"') isString = false;
    } else if (letter === '"') isString = true;
    else if (letter === '{') depth += 1;
    else if (letter === '}') {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return -1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function readObject(value: unknown): ReadVerdict | null {
  const outer = lowerKeys(value);
  const inner = lowerKeys(outer['criteria'] ?? outer['verdicts']);
  const source = criterionNames.every((name) => name in outer) ? outer : inner;
  const criteria: Partial<Record<CriterionName, 0 | 1>> = {};
  const reasons: Partial<Record<CriterionName, string>> = {};
  for (const name of criterionNames) {
    const entry = source[name];
    const parts = lowerKeys(entry);
    const verdict = readYesNo(entry) ?? readYesNo(parts['verdict'] ?? parts['answer']);
    if (verdict === null) return null;
    criteria[name] = verdict;
    const reason = parts['reason'];
    if (typeof reason === 'string') reasons[name] = reason.slice(0, longestReason);
  }
  return { criteria: criteria as ReadVerdict['criteria'], reasons };
}

function lowerKeys(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key.trim().toLowerCase(), entry]),
  );
}

/** `naturalness: yes - it flows`, one criterion a line; each exactly once. */
function readLines(text: string): ReadVerdict | null {
  const criteria: Partial<Record<CriterionName, 0 | 1>> = {};
  for (const name of criterionNames) {
    const pattern = new RegExp(
      `^[ \\t\\-*\\d.]*${name}\\W{0,8}[:=]\\W{0,8}(yes|no|true|false|1|0)\\b`,
      'gimu',
    );
    const answers = [...text.matchAll(pattern)].map(([, answer]) => readYesNo(answer));
    const [only] = answers;
    if (answers.length !== 1 || only === undefined || only === null) return null;
    criteria[name] = only;
  }
  return { criteria: criteria as ReadVerdict['criteria'], reasons: {} };
}
