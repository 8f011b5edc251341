/** The record of a conversation. */
import type { ReplyTokens } from '../chat/index.ts';
import type { Profile } from '../profile/index.ts';
import type { ReadReply } from '../protocol/index.ts';
import type { ProfileScore, Verdict } from '../rewards/index.ts';
import type { Persona, UserTurn } from '../users/index.ts';

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
