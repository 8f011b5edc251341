/**
 * What a policy is shown before it writes: the whole conversation, or its own notes and the last turns.
 *
 * With the whole conversation every request continues the one before it. With `contextTurns` above 0
 * each request stands alone: the profile as the program keeps it, the last exchanges, the new
 * message. The notes are then the memory.
 */
import type { Message } from '../chat/index.ts';
import type { Profile } from '../profile/index.ts';
import type { Dialect } from './dialect.ts';
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
  const { systemPrompt, cue = '', contextTurns, schema, placement = 'system' } = dialect;
  const isWhole = contextTurns === 0;
  const shown = isWhole ? state.exchanges : state.exchanges.slice(-contextTurns);
  const kept = isWhole ? '' : renderKeptProfile(state.profile, schema);
  const current = { message: state.message, note: state.note, output: null };
  const turns = [...shown.map((each) => (isWhole ? each : { ...each, note: '' })), current];
  if (placement === 'message') return foldIn([systemPrompt, kept], cue, turns);
  return [
    ...say('system', systemPrompt),
    ...say('system', kept),
    ...turns.flatMap(({ message, note, output }): Message[] => {
      const told = tellAmendments(note, dialect);
      return [
        ...told.exchanges.flatMap((each) => [
          ...say('user', each.message),
          ...say('assistant', each.output),
        ]),
        { role: 'user', content: joinParts([cue, message]) },
        ...say('system', told.note),
        ...answer(output),
      ];
    }),
  ];
}

type ShownTurn = Pick<Exchange, 'message' | 'note'> & { readonly output: string | null };

/** Puts the opening before the first message of the person, the cue before each, and each note behind its own. */
function foldIn(opening: readonly string[], cue: string, turns: readonly ShownTurn[]): Message[] {
  return turns.flatMap(({ message, note, output }, index) => {
    const content = joinParts([...(index === 0 ? opening : []), cue, message, note]);
    return [{ role: 'user', content }, ...answer(output)];
  });
}

const joinParts = (parts: readonly string[]): string =>
  parts.filter((text) => text !== '').join('\n\n');

const answer = (output: string | null): Message[] =>
  output === null ? [] : [{ role: 'assistant', content: output }];

function say(role: Message['role'], content: string): Message[] {
  return content === '' ? [] : [{ role, content }];
}
