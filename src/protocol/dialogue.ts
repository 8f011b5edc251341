/**
 * One conversation between a person and a policy, as both are spoken to: the only place where a turn is
 * composed, read and applied.
 *
 * `prompt` takes in a message and composes what the policy is sent; `read` says what an output means
 * and changes nothing; `take` goes on from it. Rollouts, evaluation, chat and the warm start hold their
 * conversations through this class, so a policy meets in use what it met in training. Whoever the
 * person is, real or simulated, stays outside.
 */
import type { RandomSource } from '../base/index.ts';
import type { ChatReply, Message } from '../chat/index.ts';
import { applyChanges, listDifferences } from '../profile/index.ts';
import type { Profile, ProfileChange, ProfileItem } from '../profile/index.ts';
import { composeMessages, type Exchange } from './compose-messages.ts';
import type { AnsweredTurn, Dialect } from './dialect.ts';
import { renderCorrections } from './instructions.ts';
import { applyOutput, completeOutput, parseOutput } from './output.ts';

/** The text of a reply, and whether the model ended it or was cut off. */
export type WrittenReply = Pick<ChatReply, 'text' | 'finishReason'>;

/** What one output means in the conversation it was written for. */
export type ReadReply = {
  /** The output, completed where the model left its last tag off. */
  readonly output: string;
  /** Why it could not be parsed; null when it is well formed. */
  readonly formatProblem: string | null;
  /** The reply the person sees; empty when malformed. */
  readonly response: string;
  /** What the block really changes; none when malformed. */
  readonly changes: readonly ProfileChange[];
  /** Items the output recalled and the slot it said it would ask about; absent when malformed. */
  readonly recalls?: readonly ProfileItem[];
  readonly question?: string | null;
  readonly profileBefore: Profile;
  readonly profileAfter: Profile;
};

/** A conversation as plain data, between two turns. */
export type DialogueState = {
  readonly profile: Profile;
  readonly exchanges: readonly Exchange[];
  readonly answered: readonly AnsweredTurn[];
  /** What a person corrected since the last prompt, already in the profile; the next prompt says it once. */
  readonly corrections: readonly ProfileChange[];
};

/** A message that waits for its answer. */
type Heard = Pick<Exchange, 'message' | 'note'>;

const emptyState: DialogueState = { profile: [], exchanges: [], answered: [], corrections: [] };

/** Holds one conversation. */
export class Dialogue {
  readonly #dialect: Dialect;
  #state: DialogueState;
  #heard: Heard | null = null;

  /** Begins a conversation, or goes on from a saved state. */
  constructor(dialect: Dialect, state: DialogueState = emptyState) {
    this.#dialect = dialect;
    this.#state = state;
  }

  /** The profile as the program keeps it. */
  get profile(): Profile {
    return this.#state.profile;
  }

  /** Turns that were answered. */
  get turnCount(): number {
    return this.#state.exchanges.length;
  }

  /** The conversation as it stands; a message that was not answered yet is left out. */
  get state(): DialogueState {
    return this.#state;
  }

  /** The program's note to the message that waits for an answer. */
  get note(): string {
    return this.#pending().note;
  }

  /**
   * Takes in a message and composes what the policy is sent. What the note draws comes from `random`.
   * A message that was not answered is replaced.
   */
  prompt(message: string, random: RandomSource): Message[] {
    const { profile, answered } = this.#state;
    return this.resume(message, this.#dialect.composeNote(profile, answered, random));
  }

  /** As `prompt`, with a note that was composed before. */
  resume(message: string, note: string): Message[] {
    const { profile, exchanges, corrections } = this.#state;
    const said = [renderCorrections(corrections, this.#dialect), note];
    this.#heard = { message, note: said.filter((text) => text !== '').join('\n') };
    return composeMessages(this.#dialect, { profile, exchanges, ...this.#heard });
  }

  /** Applies what the person put right by hand; the next prompt says what of it is new. */
  amend(changes: readonly ProfileChange[]): void {
    const { profile, corrections } = this.#state;
    const amended = applyChanges(profile, changes, this.#dialect.schema);
    this.#state = {
      ...this.#state,
      profile: amended,
      corrections: [...corrections, ...listDifferences(profile, amended)],
    };
  }

  /** Reads an output for the message that waits; changes nothing. */
  read(reply: WrittenReply): ReadReply {
    const { schema, profileMode } = this.#dialect;
    const { profile: profileBefore } = this.#state;
    const output = completeOutput(reply);
    const parsed = parseOutput(output, schema);
    if (!parsed.ok) {
      const none = { response: '', changes: [], profileBefore, profileAfter: profileBefore };
      return { output, formatProblem: parsed.problem, ...none };
    }
    const { profile, changes } = applyOutput(profileBefore, parsed, schema, profileMode);
    const { response, recalls, question } = parsed;
    const meaning = { response, changes, recalls, question };
    return { output, formatProblem: null, ...meaning, profileBefore, profileAfter: profile };
  }

  /**
   * Goes on from an output: the profile is changed, the message is answered. `shown` is what later prompts
   * show of it, where a tokenizer gives the text back differently.
   */
  take(reply: WrittenReply, shown: string = reply.text): ReadReply {
    const { message, note } = this.#pending();
    const read = this.read(reply);
    const { response, question } = read;
    this.#state = {
      profile: read.profileAfter,
      // As it was written: what the policy said before is shown to it token for token.
      exchanges: [...this.#state.exchanges, { message, note, output: shown }],
      answered: [
        ...this.#state.answered,
        { response, ...(question === undefined ? {} : { question }) },
      ],
      corrections: [],
    };
    this.#heard = null;
    return read;
  }

  #pending(): Heard {
    if (this.#heard === null) throw new Error('internal: no message waits for an answer');
    return this.#heard;
  }
}
