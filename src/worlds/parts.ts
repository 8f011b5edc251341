/**
 * What a program, or a user's own file, puts in the place of a world's own parts: the whole world, its
 * users, its judge, its rewards.
 */
import { DataError, JudgeError, type RandomSource } from '../base/index.ts';
import type { Split, Turn, TurnRewards, TurnScores, UnscoredTurn, World } from '../env/index.ts';
import type { Judge } from '../rewards/index.ts';
import type { Persona, SimulatedUser } from '../users/index.ts';
import type { WorldDefinition } from './definition.ts';

/** Where a simulated user is needed. */
export type UserSituation = {
  readonly persona: Persona;
  readonly family: string;
  readonly split: Split;
  readonly random: RandomSource;
  /** The world without these users: its own `createUser` may answer for some families. */
  readonly world: World;
};

/** Simulated users in place of a world's own. */
export interface UsersDefinition {
  /** Name and version, for records. */
  readonly name: string;
  /** Families there are, the one to train on first; the world's own by default. */
  readonly families?: readonly string[];
  createUser(situation: UserSituation): SimulatedUser;
}

/** What a reward of one's own says of a turn; what it leaves out stays as the world says. */
export type OwnRewards = Partial<Pick<TurnRewards, 'profile' | 'response'>> & {
  /** Named parts for the log, added to the world's. */
  readonly parts?: Readonly<Record<string, number>>;
};

/** A reward in place of a world's own, before the trainer's weights. */
export interface RewardDefinition {
  /** Name and version, for records. */
  readonly name: string;
  /**
   * Scores a turn that the world has scored. Range [-1, 1] by custom; null masks that reward, a `JudgeError`
   * both. What is no finite number ends the run by a `DataError`.
   */
  score(turn: Turn): OwnRewards | Promise<OwnRewards>;
}

/** Parts of one's own; each is used where it is given. */
export type WorldParts = {
  readonly world?: WorldDefinition | undefined;
  readonly users?: UsersDefinition | undefined;
  readonly judge?: Judge | undefined;
  readonly reward?: RewardDefinition | undefined;
};

/** Picks the parts out of the options of a piece of work. */
export function pickParts({ world, users, judge, reward }: WorldParts): WorldParts {
  return { world, users, judge, reward };
}

/** Puts the parts in place. */
export function applyParts(world: World, { users, judge, reward }: WorldParts): World {
  const judged = judge === undefined ? world : { ...world, judge, judgesTwice: false };
  const peopled = users === undefined ? judged : putUsers(judged, users);
  return reward === undefined ? peopled : payWith(peopled, reward);
}

function putUsers(world: World, users: UsersDefinition): World {
  return {
    ...world,
    families: users.families ?? world.families,
    createUser: (persona, family, split, random) =>
      users.createUser({ persona, family, split, random, world }),
  };
}

function payWith(world: World, reward: RewardDefinition): World {
  return {
    ...world,
    rewards: `${reward.name} over ${world.rewards}`,
    scoreTurn: async (turn) => {
      const scores = await world.scoreTurn(turn);
      const { parts, ...own } = await scoreOwn(reward, turn, scores);
      const rewards = { ...scores.rewards, ...own, parts: { ...scores.rewards.parts, ...parts } };
      return { ...scores, rewards };
    },
  };
}

async function scoreOwn(
  reward: RewardDefinition,
  turn: UnscoredTurn,
  scores: TurnScores,
): Promise<OwnRewards> {
  let own: OwnRewards;
  try {
    own = await reward.score({ ...turn, ...scores });
  } catch (error) {
    if (error instanceof JudgeError) return { profile: null, response: null };
    throw error;
  }
  for (const [name, value] of Object.entries({ ...own.parts, ...pickPaid(own) })) {
    if (value === null || Number.isFinite(value)) continue;
    throw new DataError(
      'reward_malformed',
      `Expected a number or null from the reward ${reward.name}, found ${String(value)} for ${name}.`,
    );
  }
  return own;
}

function pickPaid({ profile, response }: OwnRewards): Readonly<Record<string, number | null>> {
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(response === undefined ? {} : { response }),
  };
}
