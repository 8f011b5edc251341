/**
 * A policy as a chat model: messages in, sampled tokens and their text out.
 *
 * Each conversation is one append-only token sequence. Only what is new since the last reply is
 * rendered and encoded; what the model sampled stays as it was sampled, never re-encoded from text.
 * A request whose earlier messages differ from what was said before is refused.
 */
import { DataError } from '../base/index.ts';
import type { ChatModel, ChatReply, ChatRequest, ChatTemplate, Message } from '../chat/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';
import type { TrainingBackend } from './backend.ts';

export type ChatPolicyOptions = {
  readonly backend: TrainingBackend;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
  readonly name: string;
};

type Conversation = { readonly messages: readonly Message[] };

export function createChatPolicy(options: ChatPolicyOptions): ChatModel {
  const { backend, tokenizer, template, name } = options;
  const conversations = new Map<string, Conversation>();

  const prepare = (request: ChatRequest): readonly number[] => {
    const known = conversations.get(request.conversationId)?.messages ?? [];
    const { messages } = request;
    const isContinued = known.every(
      (message, index) =>
        messages[index]?.role === message.role && messages[index].content === message.content,
    );
    if (!isContinued || messages.length <= known.length) {
      throw new DataError(
        'conversation_changed',
        `Conversation ${request.conversationId}: expected its ${known.length} earlier messages unchanged ` +
          `and at least one new one, got ${messages.length} messages.`,
        { hint: 'Append to a conversation, or give a changed one a new id.' },
      );
    }
    return tokenizer.encode(template.renderAppend(known, messages.slice(known.length)));
  };

  return {
    name,
    async reply(requests, signal): Promise<readonly ChatReply[]> {
      const contexts = requests.map(prepare);
      const results = await backend.sample(
        requests.map((request, index) => ({
          sequenceId: request.conversationId,
          appendIds: contexts[index]!,
          sampling: request.sampling,
          stopIds: tokenizer.stopIds,
          seed: request.seed,
        })),
        signal,
      );
      return requests.map((request, index) => {
        const { ids, logprobs, finishReason } = results[index]!;
        const text = tokenizer.decode(ids);
        conversations.set(request.conversationId, {
          messages: [...request.messages, { role: 'assistant', content: text }],
        });
        return {
          text,
          finishReason,
          tokens: { contextIds: contexts[index]!, sampledIds: ids, behaviorLogprobs: logprobs },
        };
      });
    },
    async forget(conversationIds): Promise<void> {
      for (const id of conversationIds) conversations.delete(id);
      await backend.closeSequences(conversationIds);
    },
  };
}
