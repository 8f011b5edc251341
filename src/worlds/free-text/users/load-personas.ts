/**
 * Reads personas from a JSON Lines file: free text, lists of items, or slot-value profiles.
 *
 * Every row is parsed once, here, into a `Persona`; later code trusts it. A row that cannot be read
 * stops the load with file and line, unless bad rows are to be skipped and counted. The split into
 * training and test part is a hash of the persona's items, so it depends neither on the order of the
 * file nor on scripted changes of mind. Error messages never quote a person's text.
 */
import { DataError, hashText, readTextFile } from '../../../base/index.ts';
import { openSlot } from '../../../profile/index.ts';
import type { Persona } from '../../../users/index.ts';
import { describeJson, readChanges } from './read-changes.ts';
import { normaliseItem, saysSomething, splitItems } from './split-items.ts';

/** Slot that holds free-text items; it holds any number. */
export const itemSlot = openSlot;

export type PersonaFileOptions = {
  /** What to do with a row that cannot be read; default `error`. */
  readonly onBadRow?: 'error' | 'skip';
};

export type PersonaFile = {
  readonly personas: readonly Persona[];
  /** Rows left out, by line (from 1), with what was wrong. */
  readonly skipped: readonly { readonly line: number; readonly problem: string }[];
};

const expected =
  'a JSON string, or an object with "text" (string), "items" (list of strings) or "profile" (list of {slot, value})';

/** Longest row, in characters; a description of a person takes some hundreds. */
export const maxRowCharacters = 20_000;

/** Loads personas. Throws `DataError` naming file and line. */
export function loadPersonas(file: string, options: PersonaFileOptions = {}): PersonaFile {
  return parsePersonas(readTextFile(file, 'persona file'), file, options);
}

/** Parses the text of a persona file; `file` names it in errors. Throws `DataError`. */
export function parsePersonas(
  text: string,
  file: string,
  options: PersonaFileOptions = {},
): PersonaFile {
  const personas: Persona[] = [];
  const skipped: { line: number; problem: string }[] = [];
  const seen = new Map<string, number>();
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  for (const [index, content] of lines.entries()) {
    if (content.trim() === '') continue;
    const line = index + 1;
    const row = parseRow(content, line, file);
    const first = row.kind === 'persona' ? seen.get(row.persona.id) : undefined;
    const problem =
      row.kind === 'bad'
        ? row.problem
        : first === undefined
          ? null
          : `expected an id of its own, found the id of line ${first}`;
    if (problem === null && row.kind === 'persona') {
      seen.set(row.persona.id, line);
      personas.push(row.persona);
    } else if (options.onBadRow === 'skip') {
      skipped.push({ line, problem: problem ?? '' });
    } else {
      throw new DataError('persona_row', `${file}, line ${line}: ${problem ?? ''}.`, {
        details: { file, line },
        hint: 'Mend the row, or leave out such rows with --on-bad-row skip (they are counted).',
      });
    }
  }
  if (personas.length === 0) {
    throw new DataError(
      'persona_file_empty',
      `${file} holds no readable persona; each line should be ${expected}.`,
      {
        details: { file, skipped: skipped.length },
        hint: 'Check that this is the persona file.',
      },
    );
  }
  return { personas, skipped };
}

type Row =
  | { readonly kind: 'persona'; readonly persona: Persona }
  | { readonly kind: 'bad'; readonly problem: string };

function parseRow(content: string, line: number, file: string): Row {
  if (content.length > maxRowCharacters) {
    return bad(`expected at most ${maxRowCharacters} characters, found ${content.length}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    const at = /position (\d+)/.exec((cause as Error).message)?.[1];
    const where = at === undefined ? '' : ` (it breaks at character ${Number(at) + 1})`;
    return bad(`expected one JSON value (${expected}), found text that is not valid JSON${where}`);
  }
  const found = readItems(value);
  if (typeof found === 'string') return bad(found);
  const items = found.filter(saysSomething);
  if (items.length === 0) return bad('expected a persona with at least one item, found none');
  const unique = [...new Set(items)];
  const given =
    typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : undefined;
  if (given !== undefined && typeof given !== 'string' && typeof given !== 'number') {
    return bad(`expected "id" to be a string or a number, found ${describeJson(given)}`);
  }
  const stem = file.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
  const id = given === undefined ? `${stem}-${line}` : `${given}`;
  const trueProfile = unique.map((text) => ({ slot: itemSlot, value: text }));
  const script = readChanges(value, trueProfile);
  if (typeof script === 'string') return bad(script);
  return { kind: 'persona', persona: { id, trueProfile, changes: script } };
}

function bad(problem: string): Row {
  return { kind: 'bad', problem };
}

/** Items of a row, or what is wrong with it. */
function readItems(value: unknown): readonly string[] | string {
  if (typeof value === 'string') return splitItems(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `expected ${expected}, found ${describeJson(value)}`;
  }
  const row = value as { text?: unknown; items?: unknown; profile?: unknown };
  if (typeof row.text === 'string') return splitItems(row.text);
  if (Array.isArray(row.items)) {
    const wrong = row.items.findIndex((item) => typeof item !== 'string');
    if (wrong >= 0)
      return `expected "items" to hold strings, found ${describeJson(row.items[wrong])} at place ${wrong + 1}`;
    return (row.items as string[]).map(normaliseItem);
  }
  if (Array.isArray(row.profile)) return readProfile(row.profile);
  return `expected ${expected}, found an object with ${Object.keys(row).length === 0 ? 'no keys' : `the keys ${Object.keys(row).slice(0, 6).join(', ')}`}`;
}

function readProfile(rows: readonly unknown[]): readonly string[] | string {
  const items: string[] = [];
  for (const [index, row] of rows.entries()) {
    const { slot, value } = (row ?? {}) as { slot?: unknown; value?: unknown };
    if (typeof slot !== 'string' || typeof value !== 'string') {
      return `expected "profile" to hold {slot, value} with strings, found something else at place ${index + 1}`;
    }
    items.push(
      normaliseItem(slot === itemSlot ? value : `${slot.replaceAll('_', ' ')} is ${value}`),
    );
  }
  return items;
}

/** Shares of people kept from training: to choose a policy on, and to measure it on. */
export type HeldOutShares = { readonly test: number; readonly validation: number };

/** Part of the data a persona belongs to, by a hash of what it says. */
export function assignSplit(
  persona: Persona,
  shares: HeldOutShares,
): 'train' | 'validation' | 'test' {
  const text = persona.trueProfile
    .map((item) => `${item.slot}\u0000${item.value}`)
    .sort()
    .join('\u0001');
  const place = hashText(text) / 0x1_0000_0000;
  if (place < shares.test) return 'test';
  return place < shares.test + shares.validation ? 'validation' : 'train';
}
