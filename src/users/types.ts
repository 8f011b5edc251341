/** Personas and the simulated users that act them out. */
import type { Profile, ProfileItem } from '../profile/index.ts';
import type { DialogueAct } from './acts.ts';

/** The hidden truth of one simulated user. */
export type Persona = {
  readonly id: string;
  readonly trueProfile: Profile;
  /** Items that change during the talk: told at `fromTurn` or later, and true from then on. */
  readonly changes: readonly {
    readonly fromTurn: number;
    /** Last turn that a draw may make the first; `fromTurn` itself without it. */
    readonly untilTurn?: number;
    readonly before: ProfileItem;
    /** Null where the item is dropped and nothing takes its place. */
    readonly after: ProfileItem | null;
    /** Said to be a change, or just said. */
    readonly announced: boolean;
    /** Doubts about the old preference come a turn or more before the new one. */
    readonly gradual: boolean;
  }[];
};

/** The user revealed an item in this turn (or, for a change, that `replaces` no longer holds). */
export type Disclosure = {
  readonly turnIndex: number;
  readonly item: ProfileItem;
  readonly replaces?: ProfileItem;
  /** Said outright, or to be inferred from a hint. */
  readonly form: 'explicit' | 'implicit';
};

/** An item that no longer holds, and the one that does in its place; null where none does. */
export type Amendment = { readonly before: ProfileItem; readonly after: ProfileItem | null };

/** What the program found in the messages a model wrote for one turn, before one was taken. */
export type MessageChecks = {
  /** Messages asked for; the last one was taken unless the rules' own phrasing was. */
  readonly attempts: number;
  /** Every fault found, with the attempt it was found in (from 1). */
  readonly findings: readonly { readonly attempt: number; readonly check: string }[];
  /** The rules' phrasing was taken, because every attempt failed. */
  readonly isFallback: boolean;
};

export type UserTurn = {
  readonly message: string;
  readonly disclosures: readonly Disclosure[];
  /** Items the user said it no longer holds, with nothing in their place. */
  readonly dropped?: Profile;
  /** What the user put right in its kept profile by hand, before the message and without a word. */
  readonly amendments?: readonly Amendment[];
  /** What the user did with the message, in the order in which it did it. */
  readonly acts: readonly DialogueAct[];
  /** Only where a model phrased the message. */
  readonly checks?: MessageChecks;
};

/** What the simulated user perceives of the assistant: the reply, never the profile block. */
export type PerceivedReply = {
  /** Empty when the output was malformed. */
  readonly response: string;
  /** Product of the five criteria, 0 or 1; null when no verdict was readable. */
  readonly alignment: number | null;
};

/** One simulated user in one conversation; stateful, deterministic given its seed. */
export interface SimulatedUser {
  /** Family and version, for records. */
  readonly name: string;
  readonly persona: Persona;
  open(): Promise<UserTurn>;
  respond(reply: PerceivedReply): Promise<UserTurn>;
}
