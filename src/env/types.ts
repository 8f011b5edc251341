/** The record of a conversation, and what a world must provide to hold one. */
import type { RandomSource } from '../base/index.ts';
import type { ChatModel, Message, ReplyTokens } from '../chat/index.ts';
import type { Profile, ProfileChange, ProfileItem, ProfileSchema } from '../profile/index.ts';
import type { ProfileMode } from '../protocol/index.ts';
import type { Judge, ProfileScore, Verdict } from '../rewards/index.ts';
import type { Disclosure, Persona, SimulatedUser, UserTurn } from '../users/index.ts';

/** The rewards of one turn, before weighting; null is masked (no verdict, or items that could not be matched), never 0. */
export type TurnRewards = {
  readonly profile: number | null;
  readonly response: number | null;
  /** Every named part, for the log. */
  readonly parts: Readonly<Record<string, number>>;
};

/** One user message and the policy output that answers it. */
export type Turn = {
  readonly turnIndex: number;
  readonly user: UserTurn;
  /** Note the program adds to the prompt (open slots, say); part of the protocol, given to every policy. */
  readonly note: string;
  /** Raw output of the policy. */
  readonly output: string;
  /** Why the output could not be parsed; null when it is well formed. */
  readonly formatProblem: string | null;
  /** The reply the user sees; empty when malformed. */
  readonly response: string;
  readonly changes: readonly ProfileChange[];
  /** Items the output recalled and the slot it said it would ask about; absent when malformed. */
  readonly recalls?: readonly ProfileItem[];
  readonly question?: string | null;
  readonly profileBefore: Profile;
  readonly profileAfter: Profile;
  /** True profile as it stands at this turn, whole and restricted to what was disclosed; a change of mind holds from the turn that tells it. */
  readonly trueProfile: Profile;
  readonly disclosedProfile: Profile;
  /** What the user said once and took back since. */
  readonly supersededProfile?: Profile;
  /** The kept profile against the two truths; null where nobody could say which items match. */
  readonly scoreDisclosed: ProfileScore | null;
  readonly scoreFull: ProfileScore | null;
  readonly verdict: Verdict | null;
  /** Product of the criteria; null when masked; 0 when malformed. */
  readonly alignment: number | null;
  /** Alignment as judged against the profile the policy itself inferred, as the authors do; a diagnostic. */
  readonly selfAlignment?: number | null;
  /**
   * Whether the kept profile went along with each change of mind in the message, as the world's
   * matching tells; absent where items compare exactly, or the message changed nothing.
   */
  readonly changesFollowed?: readonly boolean[];
  readonly rewards: TurnRewards;
  readonly tokens?: ReplyTokens;
  /** Outputs that were sampled for the same message and not continued. */
  readonly alternatives?: readonly Alternative[];
};

/** What a world says of one turn. */
export type TurnScores = Pick<Turn, 'scoreDisclosed' | 'scoreFull' | 'changesFollowed' | 'rewards'>;

export type UnscoredTurn = Omit<Turn, keyof TurnScores>;

/** An output that was scored and not continued; its context is its turn's. */
export type Alternative = Pick<
  Turn,
  'output' | 'formatProblem' | 'response' | 'verdict' | 'alignment' | 'rewards' | 'tokens'
>;

/** What a note may look at of a turn: the reply and what it meant to ask. */
export type AnsweredTurn = Pick<Turn, 'response' | 'question'>;

/** One whole conversation; readable as JSON. */
export type Episode = {
  readonly format: 1;
  readonly id: string;
  readonly world: string;
  readonly user: string;
  readonly judge: string;
  /** Name and version of what matched items, where it was not the program. */
  readonly matcher?: string;
  /** Name and version of what a turn earns. */
  readonly rewards?: string;
  readonly policy: string;
  readonly policyVersion: number;
  readonly seed: number;
  readonly situationSeed?: number;
  /** As in `World`; absent means 0. Above 0, the context tokens of each turn are its whole context. */
  readonly contextTurns?: number;
  readonly persona: Persona;
  readonly turns: readonly Turn[];
  /** Set when the episode failed part-way; its turns up to then are kept. */
  readonly error: string | null;
};

/** Whom a policy learns from, is chosen on, and is measured on; nobody is in two of them. */
export type Split = 'train' | 'validation' | 'test';

/** Everything a kind of conversation needs: people, judge, protocol help and demonstrations. */
export interface World {
  readonly name: string;
  readonly schema: ProfileSchema;
  /** What a profile block lists. */
  readonly profileMode: ProfileMode;
  /** Last turns a policy is shown beside the kept profile; 0 for the whole conversation. */
  readonly contextTurns: number;
  readonly judge: Judge;
  /** True where judging is free, so that replies are judged against the inferred profile as well. */
  readonly judgesTwice?: boolean;
  /** Name and version of what matches items; absent where the program does. */
  readonly matcher?: string;
  /** Name and version of what a turn earns. */
  readonly rewards: string;
  /** Families of simulated users; the first is the one trained on by default. */
  readonly families: readonly string[];
  samplePersona(random: RandomSource, split: Split): Persona;
  createUser(persona: Persona, family: string, split: Split, random: RandomSource): SimulatedUser;
  /** System prompt that opens every conversation; empty for none. */
  readonly systemPrompt: string;
  /** The program's note for the next output, from what the policy itself wrote and asked so far. */
  composeNote(inferred: Profile, turns: readonly AnsweredTurn[], random: RandomSource): string;
  /** Scores one turn: how right the kept profile is, and what the turn earns. */
  scoreTurn(turn: UnscoredTurn): Promise<TurnScores>;
  /** A mediocre assistant that demonstrates the protocol, for the warm start; reads users' intents and disclosures. */
  createDemonstrator(random: RandomSource): Demonstrator;
}

/** Writes one output given everything the program knows of the turn; never used in evaluation of a policy. */
export interface Demonstrator {
  readonly name: string;
  write(state: {
    readonly user: UserTurn;
    readonly disclosures: readonly Disclosure[];
    readonly inferred: Profile;
    readonly disclosedProfile: Profile;
    readonly note: string;
    readonly turns: readonly Turn[];
  }): string;
}

export type EpisodePlan = {
  readonly id: string;
  readonly persona: Persona;
  readonly family: string;
  readonly split: Split;
  /** Seeds the policy's sampling, and the situation too unless that has its own seed. */
  readonly seed: number;
  /** Seeds what the user does and what notes say; shared by a group, so that its openings are alike. */
  readonly situationSeed?: number;
};

export type ConversationMessages = readonly Message[];
export type ConversationPolicy = ChatModel;
