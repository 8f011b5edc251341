/** A turn in two calls: a free reply that knows the profile, then the question what to note. */
import type { Message } from '../../chat/index.ts';
import type { Proposal } from '../../memory/index.ts';
import type { Usage } from '../../api/index.ts';
import { composeChangeQuestion, readChangeAnswer } from './ask-changes.ts';
import type { ModelCalls } from './model-calls.ts';
import {
  addUsage,
  countUsage,
  emptyUsage,
  type EngineEvent,
  type Memory,
  type TurnHooks,
  type TurnRequest,
  type Written,
} from './turn.ts';

const answerTokens = 500;

export class ApartWriter {
  readonly #calls: ModelCalls;
  readonly #onEvent: (event: EngineEvent) => void;

  constructor(calls: ModelCalls, onEvent: (event: EngineEvent) => void) {
    this.#calls = calls;
    this.#onEvent = onEvent;
  }

  /** Two calls: a free reply that knows the profile, then the question what to note. */
  async write(
    request: TurnRequest,
    message: string,
    known: Memory | null,
    hooks: TurnHooks,
    notices: string[],
  ): Promise<Written> {
    const reply = await this.#calls.answerPlainly(request, message, known, hooks);
    const asked = await this.note(request, message, known, {
      signal: hooks.signal,
      notices,
    });
    const { proposals, formatProblem } = asked;
    const usage = addUsage(countUsage(reply), asked.usage);
    return {
      reply: reply.text,
      finishReason: reply.finishReason,
      usage,
      proposals,
      formatProblem,
      kept: { message, note: '', output: reply.text, profileAfter: known?.profile ?? [] },
      settle: () => Promise.resolve(),
    };
  }

  /** Asks what to note of a message that is, or will be, answered elsewhere. */
  async note(
    { conversation }: Pick<TurnRequest, 'conversation'>,
    message: string,
    known: Memory | null,
    { signal, notices }: { readonly signal: AbortSignal | undefined; readonly notices: string[] },
  ): Promise<Pick<Written, 'proposals' | 'formatProblem' | 'usage'>> {
    if (known === null) return { proposals: [], formatProblem: null, usage: emptyUsage };
    const question = composeChangeQuestion({
      schema: this.#calls.model.dialect.schema,
      profile: known.profile,
      replyBefore: conversation.past.at(-1)?.response ?? '',
      message,
    });
    const { proposals, usage } = await this.#askChanges(question, signal);
    if (proposals !== null) return { proposals, formatProblem: null, usage };
    this.#onEvent({ kind: 'changes_unreadable' });
    notices.push(
      'The model did not say in a form that can be read what to note: nothing was noted.',
    );
    const formatProblem = 'the answer to the question for changes is no list of changes';
    return { proposals: [], formatProblem, usage };
  }

  /** The reply stands already: a question that fails costs its notes, not the turn. */
  async #askChanges(
    messages: readonly Message[],
    signal: AbortSignal | undefined,
  ): Promise<{ readonly proposals: readonly Proposal[] | null; readonly usage: Usage }> {
    const id = this.#calls.sequences.take(null);
    try {
      const sampling = { ...this.#calls.model.sampling, maxTokens: answerTokens, temperature: 0 };
      const request = { conversationId: id, messages, sampling, seed: 1 };
      const answer = await this.#calls.send(request, { onText: () => undefined, signal });
      return { proposals: readChangeAnswer(answer.text), usage: countUsage(answer) };
    } catch (error) {
      if (signal?.aborted) throw error;
      return { proposals: null, usage: emptyUsage };
    } finally {
      await this.#calls.sequences.drop(id);
    }
  }
}
