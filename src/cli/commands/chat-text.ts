/** What a person in the terminal is shown of their profile: changes, entries, where an entry comes from. */
import { refusalWords } from '../../api/index.ts';
import type { Change, Entry, TurnReport } from '../../api/index.ts';

/** Tells what a turn did: what was noted with the words it rests on, what was not and why. */
export function renderReport({ changes, refused, notices }: TurnReport): string[] {
  return [
    ...changes.map(renderChange),
    ...refused.map(
      ({ slot, value, reason }) => `  not noted: ${slot}: ${value} (${refusalWords[reason]})`,
    ),
    ...notices.map((notice) => `  (${notice})`),
  ];
}

/** One change as a line: `noted: city: oslo, from "I live in Oslo"`. */
export function renderChange({ kind, slot, entry, before }: Change): string {
  const value = entry?.value ?? before?.value ?? '(erased)';
  const was = before !== null && before.value !== value ? ` (was ${before.value})` : '';
  return `  ${words[kind]}: ${slot}: ${value}${was}${quote(entry)}`;
}

const words: Readonly<Record<Change['kind'], string>> = {
  added: 'noted',
  confirmed: 'confirmed',
  replaced: 'revised',
  retracted: 'no longer',
  corrected: 'corrected by you',
  pinned: 'pinned',
  unpinned: 'unpinned',
  deleted: 'erased',
  imported: 'imported',
};

/** The profile as lines. */
export function renderProfile(entries: readonly Entry[]): string[] {
  if (entries.length === 0) return ['profile: nothing is known of you yet'];
  return ['profile:', ...entries.map((entry) => `  ${entry.slot}: ${entry.value}${quote(entry)}`)];
}

/** Where an entry comes from and what stood in its place before, newest first. */
export function renderHistory(entries: readonly Entry[]): string[] {
  return entries.flatMap((entry) => [
    `${entry.slot}: ${entry.value}`,
    `  ${describeSource(entry)}, ${describeTime(entry)}`,
    ...entry.evidence.map(({ quote: said, said_at: at }) => `  ${showTime(at)}  "${said}"`),
  ]);
}

function describeSource({ source, model, status, confidence }: Entry): string {
  if (source === 'person') return 'set by you';
  if (source === 'import') return 'imported';
  return `${status}, noted by ${model ?? 'a model'} (confidence ${confidence.toFixed(2)})`;
}

function describeTime({ valid_from: from, valid_to: to, ended_by: end }: Entry): string {
  if (to === null) return `holds since ${showTime(from)}`;
  return `held from ${showTime(from)} to ${showTime(to)} (${end ?? 'ended'})`;
}

/** To the second, in UTC. */
function showTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}

function quote(entry: Entry | null): string {
  if (entry === null) return '';
  if (entry.source === 'person') return ', set by you';
  const last = entry.evidence.at(-1);
  return last === undefined ? '' : `, from "${last.quote}"`;
}
