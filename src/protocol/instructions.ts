/**
 * The protocol in words, for a policy that follows instructions.
 *
 * A small policy learns the protocol from demonstrations and is told nothing. A model that was tuned
 * on instructions has seen none, so it is told in a system prompt what to write; what it writes is
 * read by the same parser. The example in the text is written by the protocol itself.
 */
import { openSlot, isFreeText } from '../profile/index.ts';
import type { ProfileChange, ProfileItem, ProfileSchema } from '../profile/index.ts';
import type { Dialect } from './dialect.ts';
import {
  renderChanges,
  renderOutput,
  slotToken,
  type PolicyOutput,
  type ProfileMode,
} from './output.ts';

/** Composes the system prompt that explains the protocol. */
export function explainProtocol(schema: ProfileSchema, mode: ProfileMode): string {
  const example = renderOutput(composeExample(schema, mode), schema);
  return [
    'You talk with a person and keep notes of who they are: facts, likes, dislikes, habits, goals.',
    'Answer each message with a profile block and a response block, in this form and with nothing else:',
    '',
    example,
    '',
    ...listEntryRules(schema, mode),
    'Note only what the person says or clearly implies about themselves, never what is said of others.',
    mode === 'whole'
      ? 'As long as you know nothing of the person, leave the profile block empty.'
      : 'With nothing to note, leave the profile block empty.',
    'In the response, speak to the person in line with your notes. Ask at most one question, and none whose answer you know.',
    'The person sees the response only. A system message after theirs may name topics that are still open.',
  ].join('\n');
}

/**
 * Writes what a person corrected, as a note: the marks of a block, and for a policy that follows instructions
 * what they mean here. It stands in such notes only, so a system prompt is the same with and without them.
 */
export function renderCorrections(
  changes: readonly ProfileChange[],
  { schema, systemPrompt }: Pick<Dialect, 'schema' | 'systemPrompt'>,
): string {
  if (changes.length === 0) return '';
  const marked = renderChanges(changes, schema);
  return systemPrompt === ''
    ? marked
    : `The person corrected your notes, and this holds:\n${marked}`;
}

function listEntryRules(schema: ProfileSchema, mode: ProfileMode): string[] {
  const entry = isFreeText(schema)
    ? 'Each entry of the profile block is one short statement on a line of its own:'
    : `Each entry of the profile block is a mark, a slot (${schema.slots.map(({ name }) => slotToken(name)).join(' ')}) and a value:`;
  const kept =
    mode === 'changes'
      ? [
          '+ what is new or has changed since your last notes;',
          '- what was noted and is no longer so;',
        ]
      : ['+ all you know of the person, every time; what you leave out is forgotten;'];
  const asked = isFreeText(schema) ? 'the topic' : 'the slot';
  return [
    entry,
    ...kept,
    '= what you noted before and rely on in this response;',
    `? ${asked} that your response asks about.`,
  ];
}

/** One turn that notes one thing, relies on another and asks. */
function composeExample(schema: ProfileSchema, mode: ProfileMode): PolicyOutput {
  const [known, fresh, question] = isFreeText(schema)
    ? ['prefers quiet evenings', 'has begun to learn the piano', 'job'].map(freeItem)
    : [0, 1, 2].map((index) => slotItem(schema, index));
  const noted = mode === 'changes' ? [fresh!] : [known!, fresh!];
  return {
    changes: noted.map((item) => ({ kind: 'set', item })),
    recalls: [known!],
    question: isFreeText(schema) ? question!.value : question!.slot,
    response: 'That suits you well. May I ask you something?',
  };
}

const freeItem = (value: string): ProfileItem => ({ slot: openSlot, value });

/** The slot at a place of the schema, counted round, with a value it may hold. */
function slotItem({ slots }: ProfileSchema, index: number): ProfileItem {
  const { name, values } = slots[index % slots.length]!;
  return { slot: name, value: values?.[0] ?? 'something' };
}
