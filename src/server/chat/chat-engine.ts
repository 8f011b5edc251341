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
import { randomUUID } from 'node:crypto';
import type { RefusedChange, TurnReport, Usage } from '../../api/index.ts';
import { ConfigError, createRandom, StoreError } from '../../base/index.ts';
import type { Message, SamplingOptions, StreamedReply } from '../../chat/index.ts';
import {
  createId,
  renderPromptText,
  type ProfileStore,
  type Proposal,
  type StoredConversation,
  type TurnRecord,
} from '../../memory/index.ts';
import { hasItem, listDifferences, type Profile, type ProfileChange } from '../../profile/index.ts';
import {
  Dialogue,
  parseOutput,
  protocolTags,
  renderOutput,
  ReplyStream,
  type Dialect,
  type DialogueState,
} from '../../protocol/index.ts';
import type { Entry } from '../../api/index.ts';
import { composeChangeQuestion, readChangeAnswer } from './ask-changes.ts';
import { nameConversation, type Conversation, type PastTurn } from './conversation.ts';
import { guardText } from './guard-text.ts';
import { Sequences } from './sequences.ts';
import type { ServedModel } from './served-model.ts';

export type TurnRequest = {
  /** Null for nobody in particular: nothing is read and nothing kept. */
  readonly user: string | null;
  readonly memory: boolean;
  readonly conversation: Conversation;
  /** In place of the model's own. */
  readonly sampling?: Partial<SamplingOptions>;
  /** Of what is sampled; drawn where it is left out. */
  readonly seed?: number | undefined;
};

export type TurnHooks = {
  /** Takes the reply piece by piece. */
  readonly onText: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
};

export type TurnResult = {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  readonly usage: Usage;
  readonly report: TurnReport;
};

/** What happened, for counters; without a word of anybody. */
export type EngineEvent =
  | { readonly kind: 'format_problem' }
  | { readonly kind: 'answered_without_protocol' }
  | { readonly kind: 'asked_again' }
  | { readonly kind: 'changes_unreadable' }
  | { readonly kind: 'store_failed'; readonly at: 'read' | 'write' }
  | { readonly kind: 'changed'; readonly count: number }
  | { readonly kind: 'refused'; readonly reason: RefusedChange['reason'] }
  | { readonly kind: 'store_ms'; readonly milliseconds: number };

export type ChatEngineOptions = {
  readonly model: ServedModel;
  /** Null for a server without memory. */
  readonly store: ProfileStore | null;
  readonly nowMs: () => number;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Conversations whose caches are kept; default 64. */
  readonly keptConversations?: number;
};

/** What the store gave for a turn. */
type Memory = {
  readonly user: string;
  readonly store: ProfileStore;
  readonly entries: readonly Entry[];
  readonly profile: Profile;
  readonly stored: StoredConversation | null;
  readonly saidAt: string;
};

/** A turn as the model is shown it again. */
type KnownExchange = {
  readonly message: string;
  readonly note: string;
  readonly output: string;
  readonly response: string;
};

type Written = {
  readonly reply: string;
  readonly finishReason: 'stop' | 'length';
  readonly usage: Usage;
  readonly proposals: readonly Proposal[];
  readonly formatProblem: string | null;
  /** What is kept of the turn for the next one. */
  readonly kept: Pick<TurnRecord, 'message' | 'note' | 'output' | 'profileAfter'>;
  /** Keeps or drops what the model holds of the conversation, once the turn has a name. */
  settle(turnId: string | null): Promise<void>;
};

/** Tokens that a profile is shown with to a model that replies freely. */
const promptTokens = 600;
/** Tokens a block may take beside a reply of the length that was asked for. */
const blockTokens = 256;
const answerTokens = 500;
/** Outputs that are asked for until one holds a reply. */
const mostTries = 8;
/** Least temperature of those after the first, that of training: at 0 each would be the same. */
const againTemperature = 1;

export class ChatEngine {
  readonly model: ServedModel;
  readonly store: ProfileStore | null;
  readonly #nowMs: () => number;
  readonly #onEvent: (event: EngineEvent) => void;
  readonly #sequences: Sequences;

  constructor(options: ChatEngineOptions) {
    this.model = options.model;
    this.store = options.store;
    this.#nowMs = options.nowMs;
    this.#onEvent = options.onEvent ?? ((): void => undefined);
    this.#sequences = new Sequences(options.model.chat, options.keptConversations ?? 64);
  }

  /**
   * Answers one message. Throws `ProviderError` where the model fails, `ConfigError` `context_overflow` for a
   * message that does not fit, `AbortedError` where the signal fires; nothing is changed then.
   */
  async answer(request: TurnRequest, hooks: TurnHooks): Promise<TurnResult> {
    const notices: string[] = [];
    const memory = await this.#readMemory(request, notices);
    const spelled = this.#spell(request.conversation, notices);
    const written =
      this.model.profileBy === 'reply'
        ? await this.#writeTogether(request, spelled, memory, hooks, notices)
        : await this.#writeApart(request, spelled, memory, hooks, notices);
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
    const asked = await this.#noteApart(request, message, known, { signal, notices });
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
    await this.#sequences.clear();
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
        const { entries } = await store.readProfile(user);
        const stored =
          conversation.past.length === 0
            ? null
            : await store.findConversation(user, nameConversation(conversation.past));
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
      const words = unknownWords.map(({ word, nearest }) =>
        nearest === null ? word : `${word} (known: ${nearest})`,
      );
      notices.push(`Words this model does not know: ${words.join(', ')}.`);
    }
    return spelled;
  }

  /** One call: changes and reply in one output, as in training. */
  async #writeTogether(
    request: TurnRequest,
    message: string,
    memory: Memory | null | 'failed',
    hooks: TurnHooks,
    notices: string[],
  ): Promise<Written> {
    const known = memory === 'failed' ? null : memory;
    const dialect = this.#dialectFor(request.conversation, notices);
    const random = createRandom(request.seed ?? randomUUID());
    let exchanges = this.#listExchanges(request.conversation, known, dialect);
    let isWhole = true;
    let usage = emptyUsage;
    const knowsTags = this.model.onNoReply === 'again';
    for (let tries = 1; ;) {
      const opening = this.model.spell?.('hello').message ?? 'Hello.';
      const state = composeState(known, exchanges, { dialect, isWhole, opening });
      const dialogue = new Dialogue(dialect, state);
      const messages = dialogue.prompt(message, random.fork('note'));
      const note = dialogue.note;
      const last = known?.stored?.turns.at(-1);
      const canContinue =
        isWhole &&
        tries === 1 &&
        dialect.contextTurns === 0 &&
        last !== undefined &&
        known?.stored?.profile != null;
      const begins = state.exchanges.length > exchanges.length ? state.exchanges[0]!.output : '';
      const id = this.#sequences.take(canContinue ? placeOf(last.id, dialect, begins) : null);
      const stream = new ReplyStream(hooks.onText, knowsTags ? 'dropped' : 'shown');
      let reply: StreamedReply;
      try {
        const seed = random.fork(`sampling/${tries}`).nextUint32();
        const asked = tries === 1 ? request : this.#vary(request);
        reply = await this.#stream(id, messages, asked, seed, {
          onText: (text) => stream.push(text),
          signal: hooks.signal,
        });
      } catch (error) {
        await this.#sequences.drop(id);
        const isFull = error instanceof ConfigError && error.code === 'context_overflow';
        if (!isFull || exchanges.length === 0) throw error;
        // The oldest turns go; what they taught stands in the profile.
        exchanges = exchanges.slice(Math.ceil(exchanges.length / 2));
        isWhole = false;
        continue;
      }
      const { reply: seen, block } = stream.end();
      usage = addUsage(usage, countUsage(reply));
      if (seen === '' && knowsTags && tries < mostTries) {
        // Nobody has seen anything yet, so another output may take its place.
        this.#onEvent({ kind: 'asked_again' });
        await this.#sequences.drop(id);
        tries += 1;
        continue;
      }
      const written = { dialogue, dialect, reply, seen, block, note, message, id, usage, begins };
      return this.#readTogether({ ...written, request, hooks, notices, known });
    }
  }

  async #readTogether(turn: {
    readonly dialogue: Dialogue;
    readonly dialect: Dialect;
    readonly reply: StreamedReply;
    readonly seen: string;
    readonly block: string | null;
    readonly note: string;
    readonly message: string;
    readonly id: string;
    /** The opening turn that was put before it; empty for none. */
    readonly begins: string;
    readonly usage: Usage;
    readonly request: TurnRequest;
    readonly hooks: TurnHooks;
    readonly notices: string[];
    readonly known: Memory | null;
  }): Promise<Written> {
    const { dialogue, dialect, reply, block, message, note, id, notices } = turn;
    let { seen, usage } = turn;
    const strict = dialogue.read(reply);
    const mended = strict.formatProblem === null ? strict : dialogue.read(mend(block, seen));
    const isMended = strict.formatProblem !== null && mended.formatProblem === null;
    if (strict.formatProblem !== null && (!isMended || block === null)) {
      notices.push(
        'The model did not write its notes in a form that can be read: nothing was noted.',
      );
    }
    if (seen === '' && this.model.onNoReply === 'plainly') {
      this.#onEvent({ kind: 'answered_without_protocol' });
      const plain = await this.#answerPlainly(turn.request, message, turn.known, turn.hooks);
      seen = plain.text;
      usage = addUsage(usage, countUsage(plain));
    }
    if (seen === '') notices.push('The model wrote no reply.');
    const output = isMended ? mend(block, seen).text : reply.text;
    const read = dialogue.take({ ...reply, text: output });
    return {
      reply: seen,
      finishReason: reply.finishReason,
      usage,
      proposals: toProposals(read.changes),
      formatProblem: strict.formatProblem,
      kept: { message, note, output, profileAfter: read.profileAfter },
      settle: async (turnId) => {
        const isKept = turnId !== null && dialect.contextTurns === 0 && output === reply.text;
        if (isKept) await this.#sequences.keep(placeOf(turnId, dialect, turn.begins), id);
        else await this.#sequences.drop(id);
      },
    };
  }

  /** Two calls: a free reply that knows the profile, then the question what to note. */
  async #writeApart(
    request: TurnRequest,
    message: string,
    memory: Memory | null | 'failed',
    hooks: TurnHooks,
    notices: string[],
  ): Promise<Written> {
    const known = memory === 'failed' ? null : memory;
    const reply = await this.#answerPlainly(request, message, known, hooks);
    const asked = await this.#noteApart(request, message, known, {
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

  async #noteApart(
    { conversation }: Pick<TurnRequest, 'conversation'>,
    message: string,
    known: Memory | null,
    { signal, notices }: { readonly signal: AbortSignal | undefined; readonly notices: string[] },
  ): Promise<Pick<Written, 'proposals' | 'formatProblem' | 'usage'>> {
    if (known === null) return { proposals: [], formatProblem: null, usage: emptyUsage };
    const question = composeChangeQuestion({
      schema: this.model.dialect.schema,
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
    const id = this.#sequences.take(null);
    try {
      const sampling = { ...this.model.sampling, maxTokens: answerTokens, temperature: 0 };
      const request = { conversationId: id, messages, sampling, seed: 1 };
      const answer = await this.#send(request, { onText: () => undefined, signal });
      return { proposals: readChangeAnswer(answer.text), usage: countUsage(answer) };
    } catch (error) {
      if (signal?.aborted) throw error;
      return { proposals: null, usage: emptyUsage };
    } finally {
      await this.#sequences.drop(id);
    }
  }

  async #answerPlainly(
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
    const id = this.#sequences.take(null);
    const stream = new ReplyStream(hooks.onText);
    try {
      const seed = createRandom(request.seed ?? randomUUID()).nextUint32();
      const reply = await this.#stream(id, messages, request, seed, {
        onText: (text) => stream.push(text),
        signal: hooks.signal,
      });
      return { ...reply, text: stream.end().reply };
    } finally {
      await this.#sequences.drop(id);
    }
  }

  #stream(
    conversationId: string,
    messages: readonly Message[],
    { sampling: asked = {} }: TurnRequest,
    seed: number,
    hooks: TurnHooks,
  ): Promise<StreamedReply> {
    const { sampling: own, mostTokens, profileBy } = this.model;
    const extra = profileBy === 'reply' ? blockTokens : 0;
    const maxTokens = Math.min(mostTokens, (asked.maxTokens ?? own.maxTokens) + extra);
    return this.#send(
      { conversationId, messages, sampling: { ...own, ...asked, maxTokens }, seed },
      hooks,
    );
  }

  /** A request that does not give the same output once more. */
  #vary(request: TurnRequest): TurnRequest {
    const asked = request.sampling?.temperature ?? this.model.sampling.temperature;
    const temperature = Math.max(asked, againTemperature);
    return { ...request, sampling: { ...request.sampling, temperature } };
  }

  async #send(
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

  /** The model's dialect with what the application tells it. */
  #dialectFor({ system }: Conversation, notices: string[]): Dialect {
    const { dialect, spell } = this.model;
    if (system === '') return dialect;
    if (spell !== null) {
      notices.push('This model reads no instructions: the system message was left out.');
      return dialect;
    }
    const told = [guardText(system), dialect.systemPrompt].filter((text) => text !== '');
    return { ...dialect, systemPrompt: told.join('\n\n') };
  }

  /** Exchanges as the model knows them: its own outputs where they are kept, else made of what was seen. */
  #listExchanges({ past }: Conversation, known: Memory | null, dialect: Dialect): KnownExchange[] {
    const stored = known?.stored?.turns ?? [];
    return past.map((turn, index) => {
      const kept = stored[stored.length - past.length + index];
      if (kept !== undefined && kept.output !== null) return { ...kept, output: kept.output };
      const message = this.model.spell?.(turn.message).message ?? guardText(turn.message);
      const response = this.#restate(turn);
      const output = renderOutput(
        { changes: [], recalls: [], question: null, response },
        dialect.schema,
      );
      return { message, note: '', output, response };
    });
  }

  #restate({ response }: PastTurn): string {
    const text = this.model.spell?.(response).message ?? guardText(response);
    return text.trim() === '' ? '…' : text;
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
    const { user, store, stored, saidAt } = memory;
    const { past, message } = conversation;
    try {
      const recorded = await this.#timed(() =>
        store.recordTurn(
          user,
          {
            said: { messageId: createId('m'), text: message, saidAt },
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
      await written.settle(recorded.turnId);
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

/**
 * Where a dialogue stands. A model that is shown the whole conversation knows a profile only from what it wrote
 * itself: what it knew before stands as the block of an opening turn, then and as long as the conversation goes on;
 * what has changed since it last wrote (by the person, in another conversation, by a refusal) stands in the note.
 */
function composeState(
  known: Memory | null,
  exchanges: readonly KnownExchange[],
  {
    dialect,
    isWhole,
    opening,
  }: { readonly dialect: Dialect; readonly isWhole: boolean; readonly opening: string },
): DialogueState {
  const profile = known?.profile ?? [];
  const before = isWhole ? (known?.stored?.profile ?? null) : null;
  const first =
    dialect.contextTurns > 0
      ? null
      : composeOpening(listUnwritten(before ?? profile, exchanges, dialect), dialect, opening);
  const shown = first === null ? exchanges : [first, ...exchanges];
  const corrections = before === null ? [] : listDifferences(before, profile);
  return {
    ...{ profile, corrections, exchanges: shown },
    answered: shown.map(({ response }) => ({ response })),
  };
}

/** What a model knew that it did not write in these turns: it was shown it when they began. */
function listUnwritten(
  profile: Profile,
  exchanges: readonly KnownExchange[],
  { schema }: Dialect,
): Profile {
  const written = exchanges.flatMap(({ output }) => {
    const read = parseOutput(output, schema);
    return read.ok ? read.changes.map(({ item }) => item) : [];
  });
  return profile.filter((item) => !hasItem(written, item));
}

/** The turn that is put before the others: what is known, and what people say first where the model comes from. */
function composeOpening(
  known: Profile,
  { schema, beginning }: Dialect,
  greeting: string,
): KnownExchange | null {
  const assumed = beginning?.notes ?? [];
  const usual = assumed.filter(({ slot }) => known.every((item) => item.slot !== slot));
  const profile = [...usual, ...known];
  if (profile.length === 0) return null;
  const isUsual = beginning !== undefined && usual.length === assumed.length;
  const { message, response } = isUsual ? beginning : { message: greeting, response: greeting };
  const changes = listDifferences([], profile);
  const output = renderOutput({ changes, recalls: [], question: null, response }, schema);
  return { message, note: '', output, response };
}

/** An output as the protocol has it, of the parts that were found in one that is not. */
function mend(
  block: string | null,
  reply: string,
): { readonly text: string; readonly finishReason: 'stop' } {
  const [open, close, replyOpen, replyClose] = protocolTags;
  return {
    text: `${open}\n${block ?? ''}\n${close}\n${replyOpen} ${reply} ${replyClose}`,
    finishReason: 'stop',
  };
}

function toProposals(changes: readonly ProfileChange[]): Proposal[] {
  return changes.map(({ kind, item }) => ({ kind, slot: item.slot, value: item.value }));
}

/** A conversation can only be gone on with under the same instructions, and from the same opening. */
function placeOf(turnId: string, { systemPrompt }: Dialect, begins: string): string {
  return `${turnId}/${systemPrompt}/${begins}`;
}

const emptyUsage: Usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

function countUsage({ promptTokens: prompt, completionTokens: completion }: StreamedReply): Usage {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}

function addUsage(first: Usage, second: Usage): Usage {
  return {
    prompt_tokens: first.prompt_tokens + second.prompt_tokens,
    completion_tokens: first.completion_tokens + second.completion_tokens,
    total_tokens: first.total_tokens + second.total_tokens,
  };
}
