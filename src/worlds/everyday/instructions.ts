/** The protocol in words short enough for a small chat model; what it writes is read as everywhere. */
import { renderOutput } from '../../protocol/index.ts';
import type { ProfileMode } from '../../protocol/index.ts';
import type { ProfileItem } from '../../profile/index.ts';
import { everydaySchema } from './values.ts';

/** Composes the instructions. They are read again with every conversation, so each token counts. */
export function composeInstructions(mode: ProfileMode): string {
  const fresh: ProfileItem = { slot: 'city', value: 'Leeds' };
  const former: ProfileItem = { slot: 'transport', value: 'car' };
  const known: ProfileItem = { slot: 'pet', value: 'dog' };
  const isChanges = mode === 'changes';
  const example = renderOutput(
    {
      changes: isChanges
        ? [
            { kind: 'set', item: fresh },
            { kind: 'retract', item: former },
          ]
        : [known, fresh].map((item) => ({ kind: 'set', item })),
      recalls: isChanges ? [known] : [],
      question: 'job',
      response: 'Leeds suits your dog! What do you do for a living?',
    },
    everydaySchema,
  );
  return [
    'Talk with me, and keep notes about me, in this form:',
    example,
    isChanges
      ? '+ new, - no longer so, = used now, ? asked about.'
      : '+ all you know of me, each time; ? asked about.',
    `Notes: ${everydaySchema.slots.map(({ name }) => name).join(' ')}.`,
    'Note only what is true of me now. With nothing to note, leave it empty.',
  ].join('\n');
}
