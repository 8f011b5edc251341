/**
 * A chat model that follows a script, for tests: what it answers is given, what it was asked is kept.
 *
 * The script is a list of replies, used in order over all requests, or a function of the request.
 * It works on text alone and gives no token view.
 */
import { invariant, throwIfAborted } from '../base/index.ts';
import type { ChatModel, ChatReply, ChatRequest } from './types.ts';

/** What to answer: a text (finished by a stop), or the whole reply. */
export type ScriptedReply = string | ChatReply;

export type Script = readonly ScriptedReply[] | ((request: ChatRequest) => ScriptedReply);

export type ScriptedChatModel = ChatModel & {
  /** Every batch it was asked to answer, in order. */
  readonly calls: readonly (readonly ChatRequest[])[];
  /** Ids of the conversations it was told to forget, in order. */
  readonly forgotten: readonly string[];
};

/** Creates the model. Its `reply` rejects where a list of replies is used up. */
export function createScriptedChatModel(script: Script, name = 'scripted'): ScriptedChatModel {
  const calls: (readonly ChatRequest[])[] = [];
  const forgotten: string[] = [];
  let used = 0;
  const answer = (request: ChatRequest): ChatReply => {
    const next = typeof script === 'function' ? script(request) : script[used];
    used += 1;
    invariant(next !== undefined, `the script of ${name} has no reply number ${used}`);
    return typeof next === 'string' ? { text: next, finishReason: 'stop' } : next;
  };
  return {
    name,
    calls,
    forgotten,
    async reply(requests, signal): Promise<readonly ChatReply[]> {
      throwIfAborted(signal);
      calls.push(structuredClone(requests));
      return requests.map(answer);
    },
    async forget(conversationIds): Promise<void> {
      forgotten.push(...conversationIds);
    },
  };
}
