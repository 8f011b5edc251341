/**
 * One conversation under way: a simulated person, the dialogue with the assistant, the truth, the scores.
 *
 * The person and the judge see visible text only. All draws come from the plan's seeds, so a conversation
 * does not depend on who else is held beside it. Nothing here learns.
 */
import { JudgeError, RolloutError, createRandom, type RandomSource } from '../base/index.ts';
import type { ChatReply, Message } from '../chat/index.ts';
import type { Profile } from '../profile/index.ts';
import { Dialogue } from '../protocol/index.ts';
import { computeAlignment } from '../rewards/index.ts';
import type { Verdict } from '../rewards/index.ts';
import { hearTurn, listAmended, openTruth } from '../users/index.ts';
import type { SimulatedUser, Truth, UserTurn } from '../users/index.ts';
import type { AssistantTurn } from './assistant.ts';
import type {
  Alternative,
  Episode,
  EpisodePlan,
  Turn,
  TurnRewards,
  UnscoredTurn,
} from './types.ts';
import type { World } from './world.ts';

/** Value of an output by its rewards: the first of the most valued candidates is continued. */
export type RankRewards = (rewards: TurnRewards) => number;

export class Conversation {
  readonly plan: EpisodePlan;
  readonly id: string;
  readonly #world: World;
  readonly #dialogue: Dialogue;
  readonly #random: RandomSource;
  /** Source of what the person does and what notes say. */
  readonly #situation: RandomSource;
  readonly #turns: Turn[] = [];
  /** What person and judge see. */
  readonly #visible: Message[] = [];
  #person: SimulatedUser | null = null;
  #truth: Truth;

  constructor(plan: EpisodePlan, world: World) {
    this.plan = plan;
    this.id = `${plan.id}#${plan.seed}`;
    this.#world = world;
    this.#dialogue = new Dialogue(world.dialect);
    this.#random = createRandom(plan.seed);
    this.#situation = createRandom(plan.situationSeed ?? plan.seed);
    this.#truth = openTruth(plan.persona, world.dialect.schema);
  }

  /** Hears the person; the turn is then to be answered. */
  async listen(candidates: number): Promise<AssistantTurn> {
    const turnIndex = this.#turns.length;
    const user = await this.#hearPerson();
    this.#truth = hearTurn(this.#truth, user, this.#world.dialect.schema);
    this.#visible.push({ role: 'user', content: user.message });
    this.#dialogue.amend(listAmended(user));
    const messages = this.#dialogue.prompt(user.message, this.#situation.fork(`note/${turnIndex}`));
    return {
      conversationId: this.id,
      turnIndex,
      messages,
      standsAlone: this.#world.dialect.contextTurns > 0,
      candidates,
      random: this.#random,
      situation: {
        user,
        inferred: this.#dialogue.profile,
        disclosedProfile: this.#truth.disclosed,
        trueProfile: this.#truth.whole,
        note: this.#dialogue.note,
        turns: this.#turns,
      },
    };
  }

  /**
   * Scores the candidates and goes on from the best; returns its place. Throws `RolloutError` where the
   * conversation has grown so long that the model can write nothing more.
   */
  async receive(user: UserTurn, replies: readonly ChatReply[], rank: RankRewards): Promise<number> {
    if (replies.some(({ tokens }) => tokens?.sampledIds.length === 0)) {
      throw new RolloutError(
        'context_full',
        `The conversation fills the context of the model before turn ${this.#turns.length + 1}.`,
        { hint: 'Hold fewer or shorter turns, or use a model with a longer context.' },
      );
    }
    const turns = await Promise.all(replies.map((reply) => this.#score(user, reply)));
    const ranks = turns.map(({ rewards }) => rank(rewards));
    const chosen = ranks.indexOf(Math.max(...ranks));
    const turn = turns[chosen]!;
    const alternatives = turns.filter((_, place) => place !== chosen).map(pickAlternative);
    this.#turns.push(alternatives.length === 0 ? turn : { ...turn, alternatives });
    this.#dialogue.take(replies[chosen]!);
    this.#visible.push({ role: 'assistant', content: turn.response });
    return chosen;
  }

  /** The record of the conversation; `error` says why it broke off. */
  finish(policy: string, policyVersion: number, error: string | null): Episode {
    const { world, plan } = { world: this.#world, plan: this.plan };
    return {
      format: 2,
      id: plan.id,
      world: world.name,
      user: this.#person?.name ?? plan.family,
      judge: world.judge.name,
      ...(world.matcher === undefined ? {} : { matcher: world.matcher }),
      rewards: world.rewards,
      policy,
      policyVersion,
      seed: plan.seed,
      ...(plan.situationSeed === undefined ? {} : { situationSeed: plan.situationSeed }),
      ...(world.dialect.contextTurns === 0 ? {} : { contextTurns: world.dialect.contextTurns }),
      persona: plan.persona,
      turns: this.#turns,
      error,
    };
  }

  async #hearPerson(): Promise<UserTurn> {
    const { persona, family, split } = this.plan;
    const last = this.#turns.at(-1);
    this.#person ??= this.#world.createUser(persona, family, split, this.#situation.fork('user'));
    if (last === undefined) return this.#person.open();
    return this.#person.respond({ response: last.response, alignment: last.alignment });
  }

  /** Reads and judges one output; changes nothing. */
  async #score(user: UserTurn, reply: ChatReply): Promise<Turn> {
    const read = this.#dialogue.read(reply);
    const isWellFormed = read.formatProblem === null;
    const judge = (profile: Profile): Promise<Verdict | null> =>
      this.#judge(user, read.response, profile);
    const { whole, disclosed, superseded } = this.#truth;
    const verdict = isWellFormed ? await judge(disclosed) : null;
    const judgesTwice = isWellFormed && this.#world.judgesTwice === true;
    const selfVerdict = judgesTwice ? await judge(read.profileAfter) : null;
    const turn: UnscoredTurn = {
      turnIndex: this.#turns.length,
      user,
      note: this.#dialogue.note,
      ...read,
      trueProfile: whole,
      disclosedProfile: disclosed,
      ...(superseded.length === 0 ? {} : { supersededProfile: superseded }),
      verdict,
      alignment: isWellFormed ? computeAlignment(verdict) : 0,
      ...(selfVerdict === null ? {} : { selfAlignment: computeAlignment(selfVerdict) }),
      ...(reply.tokens ? { tokens: reply.tokens } : {}),
    };
    return { ...turn, ...(await this.#world.scoreTurn(turn)) };
  }

  async #judge(user: UserTurn, response: string, profile: Profile): Promise<Verdict | null> {
    try {
      return await this.#world.judge.judge({
        history: [...this.#visible],
        response,
        profile,
        whole: this.#truth.whole,
        superseded: this.#truth.superseded,
        acts: user.acts,
      });
    } catch (error) {
      if (error instanceof JudgeError) return null;
      throw error;
    }
  }
}

function pickAlternative(turn: Turn): Alternative {
  const { output, formatProblem, response, verdict, alignment, rewards, tokens } = turn;
  return {
    output,
    formatProblem,
    response,
    verdict,
    alignment,
    rewards,
    ...(tokens === undefined ? {} : { tokens }),
  };
}
