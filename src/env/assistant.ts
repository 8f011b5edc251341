/**
 * Whatever answers the turns of conversations: a trained policy, a remote model, a prompting baseline, a
 * script. The loop knows nothing else of it.
 */
import type { RandomSource } from '../base/index.ts';
import type { ChatReply, Message } from '../chat/index.ts';
import type { Profile } from '../profile/index.ts';
import type { UserTurn } from '../users/index.ts';
import type { Turn } from './types.ts';

/** What the program knows of a turn; only scripts that are told more than a policy look at it. */
export type Situation = {
  readonly user: UserTurn;
  /** The kept profile, and what was disclosed so far. */
  readonly inferred: Profile;
  readonly disclosedProfile: Profile;
  /** All that is true of the person now. */
  readonly trueProfile: Profile;
  readonly note: string;
  readonly turns: readonly Turn[];
};

/** One turn to be answered. */
export type AssistantTurn = {
  /** Names the conversation, alike in all its turns. */
  readonly conversationId: string;
  readonly turnIndex: number;
  /** What a policy is sent. */
  readonly messages: readonly Message[];
  /** True where `messages` is the whole context; else they continue what was sent before. */
  readonly standsAlone: boolean;
  /** Outputs wanted, at least 1. */
  readonly candidates: number;
  /** The conversation's own stream. Draws come from named forks of it, so they do not depend on the batch. */
  readonly random: RandomSource;
  readonly situation: Situation;
};

export interface Assistant {
  /** Name and version, for records. */
  readonly name: string;
  /** Answers every turn with its number of candidates, in order. */
  answer(
    turns: readonly AssistantTurn[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly ChatReply[])[]>;
  /**
   * Is told which candidate a conversation goes on from; called after each answered turn. It returns at
   * once: a conversation that waited here would miss the batch that its siblings are in.
   */
  follow?(conversationId: string, candidate: number): void;
  /** Forgets conversations; unknown ids are ignored. */
  forget?(conversationIds: readonly string[]): Promise<void>;
}
