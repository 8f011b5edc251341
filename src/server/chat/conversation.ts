/**
 * The messages of a request as a conversation: what the application tells, the turns so far, the new message.
 *
 * Clients send everything every time. A key of the texts so far finds the same conversation again in the
 * store, so that a model is shown its own outputs as it wrote them.
 */
import { createHash } from 'node:crypto';
import type { ChatMessage } from '../../api/index.ts';
import { RequestError } from '../errors.ts';

export type PastTurn = { readonly message: string; readonly response: string };

export type Conversation = {
  /** What the application tells the model; empty for nothing. */
  readonly system: string;
  readonly past: readonly PastTurn[];
  /** The person's new message. */
  readonly message: string;
};

/** Reads the messages. Throws `RequestError` where the last one is not the person's. */
export function readConversation(messages: readonly ChatMessage[]): Conversation {
  const system: string[] = [];
  const past: PastTurn[] = [];
  let said: string[] = [];
  for (const given of messages) {
    if (given.role === 'tool') continue;
    const { role } = given;
    const text = readText(given.content);
    if (role === 'system' || role === 'developer') system.push(text);
    else if (role === 'user') said.push(text);
    else if (said.length > 0) {
      past.push({ message: said.join('\n'), response: text });
      said = [];
    } else {
      const last = past.pop();
      // Two answers in a row are one; an opening of the application's is told like the rest of what it tells.
      if (last !== undefined) past.push({ ...last, response: joinTexts(last.response, text) });
      else if (text !== '') system.push(`The conversation was opened with these words: ${text}`);
    }
  }
  const message = said.join('\n');
  if (message.trim() === '') {
    throw new RequestError(400, 'invalid_request_error', {
      code: 'no_user_message',
      param: 'messages',
      message:
        'Expected the last of messages to be of role user and not empty; answers of tools are left out.',
    });
  }
  return { system: system.filter((text) => text.trim() !== '').join('\n\n'), past, message };
}

type ReadMessage = Exclude<ChatMessage, { readonly role: 'tool' }>;

function readText(content: ReadMessage['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? [])
    .map((part) => (part.type === 'text' ? part.text : part.refusal))
    .join('\n');
}

/** A turn that only called a tool says nothing. */
function joinTexts(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n');
}

/** Names a conversation by its texts. */
export function nameConversation(turns: readonly PastTurn[]): string {
  const hash = createHash('sha256').update('rlpa-conversation-1');
  for (const { message, response } of turns) {
    for (const text of [message, response]) {
      hash.update(`\n${Buffer.byteLength(text)}:`).update(text);
    }
  }
  return hash.digest('hex');
}
