/** What a world must provide for conversations to be held in it. */
import type { RandomSource } from '../base/index.ts';
import type { Dialect } from '../protocol/index.ts';
import type { Judge } from '../rewards/index.ts';
import type { Persona, SimulatedUser } from '../users/index.ts';
import type { Demonstrator } from './demonstrator.ts';
import type { Split, TurnScores, UnscoredTurn } from './types.ts';

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
