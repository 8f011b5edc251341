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
  dialect: Pick<Dialect, 'systemPrompt' | 'contextTurns' | 'schema'>,
  state: ContextState,
): Message[] {
  const { systemPrompt, contextTurns, schema } = dialect;
  const isWhole = contextTurns === 0;
  const shown = isWhole ? state.exchanges : state.exchanges.slice(-contextTurns);
  const kept = isWhole ? '' : renderKeptProfile(state.profile, schema);
  return [
    ...say('system', systemPrompt),
    ...say('system', kept),
    ...shown.flatMap(({ message, note, output }): Message[] => [
      { role: 'user', content: message },
      ...(isWhole ? say('system', note) : []),
      { role: 'assistant', content: output },
    ]),
    { role: 'user', content: state.message },
    ...say('system', state.note),
  ];
}

function say(role: Message['role'], content: string): Message[] {
  return content === '' ? [] : [{ role, content }];
}
