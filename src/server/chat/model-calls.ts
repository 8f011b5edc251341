/** What a served model is sent: a conversation as it is, or a free reply that knows the profile as text. */
import { randomUUID } from 'node:crypto';
import { createRandom } from '../../base/index.ts';
import type { Message, StreamedReply } from '../../chat/index.ts';
import { renderPromptText } from '../../memory/index.ts';
import { ReplyStream } from '../../protocol/index.ts';
import { guardText } from './guard-text.ts';
import { ReplyBound, wordCounter } from './reply-bound.ts';
import { Sequences } from './sequences.ts';
import type { ServedModel } from './served-model.ts';
import type { Memory, TurnHooks, TurnRequest } from './turn.ts';

/** Tokens that a profile is shown with to a model that replies freely. */
const promptTokens = 600;
/** Tokens a block may take beside a reply of the length that was asked for. */
const blockTokens = 256;

export class ModelCalls {
  readonly model: ServedModel;
  /** What the model holds of conversations. */
  readonly sequences: Sequences;
  readonly #nowMs: () => number;

  constructor(model: ServedModel, keptConversations: number, nowMs: () => number) {
    this.model = model;
    this.sequences = new Sequences(model.chat, keptConversations);
    this.#nowMs = nowMs;
  }

  /** Lets it reply freely, with the profile as text in front. Throws what the model throws. */
  async answerPlainly(
    request: TurnRequest,
    message: string,
    known: Memory | null,
    hooks: TurnHooks,
  ): Promise<StreamedReply> {
    const { system, past } = request.conversation;
    const profile =
      known === null
        ? ''
        : renderPromptText(known.entries, { maxTokens: promptTokens, nowMs: this.#nowMs() });
    const opening = [system, profile].filter((text) => text !== '').join('\n\n');
    const messages: Message[] = [
      ...(opening === '' ? [] : [{ role: 'system' as const, content: opening }]),
      ...past.flatMap((turn): Message[] => [
        { role: 'user', content: guardText(turn.message) },
        { role: 'assistant', content: guardText(turn.response) },
      ]),
      { role: 'user', content: message },
    ];
    const id = this.sequences.take(null);
    const bound = this.boundReply(request, hooks.onText);
    // Tags in a reply to somebody who was never told of them are words about XML.
    const untagged = this.model.profileBy === 'after' ? 'plain' : 'shown';
    const stream = new ReplyStream((text) => bound.push(text), untagged);
    try {
      const seed = createRandom(request.seed ?? randomUUID()).nextUint32();
      const reply = await this.stream(id, messages, request, seed, {
        onText: (text) => stream.push(text),
        signal: hooks.signal,
      });
      stream.end();
      const finishReason = bound.isCut ? 'length' : reply.finishReason;
      return { ...reply, finishReason, text: bound.text };
    } finally {
      await this.sequences.drop(id);
    }
  }

  /** Hands a reply over up to the tokens that were asked for. */
  boundReply({ sampling }: TurnRequest, onText: (text: string) => void): ReplyBound {
    return new ReplyBound(sampling?.maxTokens ?? null, this.model.counter ?? wordCounter, onText);
  }

  /** Sends a conversation with the sampling that was asked for, in the model's own limits. */
  stream(
    conversationId: string,
    messages: readonly Message[],
    { sampling: asked = {} }: TurnRequest,
    seed: number,
    hooks: TurnHooks & { readonly hasBlock?: boolean },
  ): Promise<StreamedReply> {
    const { sampling: own, mostTokens } = this.model;
    const extra = hooks.hasBlock === true ? blockTokens : 0;
    const maxTokens = Math.min(mostTokens, (asked.maxTokens ?? own.maxTokens) + extra);
    return this.send(
      { conversationId, messages, sampling: { ...own, ...asked, maxTokens }, seed },
      hooks,
    );
  }

  /** Sends one request; a model that does not stream gives its reply in one piece. */
  async send(
    request: Parameters<ServedModel['chat']['reply']>[0][number],
    hooks: TurnHooks,
  ): Promise<StreamedReply> {
    const { chat } = this.model;
    if (chat.stream !== undefined) return chat.stream(request, hooks);
    const [reply] = await chat.reply([request], hooks.signal);
    hooks.onText(reply?.text ?? '');
    const { text = '', finishReason = 'stop', tokens } = reply ?? {};
    const [prompt, completion] = [tokens?.contextIds.length ?? 0, tokens?.sampledIds.length ?? 0];
    return { text, finishReason, promptTokens: prompt, completionTokens: completion };
  }
}
