/** A turn in one call: changes and reply in one output, as in training. */
import { randomUUID } from 'node:crypto';
import { ConfigError, createRandom } from '../../base/index.ts';
import type { StreamedReply } from '../../chat/index.ts';
import type { Proposal } from '../../memory/index.ts';
import { hasItem, type ProfileChange } from '../../profile/index.ts';
import {
  Dialogue,
  protocolTags,
  renderOutput,
  ReplyStream,
  type Dialect,
} from '../../protocol/index.ts';
import type { Usage } from '../../api/index.ts';
import { composeState } from './compose-state.ts';
import type { Conversation, PastTurn } from './conversation.ts';
import { guardText } from './guard-text.ts';
import type { ModelCalls } from './model-calls.ts';
import {
  addUsage,
  countUsage,
  emptyUsage,
  type EngineEvent,
  type KnownExchange,
  type Memory,
  type TurnHooks,
  type TurnRequest,
  type Written,
} from './turn.ts';

/** Outputs that are asked for until one holds a reply. */
const mostTries = 8;
/** Least temperature of those after the first, that of training: at 0 each would be the same. */
const againTemperature = 1;

export class TogetherWriter {
  readonly #calls: ModelCalls;
  readonly #onEvent: (event: EngineEvent) => void;

  constructor(calls: ModelCalls, onEvent: (event: EngineEvent) => void) {
    this.#calls = calls;
    this.#onEvent = onEvent;
  }

  /** One call: changes and reply in one output, as in training. */
  async write(
    request: TurnRequest,
    message: string,
    known: Memory | null,
    hooks: TurnHooks,
    notices: string[],
  ): Promise<Written> {
    const dialect = this.#dialectFor(request.conversation, notices);
    const random = createRandom(request.seed ?? randomUUID());
    let exchanges = this.#listExchanges(request.conversation, known, dialect);
    let isWhole = true;
    let usage = emptyUsage;
    const knowsTags = this.#calls.model.onNoReply === 'again';
    for (let tries = 1; ;) {
      const opening = this.#calls.model.spell?.('hello').message ?? 'Hello.';
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
      const id = this.#calls.sequences.take(canContinue ? placeOf(last.id, dialect, begins) : null);
      const bound = this.#calls.boundReply(request, hooks.onText);
      const stream = new ReplyStream((text) => bound.push(text), knowsTags ? 'dropped' : 'shown');
      let reply: StreamedReply;
      try {
        const seed = random.fork(`sampling/${tries}`).nextUint32();
        const asked = tries === 1 ? request : this.#vary(request);
        reply = await this.#calls.stream(id, messages, asked, seed, {
          onText: (text) => stream.push(text),
          signal: hooks.signal,
          hasBlock: true,
        });
      } catch (error) {
        await this.#calls.sequences.drop(id);
        const isFull = error instanceof ConfigError && error.code === 'context_overflow';
        if (!isFull || exchanges.length === 0) throw error;
        // The oldest turns go; what they taught stands in the profile.
        exchanges = exchanges.slice(Math.ceil(exchanges.length / 2));
        isWhole = false;
        continue;
      }
      const { block } = stream.end();
      const { text: seen, isCut } = bound;
      usage = addUsage(usage, countUsage(reply));
      if (seen === '' && knowsTags && tries < mostTries) {
        // Nobody has seen anything yet, so another output may take its place.
        this.#onEvent({ kind: 'asked_again' });
        await this.#calls.sequences.drop(id);
        tries += 1;
        continue;
      }
      const written = { dialogue, dialect, reply, seen, isCut, block, note, message, id };
      return this.#readTogether({ ...written, usage, begins, request, hooks, notices, known });
    }
  }

  async #readTogether(turn: {
    readonly dialogue: Dialogue;
    readonly dialect: Dialect;
    readonly reply: StreamedReply;
    readonly seen: string;
    /** Whether the reply went on beyond the tokens that were asked for. */
    readonly isCut: boolean;
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
    const { dialogue, dialect, reply, isCut, block, message, note, id, notices } = turn;
    let { seen, usage } = turn;
    const strict = dialogue.read(reply);
    const isWhole = strict.formatProblem === null && !isCut;
    const mended = isWhole ? strict : dialogue.read(mend(block, seen));
    const isMended = !isWhole && mended.formatProblem === null;
    // That a reply was cut is no fault of the model's form.
    const { formatProblem } = isCut && block !== null ? mended : strict;
    if (strict.formatProblem !== null && (!isMended || block === null)) {
      notices.push(
        'The model did not write its notes in a form that can be read: nothing was noted.',
      );
    }
    let finishReason = isCut ? 'length' : reply.finishReason;
    if (seen === '' && this.#calls.model.onNoReply === 'plainly') {
      this.#onEvent({ kind: 'answered_without_protocol' });
      const plain = await this.#calls.answerPlainly(turn.request, message, turn.known, turn.hooks);
      ({ text: seen, finishReason } = plain);
      usage = addUsage(usage, countUsage(plain));
    }
    if (seen === '') notices.push('The model wrote no reply.');
    const output = isMended ? mend(block, seen).text : reply.text;
    const read = dialogue.take({ ...reply, text: output });
    return {
      reply: seen,
      finishReason,
      usage,
      proposals: toProposals(dropAssumed(read.changes, message, dialect)),
      formatProblem,
      kept: { message, note, output, profileAfter: read.profileAfter },
      settle: async (turnId) => {
        const isKept = turnId !== null && dialect.contextTurns === 0 && output === reply.text;
        if (isKept) await this.#calls.sequences.keep(placeOf(turnId, dialect, turn.begins), id);
        else await this.#calls.sequences.drop(id);
      },
    };
  }

  #vary(request: TurnRequest): TurnRequest {
    const asked = request.sampling?.temperature ?? this.#calls.model.sampling.temperature;
    const temperature = Math.max(asked, againTemperature);
    return { ...request, sampling: { ...request.sampling, temperature } };
  }

  /** The model's dialect with what the application tells it. */
  #dialectFor({ system }: Conversation, notices: string[]): Dialect {
    const { dialect, spell } = this.#calls.model;
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
      const message = this.#calls.model.spell?.(turn.message).message ?? guardText(turn.message);
      const response = this.#restate(turn);
      const output = renderOutput(
        { changes: [], recalls: [], question: null, response },
        dialect.schema,
      );
      return { message, note: '', output, response };
    });
  }

  #restate({ response }: PastTurn): string {
    const text = this.#calls.model.spell?.(response).message ?? guardText(response);
    return text.trim() === '' ? '…' : text;
  }
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

/** What the model notes of the beginning that was put before the conversation is nobody's to hear of. */
function dropAssumed(
  changes: readonly ProfileChange[],
  message: string,
  { beginning }: Dialect,
): readonly ProfileChange[] {
  const assumed = beginning?.notes ?? [];
  return changes.filter(({ item }) => !hasItem(assumed, item) || message.includes(item.value));
}

function toProposals(changes: readonly ProfileChange[]): Proposal[] {
  return changes.map(({ kind, item }) => ({ kind, slot: item.slot, value: item.value }));
}

/** A conversation can only be gone on with under the same instructions, and from the same opening. */
function placeOf(turnId: string, { systemPrompt }: Dialect, begins: string): string {
  return `${turnId}/${systemPrompt}/${begins}`;
}
