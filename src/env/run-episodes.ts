/**
 * Holds conversations side by side: people talk, an assistant answers, the program keeps profiles and scores.
 *
 * Conversations do not wait for each other: each goes on as soon as its person and its judge have
 * answered, and the assistant is given whatever is ready (`TurnBatches`). What a conversation draws comes
 * from its own seeds and is always repeatable. Which turns share a batch is repeatable too where people
 * and judges answer at once; with slow ones it depends on their time, and with it the last bits of what a
 * batched sampler computes. One conversation's failure is recorded on it and its siblings go on; a
 * failure of the assistant, an interruption or a spent budget ends them all.
 */
import { endsWork, throwIfAborted } from '../base/index.ts';
import type { Assistant } from './assistant.ts';
import { Conversation, type RankRewards } from './conversation.ts';
import { TurnBatches } from './turn-batches.ts';
import type { Episode, EpisodePlan, TurnRewards } from './types.ts';
import type { World } from './world.ts';

/** Turns answered so far, and all that were planned, over all conversations. */
export type EpisodeProgress = { readonly turnsDone: number; readonly turnsPlanned: number };

export type EpisodeOptions = {
  readonly world: World;
  readonly assistant: Assistant;
  /** User turns per episode, at least 1. */
  readonly turns: number;
  /** Of the assistant's weights; 0 by default. */
  readonly policyVersion?: number;
  /** Outputs asked for every message; 1 by default. */
  readonly candidates?: number;
  /** Which candidate is continued; the plain sum of rewards by default, an output without verdict last. */
  readonly rankRewards?: RankRewards;
  readonly signal?: AbortSignal | undefined;
  /** Called after every turn of a conversation. */
  readonly onTurn?: (progress: EpisodeProgress) => void;
};

/** Runs every plan to its end; episodes come in the order of the plans. Throws AbortedError, and whatever the assistant throws. */
export async function runEpisodes(
  plans: readonly EpisodePlan[],
  options: EpisodeOptions,
): Promise<Episode[]> {
  const { world, assistant, signal } = options;
  const batches = new TurnBatches(assistant, signal);
  const talks = plans.map((plan) => new Conversation(plan, world));
  const report = createReport(plans.length * options.turns, options.onTurn);
  try {
    return await Promise.all(
      talks.map((talk, order) => hold(talk, order, batches, options, report)),
    );
  } catch (error) {
    batches.fail(error);
    throw error;
  } finally {
    await batches.settle();
    await assistant.forget?.(talks.map(({ id }) => id));
  }
}

/** Holds one conversation to its end. */
async function hold(
  talk: Conversation,
  order: number,
  batches: TurnBatches,
  options: EpisodeOptions,
  report: (turns: number) => void,
): Promise<Episode> {
  const { assistant, turns, candidates = 1, rankRewards = sumRewards, signal } = options;
  let error: string | null = null;
  for (let turnIndex = 0; turnIndex < turns && error === null; turnIndex += 1) {
    throwIfAborted(signal);
    batches.throwIfFailed();
    const turn = await guard(() => talk.listen(candidates));
    error = turn.error;
    if (turn.value !== null) {
      const { user } = turn.value.situation;
      const replies = await batches.answer(turn.value, order);
      const chosen = await guard(() => talk.receive(user, replies, rankRewards));
      error = chosen.error;
      assistant.follow?.(talk.id, chosen.value ?? 0);
    }
    report(error === null ? 1 : turns - turnIndex);
  }
  return talk.finish(assistant.name, options.policyVersion ?? 0, error);
}

type Outcome<Value> =
  | { readonly value: Value; readonly error: null }
  | { readonly value: null; readonly error: string };

/** Runs a step; its failure is recorded, unless it ends all work. */
async function guard<Value>(step: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { value: await step(), error: null };
  } catch (error) {
    if (endsWork(error)) throw error;
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { value: null, error: text };
  }
}

function createReport(
  turnsPlanned: number,
  onTurn: EpisodeOptions['onTurn'],
): (turns: number) => void {
  let turnsDone = 0;
  return (turns) => {
    turnsDone += turns;
    onTurn?.({ turnsDone, turnsPlanned });
  };
}

function sumRewards({ profile, response }: TurnRewards): number {
  return profile === null || response === null ? Number.NEGATIVE_INFINITY : profile + response;
}
