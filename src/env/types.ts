/** The record of a conversation, and what a world must provide to hold one. */
import type { RandomSource } from '../base/index.ts';
import type { ReplyTokens } from '../chat/index.ts';
import type { Profile } from '../profile/index.ts';
import type { Dialect, ReadReply } from '../protocol/index.ts';
import type { Judge, ProfileScore, Verdict } from '../rewards/index.ts';
import type { Persona, SimulatedUser, UserTurn } from '../users/index.ts';
import type { Demonstrator } from './demonstrator.ts';

/** The rewards of one turn, before weighting; null is masked (no verdict, or items that could not be matched), never 0. */
export type TurnRewards = {
  readonly profile: number | null;
  readonly response: number | null;
  /** Every named part, for the log. */
  readonly parts: Readonly<Record<string, number>>;
};

/** One user message and the policy output that answers it. */
export type Turn = ReadReply & {
  readonly turnIndex: number;
  readonly user: UserTurn;
  /** Note the program adds to the prompt (open slots, say); part of the protocol, given to every policy. */
  readonly note: string;
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

/** One whole conversation; readable as JSON. */
export type Episode = {
  readonly format: 2;
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
  /** As in `Dialect`; absent means 0. Above 0, the context tokens of each turn are its whole context. */
  readonly contextTurns?: number;
  readonly persona: Persona;
  readonly turns: readonly Turn[];
  /** Set when the episode failed part-way; its turns up to then are kept. */
  readonly error: string | null;
};

/** Whom a policy learns from, is chosen on, and is measured on; nobody is in two of them. */
export type Split = 'train' | 'validation' | 'test';

/** Who is there: people, what they say, how their turns are judged and scored. What is spoken is its `dialect`. */
export interface World {
  readonly name: string;
  readonly dialect: Dialect;
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
  /** Scores one turn: how right the kept profile is, and what the turn earns. */
  scoreTurn(turn: UnscoredTurn): Promise<TurnScores>;
  /** A mediocre assistant that demonstrates the protocol, for the warm start; reads users' intents and disclosures. */
  createDemonstrator(random: RandomSource): Demonstrator;
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
