/**
 * Answers a person's message with any model, and keeps their profile: the turn that HTTP, terminal and tests
 * share.
 *
 * 1. Reads what is known; without a store that answers, the chat goes on and says so.
 * 2. Finds the conversation again, or makes it of the texts that the client sent.
 * 3. Lets the model write; the person sees the reply as it comes, never the block.
 * 4. Applies what the model proposed, as far as the person's own words allow, and writes the turn down.
 *
 * A turn that fails before its end changes nothing.
 */
import type { TurnReport } from '../../api/index.ts';
import { StoreError } from '../../base/index.ts';
import { createId, type ProfileStore } from '../../memory/index.ts';
import type { Profile } from '../../profile/index.ts';
import { nameConversation, type Conversation } from './conversation.ts';
import { guardText } from './guard-text.ts';
import { ModelCalls } from './model-calls.ts';
import type { ServedModel, SpelledText } from './served-model.ts';
import {
  type EngineEvent,
  type Memory,
  type TurnHooks,
  type TurnRequest,
  type TurnResult,
  type Written,
} from './turn.ts';
import { ApartWriter } from './write-apart.ts';
import { TogetherWriter } from './write-together.ts';

export type ChatEngineOptions = {
  readonly model: ServedModel;
  /** Null for a server without memory. */
  readonly store: ProfileStore | null;
  readonly nowMs: () => number;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Conversations whose caches are kept; default 64. */
  readonly keptConversations?: number;
};

export class ChatEngine {
  readonly model: ServedModel;
  readonly store: ProfileStore | null;
  readonly #nowMs: () => number;
  readonly #onEvent: (event: EngineEvent) => void;
  readonly #calls: ModelCalls;
  readonly #together: TogetherWriter;
  readonly #apart: ApartWriter;

  constructor(options: ChatEngineOptions) {
    this.model = options.model;
    this.store = options.store;
    this.#nowMs = options.nowMs;
    this.#onEvent = options.onEvent ?? ((): void => undefined);
    this.#calls = new ModelCalls(options.model, options.keptConversations ?? 64, this.#nowMs);
    this.#together = new TogetherWriter(this.#calls, this.#onEvent);
    this.#apart = new ApartWriter(this.#calls, this.#onEvent);
  }

  /**
   * Answers one message. Throws `ProviderError` where the model fails, `ConfigError` `context_overflow` for a
   * message that does not fit, `AbortedError` where the signal fires; nothing is changed then.
   */
  async answer(request: TurnRequest, hooks: TurnHooks): Promise<TurnResult> {
    const notices: string[] = [];
    const memory = await this.#readMemory(request, notices);
    const spelled = this.#spell(request.conversation, notices);
    const known = memory === 'failed' ? null : memory;
    this.#spellProfile(known?.profile ?? [], notices);
    const writer = this.model.profileBy === 'reply' ? this.#together : this.#apart;
    const written = await writer.write(request, spelled, known, hooks, notices);
    if (written.formatProblem !== null) this.#onEvent({ kind: 'format_problem' });
    const report = await this.#record(request, memory, written, notices);
    return {
      text: written.reply,
      finishReason: written.finishReason,
      usage: written.usage,
      report,
    };
  }

  /**
   * Reads a message that is answered elsewhere, and notes what it says: a model that writes notes beside its
   * reply writes one that nobody sees. Throws as `answer`.
   */
  async observe(
    { user, conversation }: { readonly user: string; readonly conversation: Conversation },
    signal?: AbortSignal,
  ): Promise<TurnReport> {
    const request = { user, memory: true, conversation };
    if (this.model.onNoReply === 'again') {
      return (await this.answer(request, { onText: () => undefined, signal })).report;
    }
    const notices: string[] = [];
    const memory = await this.#readMemory(request, notices);
    const message = this.#spell(conversation, notices);
    const known = memory === 'failed' ? null : memory;
    const asked = await this.#apart.note(request, message, known, { signal, notices });
    const written = {
      ...{ reply: '', finishReason: 'stop' as const, usage: asked.usage },
      ...{ proposals: asked.proposals, formatProblem: asked.formatProblem },
      kept: { message, note: '', output: '', profileAfter: known?.profile ?? [] },
      settle: () => Promise.resolve(),
    };
    return this.#record(request, memory, written, notices);
  }

  /** Lets go of all that the model holds of conversations: somebody is to be forgotten. */
  async forgetConversations(): Promise<void> {
    await this.#calls.sequences.clear();
  }

  async #readMemory(
    { user, memory, conversation }: TurnRequest,
    notices: string[],
  ): Promise<Memory | null | 'failed'> {
    const { store } = this;
    if (user === null || !memory || store === null) return null;
    try {
      return await this.#timed(async () => {
        const saidAt = store.now();
        const { past } = conversation;
        const key = past.length === 0 ? null : nameConversation(past);
        const { entries, conversation: stored } = await store.readForTurn(user, key);
        const known = new Set(this.model.dialect.schema.slots.map(({ name }) => name));
        const profile = entries
          .filter(({ slot }) => known.has(slot))
          .map(({ slot, value }) => ({ slot, value }));
        return { user, store, entries, profile, stored, saidAt };
      });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#onEvent({ kind: 'store_failed', at: 'read' });
      notices.push(
        'The profile store does not answer: this reply was written without memory, and nothing of it is kept.',
      );
      return 'failed';
    }
  }

  #spell({ message }: Conversation, notices: string[]): string {
    const { spell } = this.model;
    if (spell === null) return guardText(message);
    const { message: spelled, unknownWords } = spell(guardText(message));
    if (unknownWords.length > 0) {
      notices.push(`Words this model does not know: ${listWords(unknownWords)}.`);
    }
    return spelled;
  }

  /** Says what of a profile a closed vocabulary cannot read: a person or another model wrote it. */
  #spellProfile(profile: Profile, notices: string[]): void {
    const { spell } = this.model;
    const unknown = spell === null ? [] : profile.flatMap(({ value }) => spell(value).unknownWords);
    if (unknown.length === 0) return;
    notices.push(`Words of the profile that this model does not know: ${listWords(unknown)}.`);
  }

  async #record(
    { conversation }: TurnRequest,
    memory: Memory | null | 'failed',
    written: Written,
    notices: string[],
  ): Promise<TurnReport> {
    const plain = { changes: [], refused: [], format_problem: written.formatProblem, notices };
    if (memory === null || memory === 'failed') {
      await written.settle(null);
      return { memory: memory === null ? 'none' : 'unavailable', ...plain };
    }
    const { user, store, entries, stored, saidAt } = memory;
    const { past, message } = conversation;
    try {
      const recorded = await this.#timed(() =>
        store.recordTurn(
          user,
          {
            said: { messageId: createId('m'), text: message, saidAt },
            isKnown: entries.length > 0 || stored !== null,
            parentId: stored?.turns.at(-1)?.id ?? null,
            historyKey: nameConversation([...past, { message, response: written.reply }]),
            ...written.kept,
            response: written.reply,
            model: this.model.id,
            formatProblem: written.formatProblem,
            proposals: written.proposals,
          },
          this.model.dialect.schema,
        ),
      );
      await written.settle(recorded?.turnId ?? null);
      if (recorded === null) {
        notices.push(
          'The profile was erased, or an entry of it deleted, while the reply was written: nothing of this turn is kept.',
        );
        return { memory: 'none', ...plain };
      }
      this.#onEvent({ kind: 'changed', count: recorded.changes.length });
      for (const { reason } of recorded.refused) this.#onEvent({ kind: 'refused', reason });
      return {
        memory: 'used',
        ...plain,
        changes: [...recorded.changes],
        refused: [...recorded.refused],
      };
    } catch (error) {
      await written.settle(null);
      if (!(error instanceof StoreError)) throw error;
      this.#onEvent({ kind: 'store_failed', at: 'write' });
      notices.push('The profile store does not answer: nothing of this turn was kept.');
      return { memory: 'unavailable', ...plain };
    }
  }

  async #timed<Result>(work: () => Promise<Result>): Promise<Result> {
    const began = this.#nowMs();
    try {
      return await work();
    } finally {
      this.#onEvent({ kind: 'store_ms', milliseconds: this.#nowMs() - began });
    }
  }
}

/** So many unknown words are named, each up to so many characters. */
const [mostNamed, longestNamed] = [20, 40];

function listWords(words: SpelledText['unknownWords']): string {
  const named = words.slice(0, mostNamed).map(({ word, nearest }) => {
    const short = word.length > longestNamed ? `${word.slice(0, longestNamed)}…` : word;
    return nearest === null ? short : `${short} (known: ${nearest})`;
  });
  const others = words.length - named.length;
  return [...named, ...(others > 0 ? [`and ${others} more`] : [])].join(', ');
}
