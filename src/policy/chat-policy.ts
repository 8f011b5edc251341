/**
 * A policy as a chat model: messages in, sampled tokens and their text out.
 *
 * Each conversation is one append-only token sequence. Only what is new since the last reply is
 * rendered and encoded; what the model sampled stays as it was sampled, never re-encoded from text.
 * A request whose earlier messages differ from what was said before is refused. A conversation that leaves the
 * model no token gets a reply without any, so that those beside it go on; streamed, it is refused.
 */
import { DataError } from '../base/index.ts';
import type {
  ChatModel,
  ChatReply,
  ChatRequest,
  ChatTemplate,
  Message,
  StreamedReply,
} from '../chat/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';
import type { BackendInfo, SampleRequest, SampleResult, TrainingBackend } from './backend.ts';
import { TextStream } from './text-stream.ts';

export type ChatPolicyOptions = {
  readonly backend: TrainingBackend;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
  readonly name: string;
};

type Conversation = {
  readonly messages: readonly Message[];
  /** End-of-turn text that was sampled but is not part of the message. */
  readonly sampledSuffix: string;
  /** The whole token sequence. */
  readonly ids: readonly number[];
  /** The conversation this is a copy of, while the backend has not seen the copy. */
  readonly copyOf: string | null;
};

/**
 * Makes a policy on a backend a chat model: messages are rendered by the template, and what was sampled stays
 * as it was, token for token. Throws `DataError` where a conversation's past was changed.
 */
export function createChatPolicy(options: ChatPolicyOptions): ChatModel {
  const { backend, tokenizer, template, name } = options;
  const conversations = new Map<string, Conversation>();
  let described: Promise<BackendInfo> | undefined;

  const prepare = (request: ChatRequest): readonly number[] => {
    const conversation = conversations.get(request.conversationId);
    const known = conversation?.messages ?? [];
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
    const added = messages.slice(known.length);
    return tokenizer.encode(template.renderAppend(known, added, conversation?.sampledSuffix));
  };

  const createRequest = (
    { conversationId, sampling, seed }: ChatRequest,
    contextIds: readonly number[],
  ): SampleRequest => {
    const { ids = [], copyOf = null } = conversations.get(conversationId) ?? {};
    return {
      promptIds: [...ids, ...contextIds],
      sampling,
      stopIds: tokenizer.stopIds,
      seed,
      sequenceId: conversationId,
      ...(copyOf === null ? {} : { forkOf: copyOf }),
    };
  };

  /** Takes off an end-of-turn token that the template itself writes after a reply. */
  const splitReply = (ids: readonly number[]): { text: string; sampledSuffix: string } => {
    const last = tokenizer.decode(ids.slice(-1));
    const isSuffix = last !== '' && template.replySuffix.startsWith(last);
    return isSuffix && tokenizer.stopIds.includes(ids[ids.length - 1] ?? -1)
      ? { text: tokenizer.decode(ids.slice(0, -1)), sampledSuffix: last }
      : { text: tokenizer.decode(ids), sampledSuffix: '' };
  };

  /** Goes on from what was sampled, and gives it as text. */
  const take = (
    request: ChatRequest,
    { promptIds }: SampleRequest,
    { ids }: SampleResult,
  ): string => {
    const { text, sampledSuffix } = splitReply(ids);
    conversations.set(request.conversationId, {
      messages: [...request.messages, { role: 'assistant', content: text }],
      sampledSuffix,
      ids: [...promptIds, ...ids],
      copyOf: null,
    });
    return text;
  };

  return {
    name,
    async reply(requests, signal): Promise<readonly ChatReply[]> {
      const contexts = requests.map(prepare);
      const prompts = requests.map((request, index) => createRequest(request, contexts[index]!));
      const { contextTokens } = await (described ??= backend.describe());
      const fits = ({ promptIds }: SampleRequest): boolean => promptIds.length < contextTokens;
      const open = prompts.filter(fits);
      const sampled = open.length === 0 ? [] : await backend.sample(open, signal ? { signal } : {});
      let next = 0;
      return requests.map((request, index) => {
        if (!fits(prompts[index]!)) return leaveUnanswered(contexts[index]!);
        const result = sampled[next++]!;
        const { ids, logprobs, finishReason } = result;
        return {
          text: take(request, prompts[index]!, result),
          finishReason,
          tokens: { contextIds: contexts[index]!, sampledIds: ids, behaviorLogprobs: logprobs },
        };
      });
    },
    async stream(request, { onText, signal }): Promise<StreamedReply> {
      const prompt = createRequest(request, prepare(request));
      const pieces = new TextStream(tokenizer, onText);
      const [result] = await backend.sample([prompt], {
        ...(signal ? { signal } : {}),
        onToken: (_, { id }) => {
          if (!tokenizer.stopIds.includes(id)) pieces.push(id);
        },
      });
      const text = take(request, prompt, result!);
      pieces.end(text);
      return {
        text,
        finishReason: result!.finishReason,
        promptTokens: prompt.promptIds.length,
        completionTokens: result!.ids.length,
      };
    },
    fork(conversationId, copies): void {
      const source = conversations.get(conversationId);
      if (source === undefined) return;
      const copyOf = source.copyOf ?? conversationId;
      for (const copy of copies) conversations.set(copy, { ...source, copyOf });
    },
    async forget(conversationIds): Promise<void> {
      for (const id of conversationIds) conversations.delete(id);
      await backend.closeSequences(conversationIds);
    },
  };
}

function leaveUnanswered(contextIds: readonly number[]): ChatReply {
  const tokens = { contextIds, sampledIds: [], behaviorLogprobs: [] };
  return { text: '', finishReason: 'length', tokens };
}
