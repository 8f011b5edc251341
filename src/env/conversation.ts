/**
 * The conversation loop: people talk, something answers, the program keeps profiles and scores.
 *
 * All episodes advance together, one turn at a time, so a policy answers the whole batch in one
 * call. An episode's draws come from its own seed alone, so it does not depend on who else is in the
 * batch. The simulated user and the judge see visible text only. One episode's failure is recorded on
 * it and its siblings go on; a failure of the writer fails the call. Nothing here learns.
 */
import { JudgeError, createRandom, endsWork, throwIfAborted } from '../base/index.ts';
import type { RandomSource } from '../base/index.ts';
import type { ChatModel, ChatReply, Message, SamplingOptions } from '../chat/index.ts';
import { applyChanges } from '../profile/index.ts';
import type { Profile, ProfileSchema } from '../profile/index.ts';
import { parseOutput } from '../protocol/index.ts';
import { computeAlignment } from '../rewards/index.ts';
import type { Verdict } from '../rewards/index.ts';
import type { Disclosure, SimulatedUser, UserTurn } from '../users/index.ts';
import type { Demonstrator, Episode, EpisodePlan, Turn, World } from './types.ts';

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
  const talks = plans.map((plan) => new Conversation(plan, options.world));
  const ids = plans.map((plan) => `${plan.id}#${plan.seed}`);
  const conversationIds = new Map(talks.map((talk, index) => [talk, ids[index] ?? '']));
  try {
    await runTurns(talks, options, async (open, turnIndex) => {
      const replies = await options.policy.reply(
        open.map((talk) => ({
          conversationId: conversationIds.get(talk) ?? talk.plan.id,
          messages: [...talk.messages],
          sampling: options.sampling,
          seed: talk.random.fork(`sampling/${turnIndex}`).nextUint32(),
        })),
        options.signal,
      );
      return replies;
    });
  } finally {
    await options.policy.forget(ids);
  }
  return talks.map((talk) => talk.finish(options.policy.name, options.policyVersion ?? 0));
}

/** Runs every plan with a demonstrator that is shown what each user meant; its turns carry no tokens. */
export async function runDemonstrations(
  plans: readonly EpisodePlan[],
  options: DemonstrationOptions,
): Promise<Episode[]> {
  const create =
    options.createWriter ?? ((random: RandomSource) => options.world.createDemonstrator(random));
  const talks = plans.map((plan) => new Conversation(plan, options.world));
  const writers = new Map(talks.map((talk) => [talk, create(talk.random.fork('writer'))]));
  await runTurns(talks, options, (open) =>
    Promise.resolve(
      open.map((talk): ChatReply => {
        const text = writers.get(talk)?.write(talk.writerState()) ?? '';
        return { text, finishReason: 'stop' };
      }),
    ),
  );
  return talks.map((talk) => talk.finish(writers.get(talk)?.name ?? 'demonstrator', 0));
}

async function runTurns(
  talks: readonly Conversation[],
  options: CommonOptions,
  write: (open: readonly Conversation[], turnIndex: number) => Promise<readonly ChatReply[]>,
): Promise<void> {
  for (let turnIndex = 0; turnIndex < options.turns; turnIndex += 1) {
    throwIfAborted(options.signal);
    await Promise.all(talks.map((talk) => talk.guard(() => talk.listen())));
    const open = talks.filter((talk) => talk.error === null);
    if (open.length === 0) return;
    const replies = await write(open, turnIndex);
    await Promise.all(
      open.map((talk, index) =>
        talk.guard(() => {
          const reply = replies[index];
          if (reply === undefined) throw new Error('internal: the writer gave too few replies');
          return talk.receive(reply);
        }),
      ),
    );
    options.onTurn?.({ turnIndex, turns: options.turns });
  }
}

/** Applies what a user revealed to a profile: each item is set, and what it replaces is gone. */
export function applyDisclosures(
  profile: Profile,
  disclosures: readonly Disclosure[],
  schema: ProfileSchema,
): Profile {
  const changes = disclosures.flatMap((disclosure) => [
    ...(disclosure.replaces ? [{ kind: 'retract' as const, item: disclosure.replaces }] : []),
    { kind: 'set' as const, item: disclosure.item },
  ]);
  return applyChanges(profile, changes, schema);
}

/** One conversation under way. */
class Conversation {
  readonly plan: EpisodePlan;
  readonly random: RandomSource;
  /** What the policy is sent: messages, notes and its own raw outputs. */
  readonly messages: Message[] = [];
  error: string | null = null;
  readonly #world: World;
  #user: SimulatedUser | null = null;
  readonly #turns: Turn[] = [];
  /** What user and judge see. */
  readonly #visible: Message[] = [];
  #heard: { user: UserTurn; note: string } | null = null;
  #profile: Profile = [];
  #disclosed: Profile = [];
  #truth: Profile;

  constructor(plan: EpisodePlan, world: World) {
    this.plan = plan;
    this.random = createRandom(plan.seed);
    this.#world = world;
    this.#truth = applyChanges(
      [],
      plan.persona.trueProfile.map((item) => ({ kind: 'set' as const, item })),
      world.schema,
    );
    if (world.systemPrompt !== '') {
      this.messages.push({ role: 'system', content: world.systemPrompt });
    }
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
    const { plan, random } = this;
    const last = this.#turns.at(-1);
    this.#user ??= this.#world.createUser(
      plan.persona,
      plan.family,
      plan.split,
      random.fork('user'),
    );
    const user = last
      ? await this.#user.respond({ response: last.response, alignment: last.alignment })
      : await this.#user.open();
    const { schema } = this.#world;
    this.#disclosed = applyDisclosures(this.#disclosed, user.disclosures, schema);
    const changed = user.disclosures.filter((disclosure) => disclosure.replaces !== undefined);
    this.#truth = applyDisclosures(this.#truth, changed, schema);
    const noteRandom = random.fork(`note/${this.#turns.length}`);
    const note = this.#world.composeNote(this.#profile, this.#turns, noteRandom);
    this.#heard = { user, note };
    this.messages.push({ role: 'user', content: user.message });
    if (note !== '') this.messages.push({ role: 'system', content: note });
    this.#visible.push({ role: 'user', content: user.message });
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

  async receive(reply: ChatReply): Promise<void> {
    const { user, note } = this.#current();
    const { schema } = this.#world;
    const output = completeOutput(reply);
    const parsed = parseOutput(output, schema);
    const before = this.#profile;
    const after = parsed.ok ? applyChanges(before, parsed.changes, schema) : before;
    const response = parsed.ok ? parsed.response : '';
    const verdict = parsed.ok ? await this.#judge(user, response, after) : null;
    const turn: Omit<Turn, 'rewards'> = {
      turnIndex: this.#turns.length,
      user,
      note,
      output,
      formatProblem: parsed.ok ? null : parsed.problem,
      response,
      changes: parsed.ok ? parsed.changes : [],
      ...(parsed.ok ? { recalls: parsed.recalls, question: parsed.question } : {}),
      profileBefore: before,
      profileAfter: after,
      trueProfile: this.#truth,
      disclosedProfile: this.#disclosed,
      scoreDisclosed: this.#world.scoreProfile(after, this.#disclosed),
      scoreFull: this.#world.scoreProfile(after, this.#truth),
      verdict,
      alignment: parsed.ok ? computeAlignment(verdict) : 0,
      ...(reply.tokens ? { tokens: reply.tokens } : {}),
    };
    this.#turns.push({ ...turn, rewards: this.#world.scoreTurn(turn) });
    this.#profile = after;
    this.messages.push({ role: 'assistant', content: reply.text });
    this.#visible.push({ role: 'assistant', content: response });
    this.#heard = null;
  }

  finish(policy: string, policyVersion: number): Episode {
    return {
      format: 1,
      id: this.plan.id,
      world: this.#world.name,
      user: this.#user?.name ?? this.plan.family,
      judge: this.#world.judge.name,
      policy,
      policyVersion,
      seed: this.plan.seed,
      persona: this.plan.persona,
      turns: this.#turns,
      error: this.error,
    };
  }

  async #judge(
    user: UserTurn,
    response: string,
    inferredProfile: Profile,
  ): Promise<Verdict | null> {
    try {
      return await this.#world.judge.judge({
        history: [...this.#visible],
        response,
        profile: this.#disclosed,
        inferredProfile,
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

/** A model that leaves its stop token off still ended its output there. */
function completeOutput(reply: ChatReply): string {
  const text = reply.text;
  if (reply.finishReason !== 'stop' || /<\/response>\s*$/u.test(text)) return text;
  return `${text.trimEnd()} </response>`;
}
