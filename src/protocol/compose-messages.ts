/**
 * What a policy is shown before it writes: the whole conversation, or its own notes and the last turns.
 *
 * With the whole conversation every request continues the one before it. With `contextTurns` above 0
 * each request stands alone: the profile as the program keeps it, the last exchanges, the new
 * message. The notes are then the memory.
 */
import type { Message } from '../chat/index.ts';
import type { Profile } from '../profile/index.ts';
import { chooseOpening, type Dialect } from './dialect.ts';
import { renderKeptProfile } from './output.ts';
import { tellAmendments } from './tell-amendments.ts';

/** One message, the program's note to it, and the raw output that answered. */
export type Exchange = {
  readonly message: string;
  readonly note: string;
  readonly output: string;
};

export type ContextState = {
  /** The profile the program keeps, before the new message is answered. */
  readonly profile: Profile;
  readonly exchanges: readonly Exchange[];
  readonly message: string;
  readonly note: string;
};

/** Composes the messages of a request. */
export function composeMessages(
  dialect: Pick<
    Dialect,
    'systemPrompt' | 'cue' | 'contextTurns' | 'schema' | 'placement' | 'amended'
  >,
  state: ContextState,
): Message[] {
  const { contextTurns, schema, placement = 'system' } = dialect;
  const opening = chooseOpening(dialect);
  const isWhole = contextTurns === 0;
  const shown = isWhole ? state.exchanges : state.exchanges.slice(-contextTurns);
  const kept = isWhole ? '' : renderKeptProfile(state.profile, schema);
  const current = { message: state.message, note: state.note, output: null };
  const turns = [...shown.map((each) => (isWhole ? each : { ...each, note: '' })), current];
  if (placement === 'message') return foldIn([opening, kept], turns);
  return [
    ...say('system', opening),
    ...say('system', kept),
    ...turns.flatMap(({ message, note, output }): Message[] => {
      const told = tellAmendments(note, dialect);
      return [
        ...told.exchanges.flatMap((each) => [
          ...say('user', each.message),
          ...say('assistant', each.output),
        ]),
        { role: 'user', content: message },
        ...say('system', told.note),
        ...answer(output),
      ];
    }),
  ];
}

type ShownTurn = Pick<Exchange, 'message' | 'note'> & { readonly output: string | null };

/** Puts the opening before the first message of the person, and each note behind the one it belongs to. */
function foldIn(opening: readonly string[], turns: readonly ShownTurn[]): Message[] {
  return turns.flatMap(({ message, note, output }, index) => {
    const parts = [...(index === 0 ? opening : []), message, note];
    const content = parts.filter((text) => text !== '').join('\n\n');
    return [{ role: 'user', content }, ...answer(output)];
  });
}

const answer = (output: string | null): Message[] =>
  output === null ? [] : [{ role: 'assistant', content: output }];

function say(role: Message['role'], content: string): Message[] {
  return content === '' ? [] : [{ role, content }];
}
