/**
 * The conversation loop: people talk, something answers, the program keeps profiles and scores.
 *
 * All episodes advance together, one turn at a time, so a policy answers the whole batch in one
 * call. An episode's draws come from its own seed alone, so it does not depend on who else is in the
 * batch. The simulated user and the judge see visible text only. One episode's failure is recorded on
 * it and its siblings go on; a failure of the writer fails the call. Nothing here learns.
 */
import { JudgeError, RolloutError, createRandom, endsWork, throwIfAborted } from '../base/index.ts';
import type { RandomSource } from '../base/index.ts';
import type { ChatModel, ChatReply, ChatRequest, Message, SamplingOptions } from '../chat/index.ts';
import { applyChanges, hasItem } from '../profile/index.ts';
import type { Profile, ProfileSchema } from '../profile/index.ts';
import { applyOutput, parseOutput } from '../protocol/index.ts';
import { computeAlignment } from '../rewards/index.ts';
import type { Verdict } from '../rewards/index.ts';
import { listEnded } from '../users/index.ts';
import type { SimulatedUser, UserTurn } from '../users/index.ts';
import { Branches } from './branches.ts';
import { composeMessages, type Exchange } from './context.ts';
import type {
  Alternative,
  Demonstrator,
  Episode,
  EpisodePlan,
  Turn,
  TurnRewards,
  UnscoredTurn,
  World,
} from './types.ts';

export type EpisodeProgress = { readonly turnIndex: number; readonly turns: number };

type CommonOptions = {
  readonly world: World;
  /** User turns per episode, at least 1. */
  readonly turns: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each turn of the whole batch. */
  readonly onTurn?: (progress: EpisodeProgress) => void;
};

export type EpisodeOptions = CommonOptions & {
  readonly policy: ChatModel;
  readonly sampling: SamplingOptions;
  readonly policyVersion?: number;
  /** Outputs sampled for every message; 1 by default. */
  readonly candidates?: number;
  /** Value of an output by its rewards: the first of the most valued ones is continued. Their plain sum by default. */
  readonly rankRewards?: (rewards: TurnRewards) => number;
};

export type DemonstrationOptions = CommonOptions & {
  /** Who writes; the world's own demonstrator by default. */
  readonly createWriter?: (random: RandomSource) => Demonstrator;
};

/** Runs every plan to its end with a policy. Throws AbortedError, and whatever the policy throws. */
export async function runEpisodes(
  plans: readonly EpisodePlan[],
  options: EpisodeOptions,
): Promise<Episode[]> {
  const { policy, candidates = 1, rankRewards = sumRewards } = options;
  const talks = plans.map((plan) => new Conversation(plan, options.world, rankRewards));
  const branches = new Map(
    talks.map((talk) => {
      const name = `${talk.plan.id}#${talk.plan.seed}`;
      return [talk, new Branches(name, options.world.contextTurns > 0)];
    }),
  );
  try {
    await runTurns(talks, options, async (open, turnIndex) => {
      const requests = open.flatMap((talk) =>
        branches
          .get(talk)!
          .open(policy, candidates)
          .map((conversationId, place): ChatRequest => {
            const stream = `sampling/${turnIndex}${place === 0 ? '' : `/${place}`}`;
            return {
              conversationId,
              messages: talk.composeMessages(),
              sampling: options.sampling,
              seed: talk.random.fork(stream).nextUint32(),
            };
          }),
      );
      const replies = await policy.reply(requests, options.signal);
      if (replies.length !== requests.length) {
        throw new RolloutError(
          'replies_missing',
          `The policy gave ${replies.length} replies to ${requests.length} requests.`,
        );
      }
      const perTalk = open.map((talk, index) =>
        talk.receive(replies.slice(index * candidates, (index + 1) * candidates)),
      );
      const chosen = await Promise.all(perTalk);
      const dropped = open.flatMap((talk, index) => branches.get(talk)!.follow(chosen[index]!));
      if (dropped.length > 0) await policy.forget(dropped);
    });
  } finally {
    await policy.forget([...branches.values()].flatMap((each) => each.ids));
  }
  return talks.map((talk) => talk.finish(policy.name, options.policyVersion ?? 0));
}

const sumRewards = ({ profile, response }: TurnRewards): number =>
  profile === null || response === null ? Number.NEGATIVE_INFINITY : profile + response;

/** Runs every plan with a demonstrator that is shown what each user meant; its turns carry no tokens. */
export async function runDemonstrations(
  plans: readonly EpisodePlan[],
  options: DemonstrationOptions,
): Promise<Episode[]> {
  const create =
    options.createWriter ?? ((random: RandomSource) => options.world.createDemonstrator(random));
  const talks = plans.map((plan) => new Conversation(plan, options.world, sumRewards));
  const writers = new Map(talks.map((talk) => [talk, create(talk.random.fork('writer'))]));
  await runTurns(talks, options, async (open) => {
    for (const talk of open) {
      const text = writers.get(talk)?.write(talk.writerState()) ?? '';
      await talk.receive([{ text, finishReason: 'stop' }]);
    }
  });
  return talks.map((talk) => talk.finish(writers.get(talk)?.name ?? 'demonstrator', 0));
}

async function runTurns(
  talks: readonly Conversation[],
  options: CommonOptions,
  answer: (open: readonly Conversation[], turnIndex: number) => Promise<void>,
): Promise<void> {
  for (let turnIndex = 0; turnIndex < options.turns; turnIndex += 1) {
    throwIfAborted(options.signal);
    await Promise.all(talks.map((talk) => talk.guard(() => talk.listen())));
    const open = talks.filter((talk) => talk.error === null);
    if (open.length === 0) return;
    await answer(open, turnIndex);
    options.onTurn?.({ turnIndex, turns: options.turns });
  }
}

/** Applies what a user revealed to a profile: each item is set; what it replaces, or was dropped, is gone. */
export function applyDisclosures(
  profile: Profile,
  { disclosures, dropped = [] }: Pick<UserTurn, 'disclosures' | 'dropped'>,
  schema: ProfileSchema,
): Profile {
  const changes = disclosures.flatMap((disclosure) => [
    ...(disclosure.replaces ? [{ kind: 'retract' as const, item: disclosure.replaces }] : []),
    { kind: 'set' as const, item: disclosure.item },
  ]);
  const endings = dropped.map((item) => ({ kind: 'retract' as const, item }));
  return applyChanges(profile, [...changes, ...endings], schema);
}

/** One conversation under way. */
class Conversation {
  readonly plan: EpisodePlan;
  readonly random: RandomSource;
  error: string | null = null;
  readonly #world: World;
  readonly #rankRewards: (rewards: TurnRewards) => number;
  #user: SimulatedUser | null = null;
  readonly #turns: Turn[] = [];
  /** What the policy was sent so far: messages, notes and its own raw outputs. */
  readonly #exchanges: Exchange[] = [];
  /** What user and judge see. */
  readonly #visible: Message[] = [];
  #heard: { user: UserTurn; note: string } | null = null;
  #profile: Profile = [];
  #disclosed: Profile = [];
  #superseded: Profile = [];
  #truth: Profile;

  /** Source of what the user does and what notes say. */
  readonly #situation: RandomSource;

  constructor(plan: EpisodePlan, world: World, rankRewards: (rewards: TurnRewards) => number) {
    this.plan = plan;
    this.random = createRandom(plan.seed);
    this.#situation = createRandom(plan.situationSeed ?? plan.seed);
    this.#world = world;
    this.#rankRewards = rankRewards;
    this.#truth = applyChanges(
      [],
      plan.persona.trueProfile.map((item) => ({ kind: 'set' as const, item })),
      world.schema,
    );
  }

  /** Runs a step; a failure ends this episode only. An interruption, or a spent budget, ends everything. */
  async guard(step: () => Promise<void>): Promise<void> {
    if (this.error !== null) return;
    try {
      await step();
    } catch (error) {
      if (endsWork(error)) throw error;
      this.error = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }

  async listen(): Promise<void> {
    const { plan } = this;
    const last = this.#turns.at(-1);
    this.#user ??= this.#world.createUser(
      plan.persona,
      plan.family,
      plan.split,
      this.#situation.fork('user'),
    );
    const user = last
      ? await this.#user.respond({ response: last.response, alignment: last.alignment })
      : await this.#user.open();
    const { schema } = this.#world;
    this.#disclosed = applyDisclosures(this.#disclosed, user, schema);
    this.#superseded = supersede(this.#superseded, user);
    const changed = user.disclosures.filter((disclosure) => disclosure.replaces !== undefined);
    this.#truth = applyDisclosures(this.#truth, { ...user, disclosures: changed }, schema);
    const noteRandom = this.#situation.fork(`note/${this.#turns.length}`);
    const note = this.#world.composeNote(this.#profile, this.#turns, noteRandom);
    this.#heard = { user, note };
    this.#visible.push({ role: 'user', content: user.message });
  }

  /** What the policy is sent. */
  composeMessages(): Message[] {
    const { user, note } = this.#current();
    return composeMessages(this.#world, {
      profile: this.#profile,
      exchanges: this.#exchanges,
      message: user.message,
      note,
    });
  }

  /** What a demonstrator is told before it writes. */
  writerState(): Parameters<Demonstrator['write']>[0] {
    const { user, note } = this.#current();
    return {
      user,
      disclosures: user.disclosures,
      inferred: this.#profile,
      disclosedProfile: this.#disclosed,
      note,
      turns: this.#turns,
    };
  }

  /** Scores the candidates, continues the best, and returns its place; 0 where this episode failed. */
  async receive(replies: readonly ChatReply[]): Promise<number> {
    let chosen = 0;
    await this.guard(async () => {
      const turns = await Promise.all(replies.map((reply) => this.#score(reply)));
      const ranks = turns.map(({ rewards }) => this.#rankRewards(rewards));
      chosen = ranks.indexOf(Math.max(...ranks));
      const { text } = replies[chosen]!;
      const others = turns.filter((_, place) => place !== chosen);
      this.#continue(turns[chosen]!, text, others);
    });
    return chosen;
  }

  /** Reads and judges one output; changes nothing. */
  async #score(reply: ChatReply): Promise<Turn> {
    const { user, note } = this.#current();
    const { schema } = this.#world;
    const output = completeOutput(reply);
    const parsed = parseOutput(output, schema);
    const before = this.#profile;
    const { profile: after, changes } = parsed.ok
      ? applyOutput(before, parsed, schema, this.#world.profileMode)
      : { profile: before, changes: [] };
    const response = parsed.ok ? parsed.response : '';
    const verdict = parsed.ok ? await this.#judge(user, response, this.#disclosed) : null;
    const selfVerdict =
      parsed.ok && this.#world.judgesTwice === true
        ? await this.#judge(user, response, after)
        : null;
    const turn: UnscoredTurn = {
      turnIndex: this.#turns.length,
      user,
      note,
      output,
      formatProblem: parsed.ok ? null : parsed.problem,
      response,
      changes,
      ...(parsed.ok ? { recalls: parsed.recalls, question: parsed.question } : {}),
      profileBefore: before,
      profileAfter: after,
      trueProfile: this.#truth,
      disclosedProfile: this.#disclosed,
      ...(this.#superseded.length === 0 ? {} : { supersededProfile: this.#superseded }),
      verdict,
      alignment: parsed.ok ? computeAlignment(verdict) : 0,
      ...(selfVerdict === null ? {} : { selfAlignment: computeAlignment(selfVerdict) }),
      ...(reply.tokens ? { tokens: reply.tokens } : {}),
    };
    return { ...turn, ...(await this.#world.scoreTurn(turn)) };
  }

  /** The talk goes on from this turn. */
  #continue(turn: Turn, text: string, others: readonly Turn[]): void {
    const alternatives = others.map(pickAlternative);
    this.#turns.push(alternatives.length === 0 ? turn : { ...turn, alternatives });
    this.#profile = turn.profileAfter;
    this.#exchanges.push({ message: turn.user.message, note: turn.note, output: text });
    this.#visible.push({ role: 'assistant', content: turn.response });
    this.#heard = null;
  }

  finish(policy: string, policyVersion: number): Episode {
    return {
      format: 1,
      id: this.plan.id,
      world: this.#world.name,
      user: this.#user?.name ?? this.plan.family,
      judge: this.#world.judge.name,
      ...(this.#world.matcher === undefined ? {} : { matcher: this.#world.matcher }),
      rewards: this.#world.rewards,
      policy,
      policyVersion,
      seed: this.plan.seed,
      ...(this.plan.situationSeed === undefined ? {} : { situationSeed: this.plan.situationSeed }),
      ...(this.#world.contextTurns === 0 ? {} : { contextTurns: this.#world.contextTurns }),
      persona: this.plan.persona,
      turns: this.#turns,
      error: this.error,
    };
  }

  async #judge(user: UserTurn, response: string, profile: Profile): Promise<Verdict | null> {
    try {
      return await this.#world.judge.judge({
        history: [...this.#visible],
        response,
        profile,
        intent: user.intent,
      });
    } catch (error) {
      if (error instanceof JudgeError) return null;
      throw error;
    }
  }

  #current(): { user: UserTurn; note: string } {
    if (this.#heard === null) throw new Error('internal: nobody has spoken yet');
    return this.#heard;
  }
}

/** Adds what was replaced or dropped; what is said again holds again. */
function supersede(superseded: Profile, user: UserTurn): Profile {
  const told = user.disclosures.map(({ item }) => item);
  return [...superseded, ...listEnded(user)].filter((item) => !hasItem(told, item));
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

/** A model that leaves its stop token off still ended its output there. */
function completeOutput(reply: ChatReply): string {
  const text = reply.text;
  if (reply.finishReason !== 'stop' || /<\/response>\s*$/u.test(text)) return text;
  return `${text.trimEnd()} </response>`;
}
