/** The protocol in words short enough for a small chat model; what it writes is read as everywhere. */
import { renderOutput, slotToken } from '../../protocol/index.ts';
import type { ProfileMode } from '../../protocol/index.ts';
import { everydaySchema } from './values.ts';

/** Composes the instructions. */
export function composeInstructions(mode: ProfileMode): string {
  const example = renderOutput(
    {
      changes: [{ kind: 'set', item: { slot: 'city', value: 'Leeds' } }],
      recalls: [],
      question: 'job',
      response: 'Leeds, nice! What do you do for a living?',
    },
    everydaySchema,
  );
  const slots = everydaySchema.slots.map(({ name }) => slotToken(name)).join(' ');
  return [
    'Talk with me, and keep notes about me. Always write in this form:',
    example,
    mode === 'changes'
      ? 'Marks: + a new note, - a note that no longer holds, = a note you use now, ? what you ask about.'
      : 'Marks: + for every note you have of me, each time; ? what you ask about.',
    `Notes: ${slots}.`,
    'Note only what I say is true of me now, not of others. With nothing to note, leave it empty.',
  ].join('\n');
}
