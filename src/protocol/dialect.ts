/** What program and policy speak with each other: the slots, the shape of a block, what is shown beside a message. */
import type { RandomSource } from '../base/index.ts';
import type { Profile, ProfileChange, ProfileSchema } from '../profile/index.ts';
import type { PolicyOutput, ProfileMode } from './output.ts';

/** What a note may look at of a turn: the reply (empty when malformed) and what it meant to ask. */
export type AnsweredTurn = Pick<PolicyOutput, 'response'> & Partial<Pick<PolicyOutput, 'question'>>;

/** What one may choose of a world's dialect. */
export type DialectOptions = {
  /** What a profile block lists; changes by default. */
  readonly profileMode?: ProfileMode;
  /** Last turns a policy is shown beside the kept profile; 0, the default, for the whole conversation. */
  readonly contextTurns?: number;
  /** Whether a system prompt explains the protocol to the policy; by default nothing does. */
  readonly explainsProtocol?: boolean;
};

/** How a conversation is put to a policy; it says nothing of who the person is. */
export type Dialect = {
  readonly schema: ProfileSchema;
  /** What a profile block lists. */
  readonly profileMode: ProfileMode;
  /** Last turns a policy is shown beside the kept profile; 0 for the whole conversation. */
  readonly contextTurns: number;
  /** System prompt that opens every conversation; empty for none. */
  readonly systemPrompt: string;
  /**
   * A line before each message of the person; empty for none. It explains nothing: by it a model
   * that learnt the protocol tells these conversations from any other, and answers the others as it did before.
   */
  readonly cue?: string;
  /**
   * Where stands what the program says: in messages of its own with the role system (the default), or
   * inside the person's, as chat models expect it whose template has a system message of its own or no
   * place for one.
   */
  readonly placement?: 'system' | 'message';
  /**
   * How conversations begin where the model comes from, for people who begin otherwise: what they say first,
   * what is noted of it, and the reply. Served chats put it before the first turn; absent for models that take
   * any beginning. What is noted so is no part of anybody's profile.
   */
  readonly beginning?: {
    readonly message: string;
    readonly notes: Profile;
    readonly response: string;
  };
  /**
   * How what a person changed by hand is told to a model that met nobody who does so: as an exchange before the
   * message, in which they say it and the model notes it. Absent where the program's note says it.
   */
  readonly amended?: {
    /** What they would say of one change, and the reply to it. */
    say(change: ProfileChange): string;
    reply(change: ProfileChange): string;
  };
  /** The program's note for the next output, from what the policy itself wrote and asked so far; empty for none. */
  composeNote(inferred: Profile, turns: readonly AnsweredTurn[], random: RandomSource): string;
};

/** The same without a word of the protocol: a conversation as with any chat model. */
export function speakPlainly(dialect: Dialect): Dialect {
  return { ...dialect, contextTurns: 0, systemPrompt: '', cue: '', composeNote: () => '' };
}
