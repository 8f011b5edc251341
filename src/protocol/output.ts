/**
 * The output protocol: how a policy writes its profile changes and its reply, and how they are read.
 *
 * One copy for training, evaluation and chat, so that they cannot drift apart. An output is
 * `<profile> ENTRIES </profile> <response> REPLY </response>` and nothing else. Entries:
 * `+ slot_ value` sets, `- slot_ value` retracts, `= slot_ value` recalls an item the reply leans on
 * (no change), `? slot_` names the slot the reply asks about. In a free-text schema (one open slot of
 * many items) the slot is not written and each entry begins on a new line: `+ enjoys long walks`.
 * Whether a value is a true or even a legal one is not decided here: a wrong fact is no format fault.
 */
import { ProfileError } from '../base/index.ts';
import { applyChanges, diffProfiles, isFreeText, normaliseValue } from '../profile/index.ts';
import type { Profile, ProfileChange, ProfileItem, ProfileSchema } from '../profile/index.ts';

/** The four tags, in the order in which they occur; every vocabulary holds them as single tokens. */
export const protocolTags = ['<profile>', '</profile>', '<response>', '</response>'] as const;

/** The tag that ends the profile block, wherever it stands in an output. */
export const blockEndTag = protocolTags[1];

/** What stands in the profile block, as written; all of it where the block was never ended. */
export function blockText(output: string): string {
  const end = output.indexOf(blockEndTag);
  return (end < 0 ? output : output.slice(0, end)).replace(protocolTags[0], '');
}

/** Marks that begin an entry. */
export const entryMarks = ['+', '-', '=', '?'] as const;

/**
 * What a profile block lists: what changed since the last one (`changes`), or the whole profile every
 * time, in which case whatever it leaves out is gone and `-` has no meaning (`whole`, as in the paper).
 */
export const profileModes = ['changes', 'whole'] as const;

export type ProfileMode = (typeof profileModes)[number];

export type PolicyOutput = {
  readonly changes: readonly ProfileChange[];
  readonly recalls: readonly ProfileItem[];
  /** Slot the reply asks about (any text in a free-text schema); null for none. */
  readonly question: string | null;
  readonly response: string;
};

export type ParsedOutput =
  ({ readonly ok: true } & PolicyOutput) | { readonly ok: false; readonly problem: string };

/** How a slot is written: marked, so that its token differs from the everyday word. */
export function slotToken(slot: string): string {
  return `${slot}_`;
}

type Entry = { readonly mark: string; readonly text: string };

/** Writes an output. Throws ProfileError `unwritable` where the text would not read back the same. */
export function renderOutput(output: PolicyOutput, schema: ProfileSchema): string {
  const freeText = isFreeText(schema);
  const separator = freeText ? '\n' : ' ';
  const lines = [
    '<profile>',
    ...(output.changes.length === 0 ? [] : [renderChanges(output.changes, schema)]),
    ...output.recalls.map((item) => renderEntry('=', item, freeText)),
    ...(output.question === null
      ? []
      : [`? ${freeText ? output.question : slotToken(output.question)}`]),
    '</profile>',
  ];
  const text = `${lines.join(separator)}${separator}<response> ${output.response.trim()} </response>`;
  const problem = describeLoss(output, parseOutput(text, schema));
  if (problem !== null) {
    throw new ProfileError('unwritable', `Output cannot be written in the protocol: ${problem}.`);
  }
  return text;
}

/** Reads an output; whitespace between words does not matter. Never throws. */
export function parseOutput(text: string, schema: ProfileSchema): ParsedOutput {
  const fail = (problem: string): ParsedOutput => ({ ok: false, problem });
  const match = /^\s*<profile>(.*)<\/profile>\s*<response>(.*)<\/response>\s*$/su.exec(text);
  if (match === null) return fail('not one profile block followed by one response block');
  const [, block = '', reply = ''] = match;
  if (protocolTags.some((tag) => block.includes(tag) || reply.includes(tag))) {
    return fail('a tag stands inside a block');
  }
  const response = reply.trim();
  if (response === '') return fail('the response is empty');
  const entries = isFreeText(schema) ? splitLines(block) : splitWords(block);
  if (typeof entries === 'string') return fail(entries);
  return readEntries(entries, response, schema);
}

/** A model that leaves its stop token off still ended its output there: the last tag is put back. */
export function completeOutput(reply: {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
}): string {
  const { text, finishReason } = reply;
  if (finishReason !== 'stop' || /<\/response>\s*$/u.test(text)) return text;
  return `${text.trimEnd()} </response>`;
}

/** Applies a block to the profile kept so far; the changes are those it really stands for. */
export function applyOutput(
  before: Profile,
  output: Pick<PolicyOutput, 'changes'>,
  schema: ProfileSchema,
  mode: ProfileMode,
): { readonly profile: Profile; readonly changes: readonly ProfileChange[] } {
  if (mode === 'changes') {
    return { profile: applyChanges(before, output.changes, schema), changes: output.changes };
  }
  const listed = output.changes.filter(({ kind }) => kind === 'set');
  const profile = applyChanges([], listed, schema);
  const { added, removed } = diffProfiles(before, profile);
  const changes: ProfileChange[] = [
    ...removed.map((item) => ({ kind: 'retract' as const, item })),
    ...added.map((item) => ({ kind: 'set' as const, item })),
  ];
  return { profile, changes };
}

/** Writes changes as a block lists them, without its tags; empty for none. */
export function renderChanges(changes: readonly ProfileChange[], schema: ProfileSchema): string {
  const freeText = isFreeText(schema);
  return changes
    .map(({ kind, item }) => renderEntry(kind === 'set' ? '+' : '-', item, freeText))
    .join(freeText ? '\n' : ' ');
}

function renderEntry(mark: string, { slot, value }: ProfileItem, freeText: boolean): string {
  return freeText ? `${mark} ${value.trim()}` : `${mark} ${slotToken(slot)} ${value.trim()}`;
}

/** Writes a kept profile as the policy is shown it: in the protocol's own words, without marks. */
export function renderKeptProfile(profile: Profile, schema: ProfileSchema): string {
  return isFreeText(schema)
    ? profile.map(({ value }) => value).join('; ')
    : profile.map(({ slot, value }) => `${slotToken(slot)} ${value}`).join(' ');
}

/** The part of an output the user sees; empty when it is malformed. */
export function visibleReply(text: string, schema: ProfileSchema): string {
  const parsed = parseOutput(text, schema);
  return parsed.ok ? parsed.response : '';
}

const isMark = (word: string): boolean => (entryMarks as readonly string[]).includes(word);

function splitWords(block: string): Entry[] | string {
  const entries: { mark: string; words: string[] }[] = [];
  for (const word of block.split(/\s+/u).filter((each) => each !== '')) {
    const last = entries.at(-1);
    if (isMark(word)) entries.push({ mark: word, words: [] });
    else if (last === undefined) return 'the profile block does not begin with a mark';
    else last.words.push(word);
  }
  return entries.map(({ mark, words }) => ({ mark, text: words.join(' ') }));
}

function splitLines(block: string): Entry[] | string {
  const entries: Entry[] = [];
  for (const line of block.split('\n').map((each) => each.trim())) {
    const last = entries.at(-1);
    const [, mark, text = ''] = /^([-+=?])(?:\s+(.*))?$/u.exec(line) ?? [];
    if (mark !== undefined) entries.push({ mark, text: text.trim() });
    else if (line === '') continue;
    else if (last === undefined) return 'the profile block does not begin with a mark';
    else entries[entries.length - 1] = { mark: last.mark, text: `${last.text} ${line}`.trim() };
  }
  return entries;
}

function readEntries(
  entries: readonly Entry[],
  response: string,
  schema: ProfileSchema,
): ParsedOutput {
  const changes: ProfileChange[] = [];
  const recalls: ProfileItem[] = [];
  let question: string | null = null;
  for (const { mark, text } of entries) {
    const item = readItem(text, schema, mark === '?');
    if (typeof item === 'string') return { ok: false, problem: item };
    if (mark === '?') {
      if (question !== null) return { ok: false, problem: 'more than one question' };
      question = isFreeText(schema) ? item.value : item.slot;
    } else if (mark === '=') recalls.push(item);
    else changes.push({ kind: mark === '+' ? 'set' : 'retract', item });
  }
  return { ok: true, changes, recalls, question, response };
}

function readItem(text: string, schema: ProfileSchema, bare: boolean): ProfileItem | string {
  if (isFreeText(schema)) {
    if (text === '') return 'an entry is empty';
    return { slot: schema.slots[0]?.name ?? '', value: text.replace(/\s+/gu, ' ') };
  }
  const [first = '', ...rest] = text.split(' ').filter((word) => word !== '');
  const slot = schema.slots.find((candidate) => slotToken(candidate.name) === first);
  if (slot === undefined) return first === '' ? 'an entry is empty' : 'an entry names no slot';
  if (bare !== (rest.length === 0)) {
    return bare ? 'a question carries a value' : 'an entry has no value';
  }
  return { slot: slot.name, value: rest.join(' ') };
}

function describeLoss(wanted: PolicyOutput, parsed: ParsedOutput): string | null {
  if (!parsed.ok) return parsed.problem;
  const plain = (output: PolicyOutput): string =>
    JSON.stringify([
      output.changes.map(({ kind, item }) => [kind, item.slot, normaliseValue(item.value)]),
      output.recalls.map((item) => [item.slot, normaliseValue(item.value)]),
      output.question === null ? null : normaliseValue(output.question),
      output.response.trim(),
    ]);
  return plain(wanted) === plain(parsed) ? null : 'a text holds a mark or a line break';
}
