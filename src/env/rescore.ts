/**
 * Judges a saved conversation anew: another judge, reward or matcher, the same words.
 *
 * Nothing is said again, so what the user answered still rests on the old verdicts; the new ones say
 * how another judge sees these very replies, not how a conversation under it would have gone.
 */
import { JudgeError } from '../base/index.ts';
import type { Message } from '../chat/index.ts';
import { computeAlignment } from '../rewards/index.ts';
import type { Judge, Verdict } from '../rewards/index.ts';
import { meanOf } from './means.ts';
import { readProfileFigure } from './summary.ts';
import type { Episode, Turn } from './types.ts';
import type { World } from './world.ts';

/** What decides the new scores; a world is one. */
export type Rescorer = Pick<World, 'rewards' | 'scoreTurn' | 'matcher'> & {
  readonly judge: Judge;
};

/** Returns the episode with new verdicts, scores and rewards; the given one is not changed. */
export async function rescoreEpisode(episode: Episode, rescorer: Rescorer): Promise<Episode> {
  const turns: Turn[] = [];
  const visible: Message[] = [];
  for (const turn of episode.turns) {
    visible.push({ role: 'user', content: turn.user.message });
    turns.push(await rescoreTurn(turn, visible, rescorer));
    visible.push({ role: 'assistant', content: turn.response });
  }
  const { judge, rewards, matcher } = rescorer;
  const kept = matcher === undefined ? omit(episode, ['matcher']) : { ...episode, matcher };
  return { ...kept, judge: judge.name, rewards, turns };
}

async function rescoreTurn(
  turn: Turn,
  history: readonly Message[],
  rescorer: Rescorer,
): Promise<Turn> {
  // Old scores go, and what the old judge said of the inferred profile, or of outputs not continued.
  const kept = omit(turn, [
    'scoreDisclosed',
    'scoreFull',
    'rewards',
    'selfAlignment',
    'alternatives',
  ]);
  const isWellFormed = turn.formatProblem === null;
  const verdict = isWellFormed ? await judgeTurn(turn, history, rescorer.judge) : null;
  const alignment = isWellFormed ? computeAlignment(verdict) : 0;
  const judged = { ...kept, verdict, alignment };
  return { ...judged, ...(await rescorer.scoreTurn(judged)) };
}

function omit<Value extends object, Key extends keyof Value & string>(
  value: Value,
  names: readonly Key[],
): Omit<Value, Key> {
  const kept = Object.entries(value).filter(([name]) => !names.some((each) => each === name));
  return Object.fromEntries(kept) as Omit<Value, Key>;
}

async function judgeTurn(
  turn: Turn,
  history: readonly Message[],
  judge: Judge,
): Promise<Verdict | null> {
  try {
    return await judge.judge({
      history: [...history],
      response: turn.response,
      profile: turn.disclosedProfile,
      whole: turn.trueProfile,
      superseded: turn.supersededProfile ?? [],
      acts: turn.user.acts,
    });
  } catch (error) {
    if (error instanceof JudgeError) return null;
    throw error;
  }
}

/** How two judgements of the same turns agree. */
export type RescoreComparison = {
  /** Well-formed turns. */
  readonly turns: number;
  /** Turns without a readable verdict, and turns whose items could not be matched. */
  readonly missing: { readonly before: number; readonly after: number };
  readonly unmatched: { readonly before: number; readonly after: number };
  /** Mean alignment over turns with a verdict; null without any. */
  readonly alignment: { readonly before: number | null; readonly after: number | null };
  /** Mean F1 against what was disclosed, over turns that could be matched; null without any. */
  readonly profile_f1: { readonly before: number | null; readonly after: number | null };
  readonly profile_reward: { readonly before: number | null; readonly after: number | null };
  /** Share of turns judged alike, and Cohen's kappa, over turns with both verdicts. */
  readonly agreement: number | null;
  readonly kappa: number | null;
};

/** Compares the judgements of the same episodes, turn by turn. */
export function compareJudgements(
  before: readonly Episode[],
  after: readonly Episode[],
): RescoreComparison {
  const pairs = before.flatMap((episode, index) =>
    episode.turns.flatMap((turn, turnIndex) => {
      const other = after[index]?.turns[turnIndex];
      return other === undefined || turn.formatProblem !== null ? [] : [{ was: turn, is: other }];
    }),
  );
  const both = pairs.flatMap(({ was, is }) =>
    was.alignment === null || is.alignment === null ? [] : [[was.alignment, is.alignment] as const],
  );
  return {
    turns: pairs.length,
    missing: {
      before: pairs.filter(({ was }) => was.alignment === null).length,
      after: pairs.filter(({ is }) => is.alignment === null).length,
    },
    unmatched: {
      before: pairs.filter(({ was }) => was.scoreDisclosed === null).length,
      after: pairs.filter(({ is }) => is.scoreDisclosed === null).length,
    },
    alignment: {
      before: meanOf(pairs.map(({ was }) => was.alignment)),
      after: meanOf(pairs.map(({ is }) => is.alignment)),
    },
    profile_f1: {
      before: meanOf(pairs.map(({ was }) => readProfileFigure(was, 'f1_disclosed'))),
      after: meanOf(pairs.map(({ is }) => readProfileFigure(is, 'f1_disclosed'))),
    },
    profile_reward: {
      before: meanOf(pairs.map(({ was }) => was.rewards.profile)),
      after: meanOf(pairs.map(({ is }) => is.rewards.profile)),
    },
    ...computeAgreement(both),
  };
}

/** kappa = (agreement - chance) / (1 - chance); null where chance alone explains everything. */
function computeAgreement(
  pairs: readonly (readonly [number, number])[],
): Pick<RescoreComparison, 'agreement' | 'kappa'> {
  const agreement = meanOf(pairs.map(([was, is]) => (was === is ? 1 : 0)));
  const first = meanOf(pairs.map(([was]) => was));
  const second = meanOf(pairs.map(([, is]) => is));
  if (agreement === null || first === null || second === null) {
    return { agreement: null, kappa: null };
  }
  const chance = first * second + (1 - first) * (1 - second);
  return { agreement, kappa: chance === 1 ? null : (agreement - chance) / (1 - chance) };
}
