/**
 * A program's note of what a person changed by hand, as exchanges that a model knows: the person says it, the
 * model notes it. The note stays what is kept of the turn; only what the model is shown differs.
 */
import { findSlot, type ProfileChange, type ProfileSchema } from '../profile/index.ts';
import type { Dialect } from './dialect.ts';
import { parseOutput, protocolTags, renderOutput } from './output.ts';

export type ToldAmendments = {
  readonly exchanges: readonly { readonly message: string; readonly output: string }[];
  /** What else the note says. */
  readonly note: string;
};

/** Takes the changes out of a note; all of it is left where the dialect has no words for them. */
export function tellAmendments(
  note: string,
  { amended, schema }: Pick<Dialect, 'amended' | 'schema'>,
): ToldAmendments {
  if (amended === undefined || note === '') return { exchanges: [], note };
  const [first = '', ...rest] = note.split('\n');
  const changes = readChanges(first, schema);
  if (changes.length === 0) return { exchanges: [], note };
  const isReplaced = ({ kind, item }: ProfileChange): boolean =>
    kind === 'retract' &&
    changes.some((other) => other.kind === 'set' && other.item.slot === item.slot);
  const exchanges = changes
    .filter((change) => !isReplaced(change))
    .map((change) => {
      const noted = [...listDropped(change, changes, schema), change];
      const response = amended.reply(change);
      return {
        message: amended.say(change),
        output: renderOutput({ changes: noted, recalls: [], question: null, response }, schema),
      };
    });
  return { exchanges, note: rest.join('\n') };
}

/** What a slot of several values loses with the change; a slot of one is overwritten. */
function listDropped(
  { kind, item }: ProfileChange,
  changes: readonly ProfileChange[],
  schema: ProfileSchema,
): ProfileChange[] {
  if (kind === 'retract' || !findSlot(schema, item.slot).multiple) return [];
  return changes.filter((other) => other.kind === 'retract' && other.item.slot === item.slot);
}

function readChanges(text: string, schema: ProfileSchema): readonly ProfileChange[] {
  const [open, close, replyOpen, replyClose] = protocolTags;
  const read = parseOutput(`${open} ${text} ${close} ${replyOpen} . ${replyClose}`, schema);
  return read.ok ? read.changes : [];
}
